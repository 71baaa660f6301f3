"""Rows to tokens: the answer is where it stands, and another part of a passage never holds it."""

import random
import re
from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from assistant.reader import LONGEST_QUESTION
from assistant.reader_network import BEGIN, END
from tests.texts import SCRIPTS
from tests.training_rows import QUESTION, WORDS, bundled_tokenizer, row, word_tokenizer
from training.features import Example, answer_tokens, make_examples
from training.fit import targets
from training.lists import LISTS
from training.mixture import ANOTHER_PART, Drawn
from training.rows import Row, agreed

passages = st.lists(st.sampled_from(WORDS), min_size=1, max_size=80)


def spelled(ids: Sequence[int]) -> str:
    return " ".join(str(word_tokenizer().id_to_token(number)) for number in ids)


def passage_of(example: Example) -> list[int]:
    return example.ids[example.offset : -1]


@given(passages, st.data(), st.integers(4, 90), st.integers(0, 9))
def test_the_answers_tokens_spell_the_answer(words: list[str], data: st.DataObject, longest: int, seed: int) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    context = " ".join(words)
    start = len(" ".join(words[:first])) + bool(first)
    answer = " ".join(words[first : last + 1])
    question = "where " * data.draw(st.integers(0, 80))
    one = Row("own", "en", "en", question, context, ((start, start + len(answer)),))
    examples = make_examples([Drawn("own", one)], word_tokenizer(), longest, random.Random(seed))
    if last - first + 1 > longest:
        assert examples == []
        return
    (example,) = examples
    ((begin, end),) = example.answers
    assert spelled(example.ids[begin : end + 1]) == answer
    assert example.offset <= begin <= end < len(example.ids) - 1
    assert spelled(passage_of(example)) in context
    assert len(passage_of(example)) == min(longest, len(words))
    asked = example.ids[1 : example.offset - 2]
    assert len(asked) == min(LONGEST_QUESTION, len(question.split()))
    assert (example.ids[0], example.ids[example.offset - 2 : example.offset], example.ids[-1]) == (BEGIN, [END, END], END)


@given(passages, st.integers(4, 90), st.integers(0, 9))
def test_where_there_is_no_answer_the_first_token_is_pointed_at(words: list[str], longest: int, seed: int) -> None:
    (example,) = make_examples([Drawn("own", row(" ".join(words)))], word_tokenizer(), longest, random.Random(seed))
    assert example.answers == ()
    assert spelled(passage_of(example)) in " ".join(words)
    assert len(passage_of(example)) == min(longest, len(words))


@given(st.sampled_from(sorted(set(SCRIPTS) - {"Combining marks"})), st.data())
def test_an_answers_tokens_cover_it_in_every_script(script: str, data: st.DataObject) -> None:
    text = SCRIPTS[script]  # composed, as documents are
    words = [found.span() for found in re.finditer(r"\S+", text)]
    number = data.draw(st.integers(0, len(words) - 1))
    start, end = words[number][0], words[data.draw(st.integers(number, len(words) - 1))][1]
    encoding = bundled_tokenizer().encode(text, add_special_tokens=False)
    place = answer_tokens(encoding, start, end)
    assert place is not None
    first, last = place
    assert 0 <= first <= last < len(encoding.ids)
    covered = {position for a, b in encoding.offsets[first : last + 1] for position in range(a, b)}
    assert {position for position in range(start, end) if text[position].isalnum()} <= covered
    assert not any(text[position].isalnum() for position in covered - set(range(start, end)))
    assert all(not a < b or b <= start or a >= end for a, b in encoding.offsets[:first] + encoding.offsets[last + 1 :])


def test_the_answer_that_most_gave_is_pointed_at() -> None:
    context = "the lamp is by the mill in the garden"
    one = Row("own", "en", "en", QUESTION, context, ((12, 23), (15, 23), (15, 23), (12, 37)))
    (example,) = make_examples([Drawn("own", one)], word_tokenizer(), 40, random.Random(0))
    ((begin, end),) = example.answers
    assert spelled(example.ids[begin : end + 1]) == "the mill"


