"""The rows of our own writing: lists, tables, explanations."""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from statistics import mean

import pytest

from training.explanations import explanation_groups, explanation_rows, found_explanations
from training.facts import SCENES, fact_groups, fact_rows
from training.lists import list_rows
from training.names import LANGUAGES, Name, names
from training.records import record_rows
from training.rows import ParallelQuestion, Row, Rows


def subjects(text: str) -> set[Name]:
    """The names of persons, organisations and towns in a text of any language."""
    return {name for kind in ("person", "organisation", "town") for name in names(kind) if any(form in text for form in name)}


def answers(row: Row) -> list[str]:
    return [row.context[start:end] for start, end in row.answers]


def test_lists_are_lists_and_their_negatives_hold_none() -> None:
    answered, unanswered = list_rows(400, 0, answered=True), list_rows(400, 0, answered=False)
    assert list_rows(400, 0, answered=True) == answered
    assert all(one.answers for one in answered)
    assert not any(one.answers for one in unanswered)
    assert sum(len(one.answers) > 1 for one in answered) > 200
    for one in answered:
        texts = [one.context[start:end] for start, end in one.answers]
        assert all(texts)
        assert len(set(texts)) == len(texts)
        assert not any(text in one.question for text in texts)
    languages = {(one.question_language, one.passage_language) for one in answered}
    assert len(languages) >= 20
    assert all("{" not in one.question + one.context for one in [*answered, *unanswered])


def test_some_lists_stand_in_two_parts_of_a_sentence() -> None:
    rows = [row for row in list_rows(3000, 0, answered=True) if row.passage_language == "en"]
    joints = {row.context[end:start] for row in rows for (_, end), (start, _) in pairwise(row.answers)}
    assert {", then ", ", later ", " and then also "} <= joints
    assert joints & {", then with ", ", later with ", ", then to ", ", later to ", ", then for ", ", then in "}


@pytest.mark.parametrize("seed", range(3))
def test_a_question_over_a_table_is_answered_by_the_record_and_the_column_that_it_names(seed: int) -> None:
    rows = [row for row in record_rows(300, seed, answered=True) if row.question_language == row.passage_language == "en"]
    lines = [row for row in rows if re.match(r"(\w.*\n\n)?(Room|Item|Name|Course): ", row.context)]
    assert len(lines) > 20
    for row in lines:
        for start, end in row.answers:
            line = row.context[row.context.rfind("\n", 0, start) + 1 :].partition("\n")[0]
            cells = [cell.partition(": ")[2] for cell in line.split("; ")]
            assert row.context[start:end] in cells
            assert any(cell in row.question for cell in cells if cell != row.context[start:end])
    prices = [row for row in lines if re.match(r"(How much is|What does) ", row.question)]
    assert prices
    assert all(answers(row)[0].startswith("€") for row in prices)


@pytest.mark.parametrize("seed", range(3))
def test_a_question_that_the_table_cannot_answer_finds_its_record_or_its_column_gone(seed: int) -> None:
    rows = record_rows(300, seed, answered=False)
    assert not any(row.answers for row in rows)
    assert {row.question_language for row in rows} == {row.passage_language for row in rows} == set(LANGUAGES)
    asked = [(match[1], row) for row in rows if (match := re.match(r"How many seats does (.+) have\?", row.question))]
    english = [(name, row.context) for name, row in asked if row.passage_language == "en"]
    assert english
    assert not any(name in context and "Seats" in context for name, context in english)


def test_tables_about_ferries_are_kept_from_training() -> None:
    told = [row.question + row.context for row in record_rows(300, 1, answered=True)]
    assert not any("Line:" in text or "ferry" in text for text in told)
    assert any("Line:" in row.context for row in record_rows(50, 1, answered=True, held_out=True))


def test_an_answer_behind_a_colon_may_have_a_line_of_its_own() -> None:
    rows = [row for row in list_rows(400, 0, answered=True) if "\n- " in row.context]
    assert rows
    lines = [line.removeprefix("- ") for row in rows for line in row.context.split("\n") if line.startswith("- ")]
    assert set(lines) <= {answer for row in rows for answer in answers(row)}


def test_a_passage_that_lists_them_names_the_subject_and_one_that_does_not_names_another() -> None:
    answered, unanswered = (list_rows(600, 0, answered=answered) for answered in (True, False))
    assert all(subjects(row.question) & subjects(row.context) for row in answered if subjects(row.question))
    of_another = [row for row in unanswered if subjects(row.context) - subjects(row.question)]
    assert len(of_another) > 200


@pytest.mark.parametrize("seed", range(2))
def test_an_explanation_is_a_whole_sentence_among_others(seed: int) -> None:
    rows = explanation_rows(400, seed, answered=True)
    assert explanation_rows(400, seed, answered=True) == rows
    assert {len(row.answers) for row in rows} == {1, 2}
    assert {(row.question_language, row.passage_language) for row in rows} >= {("en", "ar"), ("ar", "en"), ("fr", "fr")}
    for row in rows:
        for start, end in row.answers:
            assert row.context[:start].strip(" -\n") == "" or row.context[:start].rstrip(" -\n")[-1] in ".!?؟…»:"
            assert row.context[end] in ".!?؟…"
        assert len(row.context) > 1.5 * sum(map(len, answers(row)))
        assert "{" not in row.question + row.context


