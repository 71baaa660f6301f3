"""Answers composed anew at other thresholds, as benchmarks/choosing.py compares them."""

import random

import pytest

from assistant.compose import LEAST_SHARE
from assistant.confidence import CONSTANT, SLOPE
from assistant.evaluation.examples import Example, read_examples
from assistant.pipeline import Assistant
from assistant.question_kind import Kind
from benchmarks.answers import Outcome
from benchmarks.choosing import composed, confidence_line, fit_confidence, outcomes, table

from .conftest import EXAMPLES


def examples_of(kind: str) -> list[Example]:
    return [row for row in read_examples(EXAMPLES.parent / "evaluation.jsonl") if kind in row.tags and not row.history]


def test_composed_anew_at_the_same_threshold_an_answer_is_what_it_was(example_assistant: Assistant) -> None:
    for row in (examples_of("list")[0], examples_of("disagreement")[0]):
        work = example_assistant.work(row.question)
        anew = composed(work, example_assistant, example_assistant.settings.threshold)
        assert anew.items
        assert (anew.items, anew.citations) == (work.answer.items, work.answer.citations)
        assert (anew.text, anew.disagreement) == (work.answer.text, work.answer.disagreement)
        assert composed(work, example_assistant, 1.0).text != work.answer.text


def test_what_is_read_once_is_judged_by_every_choice(example_assistant: Assistant) -> None:
    row = examples_of("list")[0]
    choices = [(0.001, 0.01), (0.001, 1.0), (1.0, 0.01)]
    in_force = LEAST_SHARE[Kind.SEVERAL]
    found = outcomes(row, example_assistant, choices)
    many, few, none = (found[choice] for choice in choices)
    assert many.items > few.items > none.items == 0
    assert few.answered
    assert not none.answered
    assert LEAST_SHARE[Kind.SEVERAL] == in_force
    assert table("examples", [(row, found)], choices).row_count == len(choices)


def answered(sure: float, *, right: bool) -> Outcome:
    return Outcome("", "", "", True, False, right, (), 1, 1, False, False, 1, 0, 0.1, "", sure, right)


def test_the_function_that_confidences_come_from_is_found_again() -> None:
    chooser = random.Random(5)
    sets = [[answered(sure, right=chooser.random() < sure) for sure in (chooser.random() for _ in range(2000))] for _ in range(3)]
    slope, constant = fit_confidence([outcome for outcomes in sets for outcome in outcomes])
    assert slope == pytest.approx(SLOPE, abs=0.1)
    assert constant == pytest.approx(CONSTANT, abs=0.15)
    assert f"fitted anew {slope:.2f} and {constant:.2f}" in confidence_line(sets)


def test_too_few_sets_are_measured_and_not_fitted() -> None:
    line = confidence_line([[answered(0.8, right=True)] * 10])
    assert "error 0.200" in line
    assert "anew" not in line
    assert "anew 0.82" in confidence_line([[answered(0.8, right=True)]] * 3)  # nothing to tell right and wrong by
