"""Reader and encoder together: of two places that the reader likes as well, the one closer to the question is likelier."""

import json
from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.datatypes import Span
from assistant.evidence import MOST, NO_EVIDENCE, Evidence, features_of, weigh
from assistant.question_kind import Kind
from assistant.read import Asked, read
from assistant.reader import Reader
from index.chunk import chunk_document
from index.datatypes import Chunk, Document, Hit
from index.encode import Encoder, Vectors

WEIGHTS = ((1.0, 4.0, 2.0, -3.0), (1.0, 1.0, 1.0, -2.0))
QUERY = np.array([1.0], np.float32)


class FakeEncoder:
    """Finds a sentence as close to the question as its first word says."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_sentences(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[float(text.split()[0])] for text in texts], np.float32).reshape(-1, 1)


def span(closeness: float, probability: float, passage: float = 0.5, language: str = "en") -> Span:
    text = f"{closeness:.4f} is how close this is."
    hit = Hit(1, Chunk("a.txt", 0, len(text), text, language), "", "", 0.0, passage, 1, None)
    return Span(hit, 10, 13, text[10:13], 0, len(text), probability, 0.9)


def weighed(spans: Sequence[Span], encoder: FakeEncoder | None = None) -> list[float]:
    found = weigh(spans, QUERY, "en", cast(Encoder, encoder or FakeEncoder()), WEIGHTS)
    return [one.probability for one in found]


probabilities = st.floats(0, 1)
closenesses = st.floats(-1, 1)


@given(closenesses, closenesses, probabilities)
def test_the_closer_of_two_sentences_is_likelier(first: float, second: float, probability: float) -> None:
    one, other = weighed([span(first, probability), span(second, probability)])
    assert 0 <= min(one, other) <= max(one, other) <= 1
    if first - second > 0.001:
        assert one >= other


@given(probabilities, probabilities, closenesses)
def test_the_one_that_the_reader_likes_more_is_likelier(first: float, second: float, closeness: float) -> None:
    one, other = weighed([span(closeness, first), span(closeness, second)])
    assert (one >= other) if first >= second else (one <= other)


def test_passages_in_another_language_have_weights_of_their_own() -> None:
    own, other = weighed([span(0.9, 0.5), span(0.9, 0.5, language="ar")])
    assert own == pytest.approx(1 / (1 + np.exp(-1.6)), abs=1e-3)
    assert other == pytest.approx(1 / (1 + np.exp(0.6)), abs=1e-3)


def test_without_evidence_the_readers_word_counts() -> None:
    spans = [span(0.9, 0.3), span(0.1, 0.8)]
    found = weigh(spans, QUERY, "en", cast(Encoder, FakeEncoder()), NO_EVIDENCE.one)
    assert [one.probability for one in found] == pytest.approx([0.3, 0.8])


def test_each_sentence_is_encoded_once_and_only_the_likely_ones() -> None:
    encoder = FakeEncoder()
    spans = [span(number / 1000, 0.9 - number / 1000) for number in range(MOST + 5)]
    weighed([*spans[:3], *spans[:3], *spans], encoder)
    assert len(set(encoder.asked)) == len(encoder.asked) <= MOST


def test_what_the_encoder_is_not_asked_about_passes_for_as_close_as_the_least() -> None:
    spans = [span(0.2 + number / 1000, 0.9) for number in range(MOST)] + [span(0.99, 0.001)]
    closeness = features_of(spans, QUERY, cast(Encoder, FakeEncoder()))[:, 1]
    assert closeness[-1] == min(closeness) == pytest.approx(0.2, abs=1e-4)


def test_no_spans_ask_nothing_of_the_encoder() -> None:
    encoder = FakeEncoder()
    assert weighed([], encoder) == []
    assert encoder.asked == []


def test_it_comes_back_from_json() -> None:
    evidence = Evidence(WEIGHTS, (WEIGHTS[1], WEIGHTS[0]), (WEIGHTS[1], WEIGHTS[1]))
    assert Evidence.from_json(json.loads(json.dumps(evidence.to_json()))) == evidence


def test_what_is_wanted_decides_the_weights() -> None:
    other, third = (WEIGHTS[1], WEIGHTS[0]), (WEIGHTS[1], WEIGHTS[1])
    evidence = Evidence(WEIGHTS, other, third)
    assert [evidence.where_wanted(kind) for kind in (Kind.ONE, Kind.SEVERAL, Kind.EXPLAIN, Kind.CONFIRM)] == [
        *(WEIGHTS, other),
        *(third, third),
    ]


def test_a_name_from_the_sentence_that_the_question_is_about_comes_first(reader: Reader, encoder: Encoder) -> None:
    """Both sentences name a person and what the person does; the reader alone may take either."""
    text = (
        "Marit Solberg runs the harbour office and keeps its books. The lighthouse is looked after by Pavel Horak.\n\n"
        "Ines Duarte teaches at the sailing school, where Tomas Lind repairs the boats."
    )
    document = Document("harbour.txt", "The harbour", "en", "", text, "")
    vectors = encoder.encode_passages([chunk.text for chunk in chunk_document(document, encoder.count_tokens)])
    question = "Who looks after the lighthouse?"
    query = encoder.encode_questions([question])[0]
    hits = [
        Hit(number, chunk, "", "", 0.0, float(vector @ query), number, None)
        for number, (chunk, vector) in enumerate(zip(chunk_document(document, encoder.count_tokens), vectors, strict=True), 1)
    ]
    spans = read(Asked(question, "en", Kind.ONE, query), hits, reader, encoder)
    assert spans[0].text == "Pavel Horak"