def test_a_passage_without_the_explanation_tells_the_rest_of_the_story() -> None:
    rows, unanswered = (explanation_rows(2000, 3, answered=answered) for answered in (True, False))
    assert not any(row.answers for row in unanswered)
    explaining = {(row.question, answer) for row in rows for answer in answers(row)}
    asked = [(answer, row) for row in unanswered[:300] for question, answer in explaining if question == row.question]
    of_others = [row for answer, row in asked if answer in row.context]
    assert len(asked) > len(of_others) > 0
    assert not any(subjects(row.question) & subjects(row.context) for row in of_others)


def test_how_long_a_passage_is_does_not_tell_whether_it_answers() -> None:
    for rows_of in (explanation_rows, fact_rows):
        lengths = [mean(len(row.context) for row in rows_of(3000, 4, answered=answered)) for answered in (True, False)]
        assert 0.93 < lengths[0] / lengths[1] < 1.07


def test_one_sentence_may_tell_both_what_happened_and_why() -> None:
    rows = explanation_rows(400, 5, answered=True)
    assert any(row.context[start - 2 : start] == ": " for row in rows for start, _ in row.answers)


def test_scenes_held_out_are_kept_from_training() -> None:
    for rows_of in (explanation_rows, fact_rows, list_rows):
        told = {sentence for row in rows_of(2000, 1, answered=False) for sentence in re.split(r"(?<=[.؟]) |\n", row.context)}
        held = rows_of(50, 1, answered=False, held_out=True)
        assert held
        assert not told & {sentence for row in held for sentence in re.split(r"(?<=[.؟]) |\n", row.context) if sentence}


def test_a_fact_is_told_once_or_was_left_out() -> None:
    rows, unanswered = (fact_rows(3000, 0, answered=answered) for answered in (True, False))
    assert fact_rows(3000, 0, answered=True) == rows
    assert not any("[[" in row.context or "{" in row.question + row.context for row in (*rows, *unanswered))
    assert all(len(row.answers) == 1 and answers(row)[0].strip() for row in rows)
    assert not any(row.answers for row in unanswered)
    answer_of = {(row.question, row.passage_language): answers(row)[0] for row in rows if len(answers(row)[0]) > 12}
    left_out = [row for row in unanswered if (row.question, row.passage_language) in answer_of]
    of_others = [row for row in left_out if answer_of[row.question, row.passage_language] in row.context]
    assert len(left_out) > len(of_others) > 0
    assert not any(subjects(row.question) & subjects(row.context) for row in of_others)


def test_what_no_sentence_answers_is_asked_too_and_never_over_a_passage_that_answers() -> None:
    missing = {question.replace("{A}", "") for scene in json.loads(SCENES.read_text()) for question in scene["en"]["missing"]}

    def never_told(row: Row) -> bool:
        text = row.question
        for name in subjects(text):
            text = text.replace(name[0], "")
        return text in missing

    answered, unanswered = (fact_rows(3000, 1, answered=answered) for answered in (True, False))
    assert not any(map(never_told, answered))
    assert sum(map(never_told, unanswered)) > 200


@pytest.mark.parametrize(("groups_of", "size"), [(explanation_groups, 3), (fact_groups, 4)])
def test_a_group_is_one_question_with_one_passage_that_answers(
    groups_of: Callable[[int, int], list[list[Row]]], size: int
) -> None:
    for group in groups_of(100, 0):
        assert len({(row.question, row.question_language) for row in group}) == 1
        assert [bool(row.answers) for row in group] == [True] + [False] * (size - 1)


def test_the_last_passage_of_a_group_about_a_fact_is_about_something_else() -> None:
    scenes = json.loads(SCENES.read_text(encoding="utf-8"))
    for *_, last in fact_groups(100, 0):
        asked = {
            scene["key"]
            for scene in scenes
            for forms in scene[last.question_language]["questions"]
            for form in forms
            if re.fullmatch(".+".join(map(re.escape, form.split("{A}"))), last.question)
        }
        assert asked
        told = {
            scene["key"]
            for scene in scenes
            for sentence in scene[last.passage_language]["sentences"]
            if max(re.sub(r"\[\[|\]\]", "", sentence).split("{A}"), key=len) in last.context
        }
        assert told
        assert not asked & told


@pytest.mark.parametrize(
    ("language", "question", "found"),
    [
        ("en", "Why did the mill close?", True),
        ("en", "How was the dam repaired?", True),
        ("en", "How many mills are there?", False),
        ("en", "What was the reason for the delay?", True),
        ("ar", "لماذا أغلقت المطحنة؟", True),
        ("ar", "كم مطحنة في المدينة؟", False),
        ("fr", "Comment le barrage a-t-il été réparé ?", True),
        ("zh", "为什么磨坊关闭了？", True),
        ("zh", "这座磨坊被称为什么？", False),
        ("ko", "왜 방앗간이 문을 닫았습니까?", True),
        ("ko", "임진왜란은 언제 끝났습니까?", False),
        ("fa", "چراغ چیست؟", False),
        ("de", "Warum?", False),
    ],
)
def test_public_questions_how_and_why_are_found(language: str, question: str, *, found: bool) -> None:
    row = Row("own", language, language, question, "The wheel was broken.", ((0, 20),))
    assert (found_explanations(Rows({"own": [row]}, []), 0) == [row]) == found
    assert found_explanations(Rows({"qamr": [row]}, []), 0) == []


def test_parallel_questions_how_and_why_are_asked_across_languages() -> None:
    rows = {
        language: Row("xquad-parallel", language, language, f"Why, {language}?", "The wheel was broken.", ((0, 20),))
        for language in LANGUAGES
    }
    found = found_explanations(Rows({}, [ParallelQuestion(0, 0, rows)]), 0)
    assert len({(row.question_language, row.passage_language) for row in found}) > 5
