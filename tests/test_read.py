"""Reading hits: spans stand in the document where they say, in their sentences, once each, the likeliest first."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calibration import PLAIN, Features
from assistant.datatypes import Span
from assistant.evidence import NO_EVIDENCE, Evidence
from assistant.question_kind import SENTENCE_KINDS, Kind
from assistant.read import Asked, around, read, whole
from assistant.reader import Place, Reader, Reading, Window
from assistant.sentences import can_answer
from index.chunk import chunk_document, sentence_spans
from index.datatypes import Chunk, Document, Hit
from index.encode import Encoder, Vectors
from tests.texts import SCRIPTS

TEXT = (
    "The valley lies between two ridges. Sheep graze there from May to October. "
    "The old stone bridge over the river was opened in 1932. It was designed by Clara Hoffmann. "
    "A flood took away the mill in 1951. The school has two rooms and a garden. "
    "In winter the road is closed, because snow slides from the eastern ridge.\n\n"
    "The bakery sells rye bread. Its oven is heated with beech wood."
)
MULTILINGUAL = " ".join(SCRIPTS.values())


def hit(start: int, end: int, text: str = TEXT, document: str = "valley.txt", language: str = "en") -> Hit:
    chunk = Chunk(document, start, end, text[start:end], language)
    return Hit(start, chunk, "The valley", "", 0.0, 0.9, 1, None)


class FakeEncoder:
    """Finds every sentence equally close to the question."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [20] * len(texts)

    def encode_sentences(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), 2), 0.4, np.float32)


class FakeReader:
    """Gives the readings that a test wants."""

    def __init__(self, readings: Sequence[Reading], evidence: Evidence = NO_EVIDENCE) -> None:
        self.readings = list(readings)
        self.evidence = evidence
        self.calibration = PLAIN

    def read(
        self, question: str, language: str, texts: Sequence[str], languages: Sequence[str], titles: Sequence[str]
    ) -> list[Reading]:
        assert len(texts) == len(languages) == len(titles) == len(self.readings)
        return self.readings


def reading(text: str, answers: float, places: Sequence[tuple[int, int, float]]) -> Reading:
    """One whose tokens are the text's characters, sure of its first place."""
    begins, ends = np.zeros(len(text), np.float32), np.zeros(len(text), np.float32)
    if places:
        begins[places[0][0]] = ends[places[0][1] - 1] = 1
    tokens = np.array([(i, i + 1) for i in range(len(text))], np.int64).reshape(-1, 2)
    found = tuple(Place(start, end, probability, -1.0) for start, end, probability in places)
    return Reading(answers, found, (Window(answers, tokens, begins, ends),), Features(0.0, 0.0, False))


def read_with(
    readings: Sequence[Reading], hits: Sequence[Hit], kind: Kind = Kind.ONE, evidence: Evidence = NO_EVIDENCE
) -> list[Span]:
    asked = Asked("When?", "en", kind, np.ones(2, np.float32))
    return read(asked, hits, cast(Reader, FakeReader(readings, evidence)), cast(Encoder, FakeEncoder()))


def place_of(words: str, chunk: Hit, probability: float) -> tuple[int, int, float]:
    start = chunk.chunk.text.index(words)
    return start, start + len(words), probability


def check(spans: Sequence[Span], texts: dict[str, str]) -> None:
    """What holds for all spans, whatever was read."""
    places = [(span.hit.chunk.document, span.start, span.end) for span in spans]
    assert len(set(places)) == len(places)
    assert [span.probability for span in spans] == sorted((span.probability for span in spans), reverse=True)
    for span in spans:
        text, chunk = texts[span.hit.chunk.document], span.hit.chunk
        assert chunk.start <= span.sentence_start <= span.start < span.end <= span.sentence_end <= chunk.end
        assert text[span.start : span.end] == span.text
        assert text[span.sentence_start : span.sentence_end] == span.sentence
        assert span.text in span.sentence
        assert 0 <= span.probability <= 1
        assert span.probability <= span.passage_probability + 1e-6 or span.text == span.sentence


