"""Answers composed anew at other thresholds, as benchmarks/choosing.py compares them."""

from assistant.compose import LEAST_SHARE
from assistant.evaluation.examples import Example, read_examples
from assistant.pipeline import Assistant
from assistant.question_kind import Kind
from benchmarks.choosing import composed, outcomes, table

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
