"""The measures over the part that is held out."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reader import Reader
from index.encode import load_encoder
from tests.training_rows import row
from training.development import Case, area_under_curve, development_cases, for_fitting, read_cases
from training.rows import read_rows


def test_development_cases_are_of_the_held_out_part(rows_folder: Path, tiny_model: Path) -> None:
    trained = read_rows(rows_folder, held_out=False)
    contexts = {one.context for source in trained.sources.values() for one in source}
    contexts |= {one.context for question in trained.parallel for one in question.rows.values()}
    cases = development_cases(rows_folder, load_encoder(str(tiny_model)), 4)
    assert cases == development_cases(rows_folder, load_encoder(str(tiny_model)), 4)
    assert {"xquad-parallel ar", "xquad-parallel en>ar", "qamr"} <= {case.group for case in cases}
    assert not contexts & {case.row.context for case in cases}
    answered = [case for case in cases if case.row.answers]
    assert len(answered) < len(cases)
    for case in answered:
        assert all(case.row.context[start:end] for start, end in case.row.answers)
    for group in {case.group for case in answered if case.group.startswith("xquad-parallel")}:
        assert sum(case.group == group for case in answered) == 4
    halves = [[for_fitting(case) for case in cases] for _ in range(2)]
    assert halves[0] == halves[1]
    assert 0 < sum(halves[0]) < len(cases)
    by_question: dict[str, set[bool]] = {}
    for case in cases:
        by_question.setdefault(case.row.question, set()).add(for_fitting(case))
    assert all(len(sides) == 1 for sides in by_question.values())


def test_reading_a_case_scores_its_best_span(reader: Reader) -> None:
    context = "The old stone bridge over the river was opened in 1932. It was designed by Clara Hoffmann."
    cases = [
        Case("own", row(context, "1932", question="When was the bridge opened?")),
        Case("own", row(context, question="How many sheep graze on the ridge?")),
    ]
    right, unanswered = read_cases(cases, reader)
    assert right.f1 >= 0.5
    assert right.exact <= right.f1 <= 1
    assert (unanswered.exact, unanswered.f1) == (0, 0)
    assert right.reading.answers > unanswered.reading.answers


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=30))
def test_the_area_under_the_curve_counts_pairs(cases: list[tuple[float, bool]]) -> None:
    scores, labels = np.array([score for score, _ in cases]), np.array([label for _, label in cases])
    area = area_under_curve(scores, labels)
    if labels.all() or not labels.any():
        assert np.isnan(area)
        return
    pairs = [(a > b) + (a == b) / 2 for a in scores[labels] for b in scores[~labels]]
    assert area == pytest.approx(sum(pairs) / len(pairs))
    assert area_under_curve(-scores, labels) == pytest.approx(1 - area)
