"""The held-out part as cases: every source and language, pairs of languages, and passages that do not answer."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.span_match import exact_match, f1
from assistant.reader import Reader, Reading
from index.encode import Encoder

from .corpora import CORPORA, FOR_FITTING, corpus_rows
from .explanations import EXPLANATIONS, explanation_rows
from .facts import FACTS, fact_rows
from .lists import LISTS, list_rows
from .negatives import ranked_by_keywords, ranked_parallel
from .posts import POSTS, post_rows
from .records import RECORDS, record_rows
from .rows import XQUAD_PARALLEL, Row, read_rows

PAIRS = ("en>ar", "ar>en", "ru>de", "en>zh", "es>en", "hi>en", "de>ar", "zh>ru")
"""Question and passage in different languages, of xquad-parallel."""
SEED = 7


@dataclass(frozen=True, slots=True)
class Case:
    """A question over a passage. `group` is the line of the table that it counts in."""

    group: str
    row: Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case with its reading; `exact` and `f1` are those of the best span, 0 where the passage does not answer."""

    case: Case
    reading: Reading
    exact: float
    f1: float


def development_cases(folder: Path, encoder: Encoder, most: int) -> list[Case]:
    """At most `most` answerable cases of each group, and beside them as many that are not, of the same languages."""
    rows = read_rows(folder, held_out=True)
    chooser = random.Random(SEED)
    cases: list[Case] = []
    questions = rows.parallel
    ranked = ranked_parallel(questions, encoder) if questions else []
    languages = sorted(questions[0].rows) if questions else []
    for asked, read in [(language, language) for language in languages] + [_split(pair) for pair in PAIRS]:
        group = f"{XQUAD_PARALLEL} {asked}" + (f">{read}" if read != asked else "")
        for index in sorted(chooser.sample(range(len(questions)), min(most, len(questions)))):
            question = questions[index]
            cases.append(Case(group, question.across(asked, read)))
            if ranked[index]:
                other = questions[ranked[index][0]].rows[read]
                cases.append(Case(group, Row(XQUAD_PARALLEL, asked, read, question.rows[asked].question, other.context, ())))
    for source, found in sorted(rows.sources.items()):
        by_language: dict[str, list[Row]] = defaultdict(list)
        for row in found:
            by_language[row.question_language if row.question_language == row.passage_language else "cross"].append(row)
        for language, group_rows in sorted(by_language.items()):
            group = f"{source} {language}" if len(by_language) > 1 else source
            cases += [Case(group, row) for row in chooser.sample(group_rows, min(most, len(group_rows)))]
        negatives = ranked_by_keywords(found, chooser, wanted=most)
        cases += [Case(f"{source} {row.passage_language}" if len(by_language) > 1 else source, row) for row in negatives]
    made = (
        (EXPLANATIONS, explanation_rows),
        (FACTS, fact_rows),
        (LISTS, list_rows),
        (POSTS, post_rows),
        (RECORDS, record_rows),
    )
    for group, rows_of in made:
        for answered in (True, False):
            cases += [Case(group, row) for row in rows_of(most, SEED, answered=answered, held_out=True)]
    for answered in (True, False):
        cases += [Case(CORPORA, row) for row in corpus_rows(SEED, answered=answered, names=FOR_FITTING)]
    return cases


def read_cases(cases: Sequence[Case], reader: Reader) -> list[Outcome]:
    """Reads every case."""
    outcomes = []
    for case in cases:
        row = case.row
        reading = reader.read(row.question, row.question_language, [row.context], [row.passage_language])[0]
        exact = best = 0.0
        if row.answers:
            place = reading.places[0] if reading.places else None
            answer = row.context[place.start : place.end] if place else ""
            expected = [row.context[start:end] for start, end in row.answers]
            exact = exact_match(answer, expected, row.passage_language)
            best = f1(answer, expected, row.passage_language)
        outcomes.append(Outcome(case, reading, exact, best))
    return outcomes


def for_fitting(case: Case) -> bool:
    """Whether a case belongs to the half that calibration may be fitted on, told by a hash of its question."""
    return hashlib.sha256(f"calibration {case.row.question}".encode()).digest()[0] % 2 == 0


def area_under_curve(scores: NDArray[np.float64], answerable: NDArray[np.bool_]) -> float:
    """How often an answerable case scores above one that is not; not a number where there are none of one sort."""
    if answerable.all() or not answerable.any():
        return float("nan")
    positive, negative = scores[answerable], scores[~answerable]
    above = (positive[:, None] > negative[None, :]).mean() + (positive[:, None] == negative[None, :]).mean() / 2
    return float(above)


def _split(pair: str) -> tuple[str, str]:
    asked, _, read = pair.partition(">")
    return asked, read
