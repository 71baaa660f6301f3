"""The mixture: passages that do not answer, translations and follow-ups, and the order in which they come."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.spelling import is_arabic
from index.encode import load_encoder
from tests.training_rows import NAMES, parallel_questions, row
from training.explanations import FOUND_EXPLANATIONS
from training.followups import follow_ups, shortened
from training.mixture import (
    ANOTHER_PART,
    KINDS_IN_GROUPS,
    LATE,
    PASSAGE_GROUPS,
    SEVERAL_GROUPS,
    TRANSLATED_PASSAGES,
    Mixture,
)
from training.negatives import ranked_by_keywords, ranked_parallel, renamed
from training.parallel import Parallel
from training.rows import ParallelQuestion, Row, Rows, read_rows
from training.several_answers import SEVERAL_ANSWERS
from training.translations import FILE, TRANSLATED, TRANSLATED_GROUPS


def names_rows() -> list[Row]:
    return [
        row(f"{name} was built in {1800 + i}. {other} is younger.", str(1800 + i), question=f"When was the house {name} built?")
        for i, (name, other) in enumerate(permutations(NAMES, 2))
    ]


@given(st.integers(0, 1000))
def test_a_renamed_question_asks_for_what_the_passage_does_not_name(seed: int) -> None:
    rows = names_rows()
    by_context = {one.context: one for one in rows}
    negatives = renamed(rows, random.Random(seed), 40)
    assert len(negatives) == 40
    for negative in negatives:
        original = by_context[negative.context]
        assert negative.answers == ()
        assert negative.question != original.question
        (new,) = (name for name in NAMES if name in negative.question)
        assert new.casefold() not in negative.context.casefold()
        assert negative.question == f"When was the house {new} built?"


def test_a_renamed_question_never_asks_for_a_part_of_whom_the_passage_names() -> None:
    context = "Obama was born in 1961. Bush was born in 1946."
    rows = [
        row(context, "1946", question="When was Bush born?"),
        *(row("He lived in Kenya.", "Kenya", question="Where did the senior Barack Obama live?") for _ in range(30)),
    ]
    for seed in range(30):
        for negative in renamed(rows, random.Random(seed), 100):
            assert negative.context != context or "Obama" not in negative.question


def test_renaming_ends_where_there_is_nothing_to_rename() -> None:
    assert renamed([], random.Random(0), 5) == []
    assert renamed([row("it is here", "here", question="where?")], random.Random(0), 5) == []


def test_passages_found_by_keywords_do_not_hold_the_answer(rows_folder: Path) -> None:
    for found in read_rows(rows_folder, held_out=False).sources.values():
        answers = {one.question: [one.context[slice(*place)] for place in one.answers] for one in found}
        contexts = {one.context: one.passage_language for one in found}
        for negative in ranked_by_keywords(found, random.Random(1), 50):
            assert negative.answers == ()
            assert contexts[negative.context] == negative.passage_language
            assert not any(answer in negative.context for answer in answers[negative.question])


def test_passages_ranked_for_parallel_questions_do_not_hold_the_answer(tiny_model: Path) -> None:
    questions = parallel_questions(60)
    ranked = ranked_parallel(questions, load_encoder(str(tiny_model)))
    assert len(ranked) == 60
    for question, found in zip(questions, ranked, strict=True):
        assert found
        english = question.rows["en"]
        for position in found:
            assert english.context[slice(*english.answers[0])] not in questions[position].rows["en"].context


def passages_in_arabic(sources: Mapping[str, Sequence[Row]]) -> list[ParallelQuestion]:
    """The answered rows of one source, asked in Arabic too."""
    return [
        ParallelQuestion(
            -1, number, {"en": one, "ar": replace(one, question_language="ar", passage_language="ar", question="متى؟")}
        )
        for number, one in enumerate(sources.get("squad2-half-dev", []))
        if one.answers
    ]


def with_several_answers(sources: Mapping[str, Sequence[Row]]) -> list[ParallelQuestion]:
    """The answered rows of one source, with their first word as another answer, in Arabic too."""
    return [
        ParallelQuestion(
            -1,
            number,
            {
                language: replace(
                    one,
                    source=SEVERAL_ANSWERS,
                    question_language=language,
                    passage_language=language,
                    answers=((0, one.context.index(" ")), *one.answers),
                )
                for language in ("en", "ar")
            },
        )
        for number, one in enumerate(sources.get("squad2-half-dev", []))
        if one.answers
    ]


@pytest.fixture(scope="module", autouse=True)
def translated_rows() -> Iterator[None]:
    """The folder's questions when something was built, in French and German, and in Arabic with their passages."""
    table = {("squad2-half-dev", f"When was {name} built?"): {"fr": f"Quand {name} ?", "de": f"Wann {name}?"} for name in NAMES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.translations.translations", lambda: table)
        patch.setattr("training.mixture.translated_passages", passages_in_arabic)
        patch.setattr("training.mixture.several_answers", with_several_answers)
        yield


@pytest.fixture(scope="module")
def mixture(rows_folder: Path, tiny_model: Path, translated_rows: None) -> Mixture:
    """One of the folder's rows."""
    return Mixture(read_rows(rows_folder, held_out=False), load_encoder(str(tiny_model)), seed=3)


def test_the_same_seed_and_rows_give_the_same_blocks(mixture: Mixture, rows_folder: Path, tiny_model: Path) -> None:
    again = Mixture(read_rows(rows_folder, held_out=False), load_encoder(str(tiny_model)), seed=3)
    assert again.block(0) == mixture.block(0)
    assert again.block(5) == mixture.block(5)
    assert mixture.block(0) != mixture.block(5)
    other = Mixture(read_rows(rows_folder, held_out=False), load_encoder(str(tiny_model)), seed=4)
    assert other.block(0) != mixture.block(0)


def test_each_kind_is_what_its_name_says(mixture: Mixture, rows_folder: Path) -> None:
    block = mixture.block(1)
    assert {drawn.kind for drawn in block} >= {"qamr", "tydiqa-goldp", ANOTHER_PART, "negatives, renamed"}
    held_out = {one.context for source in read_rows(rows_folder, held_out=True).sources.values() for one in source}
    for drawn in block:
        one = drawn.row
        assert one.context not in held_out
        if "across languages" in drawn.kind:
            assert one.question_language != one.passage_language
        if "one language" in drawn.kind:
            assert one.question_language == one.passage_language
        if drawn.kind.startswith("negatives") and drawn.kind != ANOTHER_PART:
            assert one.answers == ()
        if drawn.kind.startswith("parallel"):
            assert one.context[slice(*one.answers[0])] in one.context
        assert all(0 <= start < end <= len(one.context) for start, end in one.answers)


def test_a_translated_question_is_put_to_its_passage_and_to_passages_that_look_like_it(mixture: Mixture) -> None:
    singles = [drawn.row for drawn in mixture.block(1) if drawn.kind == TRANSLATED]
    groups: dict[int, list[Row]] = {}
    for drawn in mixture.block(1):
        if drawn.kind == TRANSLATED_GROUPS:
            groups.setdefault(drawn.group, []).append(drawn.row)
    assert singles
    assert groups
    for one in [*singles, *(one for group in groups.values() for one in group)]:
        assert (one.question_language, one.passage_language) in {("fr", "en"), ("de", "en")}
        assert re.fullmatch(r"Quand \w.* \?|Wann \w.*\?", one.question)
    for one in singles:
        (place,) = one.answers
        name = one.question.removeprefix("Quand ").removeprefix("Wann ").rstrip(" ?")
        assert one.context.startswith(f"{name} was built in {one.context[slice(*place)]}.")
    for group in groups.values():
        assert any(one.answers for one in group)
    asked: dict[int, set[tuple[str, str]]] = {}
    for drawn in mixture.block(1):
        if drawn.group:
            asked.setdefault(drawn.group, set()).add((drawn.kind, drawn.row.question))
    assert {kind for found in asked.values() for kind, _ in found} == set(KINDS_IN_GROUPS)
    assert all(len(found) == 1 for found in asked.values())


def test_translations_are_of_questions_in_another_language() -> None:
    entries = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert len({(entry["source"], entry["question"]) for entry in entries}) == len(entries)
    for entry in entries:
        others = {language: text for language, text in entry.items() if language not in {"source", "question"}}
        assert others
        assert len(others) <= 2
        assert set(others) <= {"ar", "de", "en", "es", "fr"}
        assert all(text.strip() == text and "?" in text.replace("؟", "?") for text in others.values()), entry
        assert all(is_arabic(text) == (language == "ar") for language, text in others.items()), entry
        assert entry["question"] not in others.values()


def test_some_kinds_come_late(mixture: Mixture) -> None:
    early, late = ({drawn.kind for drawn in mixture.block(2, progress)} for progress in (0.1, 0.9))
    assert late - early == set(LATE) - {FOUND_EXPLANATIONS}  # the rows here ask neither how nor why
    assert early < late


def test_a_passage_in_two_languages_is_asked_in_and_across_both(mixture: Mixture) -> None:
    asked: dict[str, set[tuple[str, str]]] = {}
    for drawn in mixture.block(1):
        asked.setdefault(drawn.kind, set()).add((drawn.row.question_language, drawn.row.passage_language))
    across = {("en", "ar"), ("ar", "en")}
    assert (
        asked[f"{TRANSLATED_PASSAGES}, across languages"]
        == asked[f"negatives, {TRANSLATED_PASSAGES}, across languages"]
        == across
    )
    assert (
        asked[f"{TRANSLATED_PASSAGES}, one language"]
        == asked[f"negatives, {TRANSLATED_PASSAGES}, one language"]
        == {("en", "en"), ("ar", "ar")}
    )
    assert asked[PASSAGE_GROUPS] >= across


def test_a_language_that_some_questions_lack_is_drawn_from_those_that_have_it(tiny_model: Path) -> None:
    questions = parallel_questions(20)
    for question in questions[::2]:
        del question.rows["de"]
    parallel = Parallel(questions, load_encoder(str(tiny_model)), "seed", {"de": 40})
    chooser = random.Random(1)
    drawn = [
        one
        for position in range(60)
        for one in [
            *(parallel.row(position, chooser, across=across, answered=False) for across in (True, False)),
            *parallel.group(position, chooser),
        ]
    ]
    assert all(f"{one.passage_language} house" in one.context for one in drawn)
    assert any(not one.answers for one in drawn if one.passage_language == "de")


def test_a_question_that_wants_several_answers_has_all_of_them_alone_and_in_groups(mixture: Mixture) -> None:
    drawn = [one for one in mixture.block(1) if SEVERAL_ANSWERS in one.kind]
    assert {one.kind for one in drawn} >= {f"{SEVERAL_ANSWERS}, one language", f"{SEVERAL_ANSWERS}, across languages"}
    answering = [one.row for one in drawn if one.row.answers]
    assert all(len(row.answers) == 2 for row in answering)
    groups = [one.group for one in drawn if one.kind == SEVERAL_GROUPS and one.row.answers]
    assert groups
    assert {groups.count(group) for group in groups} <= {1, 2}


def test_what_its_own_passage_does_not_answer_comes_as_a_negative_alone(tiny_model: Path) -> None:
    questions = parallel_questions(20)
    for question in questions[:5]:
        question.rows.update({language: replace(one, answers=()) for language, one in question.rows.items()})
    parallel = Parallel(questions, load_encoder(str(tiny_model)), "seed", {})
    chooser = random.Random(1)
    unanswered = {one.context for question in questions[:5] for one in question.rows.values()}
    negatives, answering, groups = [], [], []
    for position in range(60):
        for across in (True, False):
            negatives.append(parallel.row(position, chooser, across=across, answered=False))
            answering.append(parallel.row(position, chooser, across=across, answered=True))
        groups.append(parallel.group(position, chooser))
    own = [one for one in negatives if one.context in unanswered]
    assert {one.context.split()[2] for one in own} == {f"{number}-{number}" for number in range(5)}
    assert not any(one.answers for one in own)
    assert {one.question_language == one.passage_language for one in own} == {True, False}
    assert any(one.context not in unanswered for one in negatives)
    assert all(one.answers for one in [*answering, *(rows[0] for rows in groups)])


@pytest.mark.parametrize("number", [1, 9, 20, 21, 51])
def test_every_parallel_question_comes_before_any_comes_again(number: int, tiny_model: Path) -> None:
    mixture = Mixture(Rows({}, parallel_questions(number)), load_encoder(str(tiny_model)), seed=0)
    for kind in ("parallel, one language", "parallel, across languages", "negatives, parallel, across languages"):
        asked = [drawn.row.question.partition(": ")[2] for drawn in mixture.block(0) if drawn.kind == kind]
        times = [asked.count(question) for question in dict.fromkeys(asked)]
        assert len(times) == min(number, len(asked))
        assert max(times) - min(times) <= 1


def test_a_follow_up_is_two_questions_with_the_seconds_answer() -> None:
    rows = []
    for number, name in enumerate(NAMES):
        context = f"{name} was built in {1801 + number} by the baker."
        rows.append(row(context, str(1801 + number), question=f"When was {name} built?"))
        rows.append(row(context, "the baker", question=f"Who built {name}?"))
    found = follow_ups(rows, parallel_questions(30), 200, seed=1)
    assert follow_ups(rows, parallel_questions(30), 200, seed=1) == found
    own = [one for one in found if one.source == "own"]
    assert len(own) == len(NAMES)
    for one in own:
        asked_last = one.question.split("?")[-2]
        assert one.context[slice(*one.answers[0])].isdecimal() == ("When was" in asked_last), one.question


@pytest.mark.parametrize(
    ("first", "second", "short"),
    [
        ("When was Elm Court built?", "Who built Elm Court?", "Who built it?"),
        ("When was Elm Court built?", "Who owns the mill?", "Who owns the mill?"),
        ("When was the old mill built?", "Who bought the old mill?", "Who bought the old mill?"),  # no name
        ("متى بُني جسر النيل؟", "من صمم جسر النيل؟", "من صمم it؟"),
        ("Elm Court?", "Elm Court?", "it?"),
    ],
)
def test_what_two_questions_name_is_replaced(first: str, second: str, short: str) -> None:
    assert shortened(first, second, "it") == short
