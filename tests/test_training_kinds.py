"""The questions from which their kinds are learned."""

import json

from assistant.question_kind import Kind
from benchmarks.kinds import MESSAGES
from training.kinds import LEANING, QUESTIONS, SMALL_TALK
from training.rows import json_lines


def test_every_language_has_questions_of_every_kind() -> None:
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    assert len({one["question"] for one in questions}) == len(questions)
    kinds: dict[str, set[Kind]] = {}
    for one in questions:
        kinds.setdefault(one["language"], set()).add(Kind(one["kind"]))
        assert one["question"].strip() == one["question"] != ""
    assert len(kinds) > 10
    assert all(found == set(Kind) for found in kinds.values())


def test_each_question_that_leans_on_another_has_a_kind_and_comes_once() -> None:
    questions = [json.loads(line) for line in LEANING.read_text(encoding="utf-8").splitlines()]
    assert {Kind(row["kind"]) for row in questions} == set(Kind)
    asked = [row["question"] for row in questions]
    assert len(set(asked)) == len(asked)
    assert all(question == question.strip() and question for question in asked)


def test_what_is_small_talk_is_no_question_too() -> None:
    messages, leaning, alone = (
        [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (SMALL_TALK, LEANING, QUESTIONS)
    )
    assert len(set(messages)) == len(messages)
    assert not {*messages} & {*leaning, *alone}


def test_nothing_that_is_measured_is_learned_from() -> None:
    learned = {
        json.loads(line)["question"].casefold()
        for path in (SMALL_TALK, LEANING, QUESTIONS)
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    assert not {row["question"].casefold() for row in json_lines(MESSAGES)} & learned
