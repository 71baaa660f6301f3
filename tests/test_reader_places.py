"""The reader points at places that stand in the text, whatever the text and whatever the network says."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calibration import PLAIN, Calibration
from assistant.reader import LONGEST_ANSWER, LONGEST_QUESTION, STRIDE, WINDOW, Logits, make_reading, windows_of
from tests.reading import Noise, Pointing, check, filler, reader_with, tokens_of
from tests.texts import MARKS, SCRIPTS, texts


@given(st.lists(texts, max_size=6), texts)
def test_places_stand_in_their_texts(found: list[str], question: str) -> None:
    reader = reader_with(Noise())
    languages = ["en" if len(text) % 2 else "ar" for text in found]
    readings = reader.read(question, "en", found, languages)
    assert len(readings) == len(found)
    for text, language, reading in zip(found, languages, readings, strict=True):
        check(reading, text)
        assert reading.features.foreign == (language == "ar")
        alone = reader.read(question, "en", [text], [language])[0]
        assert alone.answers == pytest.approx(reading.answers)
        assert [(p.start, p.end) for p in alone.places] == [(p.start, p.end) for p in reading.places]


@given(st.data())
def test_places_stand_in_the_text_whatever_the_logits_and_tokens(data: st.DataObject) -> None:
    text = data.draw(texts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=24)))
    pairs = [(first, last) for first, last in pairwise(cuts) if data.draw(st.integers(0, 9))]
    logits = st.lists(st.floats(-30, 30, width=32), min_size=len(pairs) + 1, max_size=len(pairs) + 1)
    start, end = (np.array(data.draw(logits), np.float32) for _ in range(2))
    numbers = st.floats(-3, 3)
    weights = st.tuples(st.floats(0, 3), st.floats(0, 3), numbers)
    calibration = Calibration((data.draw(weights), data.draw(weights)), (data.draw(weights), data.draw(weights)))
    tokens = np.array(pairs, np.int64).reshape(-1, 2)
    check(make_reading(text, tokens, Logits(start, end, data.draw(numbers)), calibration, foreign=data.draw(st.booleans())), text)


@given(st.lists(texts, min_size=1, max_size=4))
def test_no_place_is_nothing_but_punctuation(found: list[str]) -> None:
    for text, reading in zip(found, reader_with(Noise()).read("Why?", "en", found, ["en"] * len(found)), strict=True):
        assert all(text[place.start : place.end].strip(MARKS) for place in reading.places)


@given(st.data())
@settings(max_examples=40)
def test_an_answer_is_found_wherever_it_stands_in_a_long_text(data: st.DataObject) -> None:
    words = ["bread ", "soup ", "wool ", "choir ", "library "]
    before, after = (data.draw(st.one_of(st.integers(0, 900), st.integers(250, 400))) for _ in range(2))
    inside = data.draw(st.integers(0, LONGEST_ANSWER - 2))
    first, last = tokens_of("zebra")[0], tokens_of("telescope")[-1]
    answer = "zebra " + "salt " * (inside - len(tokens_of("zebra telescope")) + 2) + "telescope"
    text = "".join(words[i % 5] for i in range(before)) + answer + " " + "".join(words[i % 5] for i in range(after))
    question = "bread " * data.draw(st.integers(0, LONGEST_QUESTION + 20))
    reading = reader_with(Pointing(first, last)).read(question, "en", [text], ["en"])[0]
    check(reading, text)
    assert text[reading.places[0].start : reading.places[0].end] == answer
    assert reading.answers > 0.9


@pytest.mark.parametrize("title", ["zebra", "The zebra of the Linnea", "zebra " * 100])
def test_no_answer_stands_in_a_title(title: str) -> None:
    reader = reader_with(Pointing(tokens_of("zebra")[0], tokens_of("zebra")[-1]))
    text = filler(900) + " A zebra."
    beside, within = reader.read("Who?", "en", [filler(900), text], ["en", "en"], [title, title])
    check(beside, filler(900))
    check(within, text)
    assert beside.answers <= 0.5
    assert all(place.probability < 0.1 for place in beside.places)
    assert text[within.places[0].start : within.places[0].end] == "zebra"
    assert all(place.probability < 0.1 for place in within.places[1:])


@pytest.mark.parametrize("parting", ["\n- ", "\n• ", "\n•", "\n— ", "\n\n"])
def test_no_place_goes_on_into_the_next_item_of_a_list(parting: str) -> None:
    text = f"Mali{parting}Togo"
    last = text.index("Togo")
    tokens = np.array([(0, 4), (last, last + 4)], np.int64)
    logits = Logits(np.array([0, 9, 0], np.float32), np.array([0, 0, 9], np.float32), 5.0)
    reading = make_reading(text, tokens, logits, PLAIN, foreign=False)
    assert {text[place.start : place.end] for place in reading.places} == {"Mali", "Togo"}


@pytest.mark.parametrize("answers", [["Mali"], ["Mali", "Togo"], ["Benin", "Chad", "Mali"], ["Benin", "Chad", "Mali", "Togo"]])
def test_several_answers_of_one_passage_are_a_place_each_and_not_one_that_holds_them_all(answers: list[str]) -> None:
    words = ["Benin", "and", "Chad", "or", "Mali", "but", "Togo"]
    text = " ".join(words)
    tokens = np.array([(text.index(word), text.index(word) + len(word)) for word in words], np.int64)
    start = np.array([0, *(9 - place / 20 if word in answers else 0 for place, word in enumerate(words))], np.float32)
    end = np.array([0, *(9 + place / 20 if word in answers else 0 for place, word in enumerate(words))], np.float32)
    reading = make_reading(text, tokens, Logits(start, end, 5.0), PLAIN, foreign=False)
    assert {text[place.start : place.end] for place in reading.places[: len(answers)]} == set(answers)


def test_an_answer_of_several_words_is_one_place() -> None:
    text = "Mali and Togo"
    tokens = np.array([(0, 4), (5, 8), (9, 13)], np.int64)
    logits = Logits(np.array([0, 6, 0, 5], np.float32), np.array([0, 5, 0, 6], np.float32), 5.0)
    reading = make_reading(text, tokens, logits, PLAIN, foreign=False)
    assert text[reading.places[0].start : reading.places[0].end] == text


def test_an_answer_in_each_of_two_windows_is_kept() -> None:
    network = Pointing(tokens_of("zebra")[0], tokens_of("zebra")[-1])
    text = "A zebra. " + filler(900) + " Another zebra."
    reading = reader_with(network).read("Who?", "en", [text], ["en"])[0]
    check(reading, text)
    found = [text[place.start : place.end] for place in reading.places]
    assert found[:2] == ["zebra", "zebra"]
    assert reading.places[1].probability > 0.5


@given(st.integers(0, 5000), st.integers(STRIDE + 1, WINDOW))
def test_windows_cover_everything_overlap_and_keep_to_the_budget(length: int, budget: int) -> None:
    windows = list(windows_of(length, budget))
    assert windows[0][0] == 0
    assert windows[-1][1] == length
    assert all(0 <= last - first <= budget for first, last in windows)
    for (_, last), (first, _) in pairwise(windows):
        assert last - first == STRIDE
    assert len(windows) == 1 or length > budget


def broken_characters(text: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """Places that begin with what belongs to the character before, or leave out what belongs to their last one."""
    import unicodedata

    def joined(position: int) -> bool:
        return 0 < position < len(text) and unicodedata.category(text[position])[0] == "M"

    return [text[start:end] for start, end in places if joined(start) or joined(end)]


@given(st.sampled_from(sorted(SCRIPTS)), st.sampled_from(["Who?", "When did they meet?", "متى؟"]))
def test_no_place_cuts_a_letter_from_its_marks(script: str, question: str) -> None:
    text = SCRIPTS[script]
    places = reader_with(Noise()).read(question, "en", [text], ["en"])[0].places
    assert broken_characters(text, [(place.start, place.end) for place in places]) == []