def test_of_answers_that_agree_as_well_the_shorter_is_pointed_at() -> None:
    context = "the lamp is by the mill in the garden"
    assert agreed(context, ((12, 37), (15, 23))) == (15, 23)
    assert agreed(context, ((15, 23), (12, 37))) == (15, 23)


def test_rows_whose_annotators_disagree_are_left_out() -> None:
    context = "the lamp is by the mill in the garden"
    one = Row("own", "en", "en", QUESTION, context, ((0, 8), (15, 23), (27, 37)))
    assert make_examples([Drawn("own", one)], word_tokenizer(), 40, random.Random(0)) == []


@given(st.lists(st.sampled_from(WORDS), min_size=8, max_size=60), st.integers(3, 70), st.integers(0, 9))
def test_of_a_list_all_answers_that_are_read_are_pointed_at(words: list[str], longest: int, seed: int) -> None:
    context = " ".join(words)
    wanted = words[len(words) // 2]
    places = tuple(found.span() for found in re.finditer(rf"\b{wanted}\b", context))
    one = Row(LISTS, "en", "en", QUESTION, context, places)
    (example,) = make_examples([Drawn(LISTS, one)], word_tokenizer(), longest, random.Random(seed))
    assert example.answers
    assert all(spelled(example.ids[begin : end + 1]) == wanted for begin, end in example.answers)
    assert len(example.answers) == spelled(passage_of(example)).split().count(wanted)
    starts, ends = targets([example], len(example.ids))
    assert torch.allclose(torch.stack([starts.sum(1), ends.sum(1)]), torch.ones(2, 1))
    assert starts.nonzero()[:, 1].tolist() == [begin for begin, _ in example.answers]


def test_rows_without_a_place_for_their_answer_are_left_out() -> None:
    one = Row("own", "en", "en", QUESTION, "the lamp  is here", ((8, 9),))
    assert make_examples([Drawn("own", one)], word_tokenizer(), 40, random.Random(0)) == []


@given(st.lists(st.sampled_from(WORDS[:4]), min_size=20, max_size=120), st.data(), st.integers(6, 60))
def test_another_part_never_holds_the_answers_tokens(words: list[str], data: st.DataObject, longest: int) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(first + 5, len(words) - 1)))
    start = len(" ".join(words[:first])) + bool(first)
    answer = " ".join(words[first : last + 1])
    one = Row("own", "en", "en", QUESTION, " ".join(words), ((start, start + len(answer)),))
    for example in make_examples([Drawn(ANOTHER_PART, one)], word_tokenizer(), longest, random.Random(0)):
        assert example.answers == ()
        assert len(passage_of(example)) <= longest
        assert f" {answer} " not in f" {spelled(passage_of(example))} "
        assert spelled(passage_of(example)) in one.context


@pytest.mark.parametrize(
    ("answers", "elsewhere"),
    [
        (["by the old harbour", "harbour"], "The harbour is old."),  # another annotator's
        (["harbour"], "It is old (harbour)."),  # in other tokens
        (["Harbour"], "There is a harbour."),
        (["harbour"], "Many harbours are old."),
    ],
)
def test_another_part_never_holds_any_of_the_answers(answers: list[str], elsewhere: str) -> None:
    beginning = f"The lamp is by the old {answers[-1]}."
    context = f"{beginning} " + "Sheep graze on the ridge in winter. " * 6 + elsewhere
    examples = make_examples([Drawn(ANOTHER_PART, row(context, *answers))], bundled_tokenizer(), 100, random.Random(0))
    for example in examples:
        part = bundled_tokenizer().decode(passage_of(example)).casefold()
        assert not any(answer.casefold() in part for answer in answers)


def test_another_part_is_read_where_it_does_not_answer() -> None:
    context = "The lamp is by the harbour. " + "Sheep graze on the ridge in winter. " * 12
    (example,) = make_examples([Drawn(ANOTHER_PART, row(context, "harbour"))], bundled_tokenizer(), 60, random.Random(0))
    assert example.answers == ()
    assert "Sheep graze" in bundled_tokenizer().decode(passage_of(example))
