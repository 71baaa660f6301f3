"""Question + hits -> spans: where each passage answers the question, and how likely.

Where a name or number is wanted, spans are as short as the reader finds them. Where a sentence is wanted (how, why, what
happened, is it true that), each sentence of the best passages is a span: the reader tells how likely the answer stands in it,
the encoder how close it is to the question, and a weighted mean of the two in log-odds counts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.chunk import sentence_spans
from index.datatypes import Hit
from index.encode import Encoder, Vectors

from .calibration import log_odds
from .datatypes import Span
from .question_kind import SENTENCE_KINDS, Kind
from .reader import Place, Reader
from .sentences import likely_sentences

PASSAGES_FOR_SENTENCES = 8
"""Hits whose sentences are scored: the first of the hits, which come best first in every language."""
READER_WEIGHT = 0.75
"""Of the reader's word on a sentence, beside the encoder's. Chosen of 0, 0.25, 0.5, 0.75 and 1 on examples/evaluation.jsonl."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as reading needs it. `query` is its unit vector of shape (dimensions,), `language` its own."""

    question: str
    language: str
    kind: Kind
    query: Vectors


def read(asked: Asked, hits: Sequence[Hit], reader: Reader, encoder: Encoder) -> list[Span]:
    """The spans of the hits in document offsets, the likeliest first; a place that stands in two chunks comes once.

    Of each passage come the best span and the runners-up, or each sentence.
    """
    found = _sentences(asked, hits, reader, encoder) if asked.kind in SENTENCE_KINDS else _answers(asked, hits, reader)
    spans: dict[tuple[str, int, int], Span] = {}
    for span in found:
        place = (span.hit.chunk.document, span.start, span.end)
        if place not in spans or span.probability > spans[place].probability:
            spans[place] = span
    return sorted(spans.values(), key=lambda span: -span.probability)


def whole(hits: Sequence[Hit], count: int = 8) -> list[Span]:
    """The first hits as spans of probability 0, for showing where no sentence of them can answer anything."""
    return [_span(hit, Place(0, len(hit.chunk.text), 0.0, 0.0), (0, len(hit.chunk.text)), 0.0) for hit in hits[:count]]


def _answers(asked: Asked, hits: Sequence[Hit], reader: Reader) -> list[Span]:
    readings = reader.read(asked.question, asked.language, *_texts(hits))
    spans: list[Span] = []
    for hit, reading in zip(hits, readings, strict=True):
        sentences = sentence_spans(hit.chunk.text, hit.chunk.language)
        spans += [_span(hit, place, around(place.start, place.end, sentences), reading.answers) for place in reading.places]
    return spans


def _sentences(asked: Asked, hits: Sequence[Hit], reader: Reader, encoder: Encoder) -> list[Span]:
    hits = hits[: max(PASSAGES_FOR_SENTENCES, len({hit.chunk.language for hit in hits}))]
    readings = reader.read(asked.question, asked.language, *_texts(hits))
    likely = likely_sentences(asked.query, asked.language, hits, encoder)
    spans = []
    for hit, reading, sentences in zip(hits, readings, likely, strict=True):
        for (start, end), closeness in sentences.items():
            odds = READER_WEIGHT * log_odds(reading.within(start, end)) + (1 - READER_WEIGHT) * closeness
            spans.append(_span(hit, Place(start, end, 1 / (1 + math.exp(-odds)), 0.0), (start, end), reading.answers))
    return spans


def _texts(hits: Sequence[Hit]) -> tuple[list[str], list[str]]:
    return [hit.chunk.text for hit in hits], [hit.chunk.language for hit in hits]


def around(start: int, end: int, sentences: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The sentences that a range touches, from the first one's start to the last one's end; the range itself if none."""
    touched = [sentence for sentence in sentences if sentence[0] < end and sentence[1] > start]
    if not touched:
        return start, end
    return min(start, touched[0][0]), max(end, touched[-1][1])


def _span(hit: Hit, place: Place, sentence: tuple[int, int], passage: float) -> Span:
    offset = hit.chunk.start
    return Span(
        hit=hit,
        start=offset + place.start,
        end=offset + place.end,
        text=hit.chunk.text[place.start : place.end],
        sentence_start=offset + sentence[0],
        sentence_end=offset + sentence[1],
        probability=place.probability,
        passage_probability=passage,
    )