@given(st.data(), st.sampled_from(Kind), st.sampled_from([TEXT, MULTILINGUAL]))
def test_spans_stand_in_their_documents(data: st.DataObject, kind: Kind, text: str) -> None:
    hits, readings = [], []
    for name in data.draw(st.lists(st.sampled_from(["a.txt", "b.txt"]), max_size=4)):
        start = data.draw(st.integers(0, len(text) - 1))
        one = hit(start, data.draw(st.integers(start + 1, min(len(text), start + 400))), text, name)
        length, answers = len(one.chunk.text), data.draw(st.floats(0, 1))
        cuts = sorted(data.draw(st.sets(st.integers(0, length), max_size=12)))
        places = [(*pair, answers * data.draw(st.floats(0, 1))) for pair in zip(cuts[::2], cuts[1::2], strict=False)]
        hits.append(one)
        readings.append(reading(one.chunk.text, answers, sorted(places, key=lambda place: -place[2])))
    spans = read_with(readings, hits, kind)
    check(spans, {"a.txt": text, "b.txt": text})
    expected = {
        (one.chunk.document, one.chunk.start + start, one.chunk.start + end)
        for one, made in zip(hits, readings, strict=True)
        for start, end in (
            [
                place
                for place in sentence_spans(one.chunk.text, one.chunk.language)
                if can_answer(one.chunk.text[slice(*place)], 20)
            ]
            if kind in SENTENCE_KINDS
            else [(place.start, place.end) for place in made.places]
        )
    }
    assert {(span.hit.chunk.document, span.start, span.end) for span in spans} == expected


def test_what_is_wanted_decides_how_likely_a_span_is() -> None:
    text = "It opens in May."
    one = hit(0, len(text), text)
    evidence = Evidence(*(((0.0, 0.0, 0.0, odds),) * 2 for odds in (-1.0, 0.0, 1.0)))
    chances = [
        read_with([reading(one.chunk.text, 0.9, [place_of("May", one, 0.8)])], [one], kind, evidence)[0].probability
        for kind in (Kind.ONE, Kind.SEVERAL, Kind.EXPLAIN, Kind.CONFIRM)
    ]
    assert chances == pytest.approx([0.269, 0.5, 0.731, 0.731], abs=0.001)


def test_no_answer_goes_from_one_row_of_a_table_into_the_next() -> None:
    text = "Room: Oak; Seats: 12\nRoom: Birch; Seats: 30\nElspeth Harrow\nTomas Reyl"
    one = hit(0, len(text), text)
    places = [place_of(words, one, 0.3) for words in ("12\nRoom: Birch", "30", "Elspeth Harrow\nTomas Reyl")]
    spans = read_with([reading(text, 0.9, places)], [one])
    assert {span.text for span in spans} == {"30", "Elspeth Harrow\nTomas Reyl"}
    assert next(span.sentence for span in spans if span.text == "30") == "Room: Birch; Seats: 30"


def test_offsets_count_from_the_documents_beginning() -> None:
    one = hit(TEXT.index("The old"), TEXT.index("A flood"))
    (span,) = read_with([reading(one.chunk.text, 0.9, [place_of("1932", one, 0.8)])], [one])
    assert span.start == TEXT.index("1932")
    assert span.text == "1932"
    assert span.sentence == "The old stone bridge over the river was opened in 1932."
    assert (round(span.probability, 9), span.passage_probability) == (0.8, 0.9)


def test_a_place_in_two_overlapping_chunks_comes_once_with_its_higher_probability() -> None:
    early, late = hit(0, TEXT.index("It was")), hit(TEXT.index("The old"), TEXT.index("A flood"))
    readings = [
        reading(early.chunk.text, 0.5, [place_of("1932", early, 0.4)]),
        reading(late.chunk.text, 0.9, [place_of("1932", late, 0.8), place_of("Clara Hoffmann", late, 0.1)]),
    ]
    for order in (slice(None), slice(None, None, -1)):
        spans = read_with(readings[order], [early, late][order])
        assert [(span.text, round(span.probability, 9), span.passage_probability) for span in spans] == [
            ("1932", 0.8, 0.9),
            ("Clara Hoffmann", 0.1, 0.9),
        ]
        assert spans[0].hit == late


def test_the_same_place_of_two_documents_comes_twice() -> None:
    hits = [hit(0, len(TEXT), document=name) for name in ("a.txt", "b.txt")]
    spans = read_with([reading(TEXT, 0.9, [place_of("1932", hits[0], 0.8)])] * 2, hits)
    assert sorted(span.hit.chunk.document for span in spans) == ["a.txt", "b.txt"]


