"""The reader points at places that stand in the text, whatever the text; reads alike in any company; finds easy answers."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calibration import PLAIN, Calibration
from assistant.question_kind import Kind
from assistant.reader import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    SPANS,
    STRIDE,
    WINDOW,
    Logits,
    Reader,
    Reading,
    load_reader,
    make_reading,
    windows_of,
)
from assistant.span_edges import trim
from index.bundled import bundled_model_folder
from index.encode import Encoder, load_encoder, processor_has_bfloat16
from index.int8 import processor_has_int8
from tests.texts import MARKS, SCRIPTS, texts

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from assistant.reader_network import ReaderNetwork

QUESTION = "When was the bridge opened?"
BRIDGE = "The old stone bridge over the river was opened in 1932. It was designed by Clara Hoffmann."
BRIDGE_ARABIC = "افتُتح الجسر الحجري القديم فوق النهر عام 1932. صممته كلارا هوفمان."
BRIDGE_CHINESE = "河上的老石桥于1932年建成通车。它由克拉拉·霍夫曼设计。"
BREAD = "Bake the bread for forty minutes and let it cool on a rack before slicing."
TOLERANCE = 0.05 if processor_has_bfloat16() or processor_has_int8() else 1e-3
SENTENCES = (
    "The bakery sells rye bread, rolls and cakes.",
    "Wool is washed, combed and spun before it is woven into cloth.",
    "A good soup needs onions, salt and patience.",
    "The choir sings in the hall and the children listen quietly.",
    "Tomatoes like sun, water and a sheltered wall.",
    "The library lends books, maps and films to its members.",
)


@cache
def tokenizer() -> "Tokenizer":
    """The bundled encoder's own, from its file."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(bundled_model_folder() / "tokenizer.json"))


def tokens_of(text: str) -> list[int]:
    return list(tokenizer().encode(text, add_special_tokens=False).ids)


def filler(tokens: int) -> str:
    """A text of at least so many tokens, about nothing that is asked for here."""
    sentences: list[str] = []
    length = 0
    while length < tokens:
        sentences.append(SENTENCES[len(sentences) * 5 % len(SENTENCES)])
        length += len(tokens_of(sentences[-1]))
    return " ".join(sentences)


class Noise:
    """Stands in for the network: logits that depend on the tokens and their places, and on nothing else."""

    def __call__(
        self, ids: "torch.Tensor", mask: "torch.Tensor", places: "torch.Tensor"
    ) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
        import torch

        wave = ids.double() * 12.9898 + torch.arange(ids.shape[1]) * 78.233
        start, end = (torch.frac(torch.sin(wave + shift) * 43758.5453) * 8 for shift in (0, 1))
        answerable = torch.frac((ids * mask).sum(1).double() * 0.6180339) * 8 - 4
        return start.masked_fill(~places, -1e4).float(), end.masked_fill(~places, -1e4).float(), answerable.float()


