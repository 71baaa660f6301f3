"""The rows of our own writing about officials: who holds which post of what, and who did what."""

import json
import re
from functools import cache
from statistics import mean
from typing import Any

import pytest

from training.names import LANGUAGES
from training.posts import FILE, HELD_OUT, post_groups, post_rows
from training.rows import Row

DATA = json.loads(FILE.read_text(encoding="utf-8"))
PLACES = {place["en"]["of"]: place for place in DATA["places"]}
POSTS = {form: post for post in DATA["posts"] for form in post["en"]}


def answers(row: Row) -> list[str]:
    return [row.context[start:end] for start, end in row.answers]


def in_english(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.question_language == row.passage_language == "en"]


@cache
def patterns() -> list[tuple[re.Pattern[str], re.Pattern[str], Any, Any]]:
    """For each form of a post and each place, how an English report names who holds it and how a question does."""
    found = []
    for of, place in PLACES.items():
        before = [place["en"]["whose"], *set(place["en"].get("adjective", ()))]
        for title, post in POSTS.items():
            after = rf"{title} {re.escape(of)}(?=[,)]| until)"
            named = [after, *(rf"(?<!South ){re.escape(one)} (former )?{title}(?= [A-Z]|,)" for one in before)]
            asked = rf"\bthe {title} {re.escape(of)}\b(?! Republic)"
            found.append((re.compile("|".join(named)), re.compile(asked), post, place))
    return found


def officials_named(text: str) -> list[tuple[Any, Any, bool]]:
    """Post and place of every official whom an English text names, and whether the post was held before."""
    found = []
    for named, _, post, place in patterns():
        for match in named.finditer(text):
            around = text[max(match.start() - 30, 0) : match.end() + 16]
            found.append((post, place, "former" in around or "until" in around or "who was" in around))
    return found


def officials_asked_about(question: str) -> set[tuple[str, str]]:
    """The keys of the post and the place of every official of an English question."""
    return {(post["key"], place["key"]) for _, asked, post, place in patterns() if asked.search(question)}


def test_rows_are_drawn_alike_and_hold_no_slots_or_doubled_marks() -> None:
    answered, unanswered = (post_rows(600, 0, answered=answered) for answered in (True, False))
    assert post_rows(600, 0, answered=True) == answered
    assert all(len(row.answers) == 1 for row in answered)
    assert not any(row.answers for row in unanswered)
    assert {row.question_language for row in answered} == {row.passage_language for row in answered} == set(LANGUAGES)
    for row in (*answered, *unanswered):
        assert not re.search(r"[{}]|  |[,،][,،.;؛?؟]| (de|à) le | [ad]e? el ", row.question + " | " + row.context), row


def test_an_answer_is_a_whole_name_or_the_place_or_the_day_of_what_was_done() -> None:
    names = {entry[script] for kind in ("people", "towns") for entry in DATA[kind] for script in ("latin", "ar")}
    told = [answer for row in post_rows(600, 1, answered=True) for answer in answers(row)]
    others = [answer for answer in told if answer not in names]
    assert 0 < len(others) < 0.3 * len(told)
    assert all(re.search(r"\d", answer) or len(answer.split()) <= 2 for answer in others)


def asked_for_holder(row: Row) -> tuple[Any, Any] | None:
    """Post and place of an English question who holds it."""
    match = re.fullmatch(r"(?:Who is the|What is the name of the|Who currently serves as) (.+?) (of (?!state).+)\?", row.question)
    return (POSTS[match[1]], PLACES[match[2]]) if match and match[1] in POSTS and match[2] in PLACES else None


def test_who_holds_a_post_is_told_of_that_post_and_that_place() -> None:
    asked = [(row, wanted) for row in in_english(post_rows(2000, 2, answered=True)) if (wanted := asked_for_holder(row))]
    assert len(asked) > 30
    for row, (post, place) in asked:
        ((start, end),) = row.answers
        beside = row.context[max(start - 110, 0) : end + 110].casefold()
        forms = (place["en"]["of"], place["en"]["whose"], *place["en"].get("adjective", ()))
        assert any(title in beside for title in post["en"])
        assert any(form.casefold() in beside for form in forms)


def test_a_passage_that_does_not_tell_who_holds_a_post_names_holders_of_others() -> None:
    asked = [(row, wanted) for row in in_english(post_rows(2000, 2, answered=False)) if (wanted := asked_for_holder(row))]
    assert len(asked) > 30
    of_the_post = of_the_place = 0
    for row, (post, place) in asked:
        named = officials_named(row.context)
        assert named
        assert not any(one is post and where is place and not former for one, where, former in named)
        of_the_post += any(one is post for one, _, _ in named)
        of_the_place += any(where is place for _, where, _ in named)
    assert of_the_post > 0.6 * len(asked)
    assert of_the_place > 0.6 * len(asked)


RECEIVED = re.compile(r"Whom did the (.+?) (of .+) receive in (\w+)\?")


def test_what_one_did_is_told_of_that_one_and_that_town() -> None:
    rows = in_english(post_rows(4000, 3, answered=True))
    received = [(row, match) for row in rows if (match := RECEIVED.fullmatch(row.question))]
    assert received
    for row, match in received:
        assert re.search(rf"received [^.]*{re.escape(answers(row)[0])}[^.]* in {match[3]}", row.context)


def test_a_passage_that_does_not_tell_what_one_did_tells_it_of_others_or_something_else_of_that_one() -> None:
    rows = in_english(post_rows(4000, 3, answered=False))
    received = [(row, match) for row in rows if (match := RECEIVED.fullmatch(row.question))]
    assert any(" received " in row.context for row, _ in received)
    assert not any(match[3] in row.context for row, match in received)
    of_the_asked = 0
    for row in rows:
        named = {(post["key"], place["key"]) for post, place, _ in officials_named(row.context)}
        asked = officials_asked_about(row.question)
        if asked & named and (match := RECEIVED.fullmatch(row.question)):
            assert " received " not in row.context
        of_the_asked += bool(asked & named)
    assert of_the_asked > 0.1 * len(rows)


def test_names_alike_stand_in_one_passage_more_often_than_others() -> None:
    alike = {frozenset(pair) for pair in DATA["alike"]}
    asked = [(row, wanted) for row in in_english(post_rows(2000, 6, answered=True)) if (wanted := asked_for_holder(row))]
    with_another = [
        any(frozenset({place["key"], where["key"]}) in alike for _, where, _ in officials_named(row.context))
        for row, (_, place) in asked
        if any(place["key"] in pair for pair in alike)
    ]
    assert len(with_another) > 15
    assert mean(with_another) > 0.2


def test_how_long_a_passage_is_does_not_tell_whether_it_answers() -> None:
    lengths = [mean(len(row.context) for row in post_rows(3000, 4, answered=answered)) for answered in (True, False)]
    assert 0.93 < lengths[0] / lengths[1] < 1.07


@pytest.mark.parametrize("held_out", [False, True])
def test_places_held_out_are_kept_from_training(held_out: bool) -> None:
    asked = {row.question for row in in_english(post_rows(2000, 5, answered=True, held_out=held_out))}
    seen = {place["key"] for of, place in PLACES.items() if any(re.search(rf"{re.escape(of)}\b", text) for text in asked)}
    assert seen
    assert seen <= HELD_OUT if held_out else not seen & HELD_OUT


def test_a_group_is_one_question_with_one_passage_that_answers() -> None:
    for group in post_groups(200, 0):
        assert len({(row.question, row.question_language) for row in group}) == 1
        assert [bool(row.answers) for row in group] == [True, False, False]