def test_the_likeliest_comes_first_whatever_its_hits_rank() -> None:
    first, second = hit(0, TEXT.index("The old")), hit(TEXT.index("The old"), TEXT.index("A flood"))
    readings = [
        reading(first.chunk.text, 0.5, [place_of("October", first, 0.3), place_of("Sheep", first, 0.05)]),
        reading(second.chunk.text, 0.9, [place_of("1932", second, 0.8), place_of("Clara Hoffmann", second, 0.2)]),
    ]
    assert [span.text for span in read_with(readings, [first, second])] == ["1932", "October", "Clara Hoffmann", "Sheep"]


@pytest.mark.parametrize("kind", [Kind.EXPLAIN, Kind.CONFIRM])
def test_where_a_sentence_is_wanted_each_is_a_span(kind: Kind) -> None:
    one = hit(TEXT.index("Sheep"), TEXT.index("The school"))
    spans = read_with([reading(one.chunk.text, 0.7, [place_of("opened in 1932", one, 0.6)])], [one], kind)
    sentences = sentence_spans(one.chunk.text, "en")
    assert len(sentences) == 4
    assert sorted(span.text for span in spans) == sorted(one.chunk.text[start:end] for start, end in sentences)
    assert all(span.text == span.sentence for span in spans)
    assert spans[0].text == "The old stone bridge over the river was opened in 1932."
    assert spans[0].probability > max(span.probability for span in spans[1:])


@pytest.mark.parametrize("kind", [Kind.ONE, Kind.SEVERAL])
def test_where_a_name_or_number_is_wanted_spans_are_short(kind: Kind) -> None:
    one = hit(0, len(TEXT))
    spans = read_with([reading(TEXT, 0.7, [place_of("1932", one, 0.6), place_of("1951", one, 0.4)])], [one], kind)
    assert [span.text for span in spans] == ["1932", "1951"]


def test_a_place_across_two_sentences_stands_in_both() -> None:
    one = hit(0, len(TEXT))
    (span,) = read_with([reading(TEXT, 0.7, [place_of("1932. It was designed", one, 0.6)])], [one])
    assert span.sentence.startswith("The old stone bridge")
    assert span.sentence.endswith("Clara Hoffmann.")


def test_no_hits_and_readings_without_places_give_no_spans() -> None:
    assert read_with([], []) == []
    assert read_with([reading(TEXT, 0.0, [])], [hit(0, len(TEXT))]) == []


ranges = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(ranges, st.lists(st.integers(0, 80), max_size=10, unique=True).map(sorted))
def test_around_holds_the_range_and_whole_sentences(place: tuple[int, int], cuts: list[int]) -> None:
    sentences = list(zip(cuts[::2], cuts[1::2], strict=False))
    start, end = around(*place, sentences)
    assert start <= place[0] < place[1] <= end
    for first, last in sentences:
        assert (start <= first and last <= end) or last <= place[0] or first >= place[1]
    assert start == place[0] or start in {first for first, _ in sentences}
    assert end == place[1] or end in {last for _, last in sentences}


def test_whole_hits_are_spans_without_probability() -> None:
    hits = [hit(i, i + 20) for i in range(12)]
    spans = whole(hits, 5)
    assert [span.text for span in spans] == [TEXT[i : i + 20] for i in range(5)]
    assert all(span.probability == span.passage_probability == 0 for span in spans)
    assert all((span.start, span.end) == (span.sentence_start, span.sentence_end) for span in spans)
    assert whole([]) == []


@pytest.mark.parametrize("overlap", [0, 20])
@pytest.mark.parametrize("kind", Kind)
def test_the_real_reader_over_a_documents_chunks(reader: Reader, encoder: Encoder, overlap: int, kind: Kind) -> None:
    document = Document("valley.txt", "The valley", "en", "", "First things first.\n\n" + TEXT, "")
    chunks = chunk_document(document, encoder.count_tokens, 40, overlap)
    assert len(chunks) > 2
    hits = [Hit(number, chunk, "The valley", "", 0.0, 0.9, number, None) for number, chunk in enumerate(chunks, 1)]
    question = "When was the bridge opened?"
    spans = read(Asked(question, "en", kind, encoder.encode_questions([question])[0]), hits, reader, encoder)
    check(spans, {"valley.txt": document.text})
    assert "1932" in spans[0].text
    assert spans[0].sentence == "The old stone bridge over the river was opened in 1932."
    assert (spans[0].text == spans[0].sentence) == (kind in SENTENCE_KINDS)
