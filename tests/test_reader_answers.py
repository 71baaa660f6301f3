"""With its weights, the reader finds easy answers, across languages and in long texts; anything may be asked of any text."""

import pytest

from assistant.reader import WINDOW, Reader
from tests.reading import BREAD, BRIDGE, BRIDGE_ARABIC, QUESTION, check, filler, tokenizer, tokens_of
from tests.texts import SCRIPTS


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
    for text, reading in zip(found, readings, strict=True):
        check(reading, text)
    for nothing in (0, 1, 6, 7):
        assert readings[nothing].places == ()
    assert readings[0].answers == 0


def test_a_title_tells_what_a_text_is_about(reader: Reader) -> None:
    text, question = "Full price: 9 crowns. Reduced price: 6 crowns.", "How much is a full-price ticket for the museum of clocks?"
    titles = ["Museum of clocks: tickets", "Zoo of Halden: tickets"]
    ours, others = reader.read(question, "en", [text, text], ["en", "en"], titles)
    assert ours.answers > others.answers


def test_nothing_to_read_gives_no_readings(reader: Reader) -> None:
    assert reader.read(QUESTION, "en", [], []) == []
    assert reader.count_tokens([]) == []


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