class Pointing:
    """Stands in for the network: sure of an answer that begins with one token and ends with another, if both are there."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    def __call__(
        self, ids: "torch.Tensor", mask: "torch.Tensor", places: "torch.Tensor"
    ) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
        start = ((ids == self.first) & places).float() * 20
        end = ((ids == self.last) & places).float() * 20
        both = (start.amax(1) > 0) & (end.amax(1) > 0)
        return start.masked_fill(~places, -1e4), end.masked_fill(~places, -1e4), both.float() * 16 - 8


def reader_with(network: object, calibration: Calibration = PLAIN) -> Reader:
    return Reader(cast("ReaderNetwork", network), tokenizer(), calibration, np.zeros((5, 385), np.float32))


def check(reading: Reading, text: str) -> None:
    """What holds for every reading of every text."""
    assert 0 <= reading.answers <= 1
    assert len(reading.places) <= SPANS
    assert [place.probability for place in reading.places] == sorted((p.probability for p in reading.places), reverse=True)
    for place in reading.places:
        assert 0 <= place.start < place.end <= len(text)
        assert text[place.start : place.end].strip() == text[place.start : place.end]
        assert trim(text, place.start, place.end) == (place.start, place.end)
        assert 0 <= place.probability <= reading.answers
        assert place.log_share <= 1e-4
    in_order = sorted(reading.places, key=lambda place: place.start)
    assert all(first.end <= second.start for first, second in pairwise(in_order))
    for window in reading.windows:
        assert len(window.tokens) == len(window.begins) == len(window.ends) > 0
        assert window.begins.sum() == pytest.approx(1, abs=1e-3)
        assert window.ends.sum() == pytest.approx(1, abs=1e-3)
    assert 0 <= reading.within(0, len(text)) <= reading.answers + 1e-4


def assert_alike(first: Reading, second: Reading) -> None:
    assert first.answers == pytest.approx(second.answers, abs=TOLERANCE)
    windows = [sorted(reading.windows, key=lambda window: int(window.tokens[0, 0])) for reading in (first, second)]
    for one, other in zip(*windows, strict=True):
        assert np.array_equal(one.tokens, other.tokens)
        assert np.allclose(one.begins, other.begins, atol=TOLERANCE)
        assert np.allclose(one.ends, other.ends, atol=TOLERANCE)
    if first.places and first.places[0].probability > 0.6:
        assert first.places[0].probability == pytest.approx(second.places[0].probability, abs=2 * TOLERANCE)
        assert (first.places[0].start, first.places[0].end) == (second.places[0].start, second.places[0].end)


@given(st.lists(texts, max_size=6), texts)
@settings(deadline=None)
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
@settings(deadline=None)
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
@settings(deadline=None)
def test_no_place_is_nothing_but_punctuation(found: list[str]) -> None:
    for text, reading in zip(found, reader_with(Noise()).read("Why?", "en", found, ["en"] * len(found)), strict=True):
        assert all(text[place.start : place.end].strip(MARKS) for place in reading.places)


@given(st.data())
@settings(deadline=None, max_examples=40)
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


@pytest.mark.parametrize("parting", ["\n- ", "\n• ", "\n\n"])
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
@settings(deadline=None)
def test_windows_cover_everything_overlap_and_keep_to_the_budget(length: int, budget: int) -> None:
    windows = list(windows_of(length, budget))
    assert windows[0][0] == 0
    assert windows[-1][1] == length
    assert all(0 <= last - first <= budget for first, last in windows)
    for (_, last), (first, _) in pairwise(windows):
        assert last - first == STRIDE
    assert len(windows) == 1 or length > budget


@pytest.mark.parametrize("script", SCRIPTS)
def test_tokens_are_those_of_the_encoder(reader: Reader, encoder: Encoder, script: str) -> None:
    text = SCRIPTS[script]
    expected = encoder.model.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    got = reader._tokenizer.encode(text, add_special_tokens=False)
    assert got.ids == expected["input_ids"]
    assert got.offsets == expected["offset_mapping"]
    assert reader.count_tokens([text]) == encoder.count_tokens([text])


def test_tokens_stay_whole_while_the_encoder_pads_and_cuts(reader: Reader, encoder: Encoder) -> None:
    found = [*SCRIPTS.values(), filler(700)]
    expected = [tokens_of(text) for text in found]
    done = threading.Event()

    def encode() -> None:
        while not done.is_set():
            encoder.model.tokenizer([*found, "short"], padding=True, truncation=True, max_length=16)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(encode)
        try:
            for _ in range(40):
                assert [one.ids for one in reader._tokenizer.encode_batch(found, add_special_tokens=False)] == expected
                assert reader.count_tokens(found) == list(map(len, expected))
        finally:
            done.set()
        running.result()


@pytest.mark.parametrize("question", ["When?", "", "?", "🤝🏽", "متى افتُتح الجسر؟ " * 60, "x" * 2000])
def test_any_question_can_be_asked_of_any_texts(reader: Reader, question: str) -> None:
    found = [
        "",
        " \n ",
        "x",
        "字",
        "🤝🏽👩‍👩‍👧‍👦",
        "e\u0301\u0302 s\u0323\u0307",
        "…",
        '("")',
        SCRIPTS["Thai"],
        SCRIPTS["Arabic"],
        BREAD,
    ]
    readings = reader.read(question, "en", found, ["en"] * len(found))
    assert len(readings) == len(found)
    assert reader.kind(question) in Kind
    for text, reading in zip(found, readings, strict=True):
        check(reading, text)
    for nothing in (0, 1, 6, 7):
        assert readings[nothing].places == ()
    assert readings[0].answers == 0


@given(st.data())
@settings(max_examples=8, deadline=None)
def test_no_answer_stands_in_a_title(reader: Reader, data: st.DataObject) -> None:
    title = data.draw(st.sampled_from(["", "Marit Lunde, captain of the Linnea", "عنوان", "a title of many words " * 20]))
    text = data.draw(st.sampled_from(["The ship sails at nine.", "Her captain is Ola Berg. " * 30, ""]))
    (reading,) = reader.read("Who is the captain of the Linnea?", "en", [text], ["en"], [title])
    assert all(text[place.start : place.end].strip() for place in reading.places)


def test_a_title_tells_what_a_text_is_about(reader: Reader) -> None:
    text, question = "Full price: 9 crowns. Reduced price: 6 crowns.", "How much is a full-price ticket for the museum of clocks?"
    titles = ["Museum of clocks: tickets", "Zoo of Halden: tickets"]
    ours, others = reader.read(question, "en", [text, text], ["en", "en"], titles)
    assert ours.answers > others.answers


def test_nothing_to_read_gives_no_readings(reader: Reader) -> None:
    assert reader.read(QUESTION, "en", [], []) == []
    assert reader.count_tokens([]) == []


def test_the_company_of_other_texts_changes_nothing(reader: Reader) -> None:
    found = [BREAD, BRIDGE, "", BRIDGE_ARABIC, filler(420) + " " + BRIDGE, "x", BRIDGE_CHINESE]
    languages = ["en", "en", "en", "ar", "en", "en", "zh"]
    together = reader.read(QUESTION, "en", found, languages)
    backwards = reader.read(QUESTION, "en", found[::-1], languages[::-1])[::-1]
    for number, reading in enumerate(together):
        check(reading, found[number])
        assert_alike(reading, backwards[number])
        assert_alike(reading, reader.read(QUESTION, "en", [found[number]], [languages[number]])[0])


def test_several_threads_read_as_one_does(reader: Reader, encoder: Encoder) -> None:
    jobs = [
        (question, [*(BRIDGE, BREAD, BRIDGE_ARABIC)[i % 3 :], SCRIPTS["Hangul"]])
        for i, question in enumerate([QUESTION, "Who designed the bridge?", "How long is the bread baked?", "متى افتُتح الجسر؟"])
    ]
    expected = [reader.read(question, "en", found, ["en"] * len(found)) for question, found in jobs]
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(reader.read, question, "en", found, ["en"] * len(found)) for question, found in jobs]
        vectors = pool.submit(encoder.encode_passages, [BRIDGE, BREAD])
        for before, now in zip(expected, running, strict=True):
            for first, second in zip(before, now.result(), strict=True):
                assert_alike(first, second)
        assert np.allclose(vectors.result(), encoder.encode_passages([BRIDGE, BREAD]), atol=1e-2)


def best(reader: Reader, question: str, language: str, text: str, read: str) -> str:
    place = reader.read(question, language, [text], [read])[0].places[0]
    return text[place.start : place.end]


@pytest.mark.parametrize(
    ("question", "language"), [(QUESTION, "en"), ("Wann wurde die Brücke eröffnet?", "de"), ("متى افتُتح الجسر؟", "ar")]
)
@pytest.mark.parametrize(("text", "read"), [(BRIDGE, "en"), (BRIDGE_ARABIC, "ar")])
def test_an_easy_answer_is_found_across_languages(reader: Reader, question: str, language: str, text: str, read: str) -> None:
    assert "1932" in best(reader, question, language, text, read)


def test_another_question_has_another_answer(reader: Reader) -> None:
    assert "Hoffmann" in best(reader, "Who designed the bridge?", "en", BRIDGE, "en")
    assert "forty minutes" in best(reader, "How long is the bread baked?", "en", BREAD, "en")


@pytest.mark.parametrize(
    ("question", "language", "text", "read"),
    [
        (QUESTION, "en", BRIDGE, "en"),
        (QUESTION, "en", BRIDGE_ARABIC, "ar"),
        ("Wann wurde die Brücke eröffnet?", "de", BRIDGE, "en"),
        ("متى افتُتح الجسر؟", "ar", BRIDGE_ARABIC, "ar"),
    ],
)
def test_a_passage_about_something_else_is_less_likely_to_answer(
    reader: Reader, question: str, language: str, text: str, read: str
) -> None:
    bridge, bread = reader.read(question, language, [text, BREAD], [read, "en"])
    assert bridge.answers > bread.answers


def test_the_answers_sentence_is_the_likelier_one(reader: Reader) -> None:
    reading = reader.read(QUESTION, "en", [BRIDGE], ["en"])[0]
    border = BRIDGE.index(" It")
    assert reading.within(0, border) > reading.within(border + 1, len(BRIDGE))
    assert reading.within(0, border) + reading.within(border + 1, len(BRIDGE)) == pytest.approx(reading.answers, abs=0.01)


def test_an_answer_at_the_end_of_a_very_long_text_is_found(reader: Reader) -> None:
    text = filler(5000) + " " + BRIDGE.partition(" It")[0]
    reading = reader.read(QUESTION, "en", [text], ["en"])[0]
    check(reading, text)
    assert "1932" in text[reading.places[0].start : reading.places[0].end]


@pytest.mark.parametrize("answer_after", [-1, 0, 1])
def test_an_answer_across_the_border_of_two_windows_is_found(reader: Reader, answer_after: int) -> None:
    border = WINDOW - len(tokens_of(QUESTION)) - 4
    sentence = BRIDGE.partition(" It")[0]
    before = len(tokens_of(sentence.partition(" 1932")[0]))
    start = "bread, " * 400
    offsets = tokenizer().encode(start, add_special_tokens=False).offsets
    text = start[: offsets[border - before + answer_after - 2][1]].rstrip(" ,") + ". " + sentence + " " + filler(80)
    reading = reader.read(QUESTION, "en", [text], ["en"])[0]
    assert "1932" in text[reading.places[0].start : reading.places[0].end]


def broken_characters(text: str, places: Sequence[tuple[int, int]]) -> list[str]:
    """Places that begin with what belongs to the character before, or leave out what belongs to their last one."""
    import unicodedata

    def joined(position: int) -> bool:
        return 0 < position < len(text) and unicodedata.category(text[position])[0] == "M"

    return [text[start:end] for start, end in places if joined(start) or joined(end)]


@given(st.sampled_from(sorted(SCRIPTS)), st.sampled_from(["Who?", "When did they meet?", "متى؟"]))
@settings(deadline=None)
def test_no_place_cuts_a_letter_from_its_marks(script: str, question: str) -> None:
    text = SCRIPTS[script]
    places = reader_with(Noise()).read(question, "en", [text], ["en"])[0].places
    assert broken_characters(text, [(place.start, place.end) for place in places]) == []


def test_the_reader_is_the_same_beside_another_encoder(reader: Reader, tiny_model: Path) -> None:
    other = load_reader(load_encoder(str(tiny_model)))
    for first, second in zip(
        reader.read(QUESTION, "en", [BRIDGE, SCRIPTS["Arabic"]], ["en", "ar"]),
        other.read(QUESTION, "en", [BRIDGE, SCRIPTS["Arabic"]], ["en", "ar"]),
        strict=True,
    ):
        assert_alike(first, second)
