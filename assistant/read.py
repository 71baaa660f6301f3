"""Question + hits -> spans: where each passage answers the question, and how likely.

Where a name or number is wanted, spans are as short as the reader finds them. Where a sentence is wanted (how, why, what
happened, is it true that), each sentence of a passage is a span, as likely as the reader thinks that the answer stands in it.
"""

from collections.abc import Sequence

from index.chunk import sentence_spans
from index.datatypes import Hit

from .datatypes import Span
from .question_kind import SENTENCE_KINDS, Kind
from .reader import Place, Reader, Reading


def read(question: str, language: str, kind: Kind, hits: Sequence[Hit], reader: Reader) -> list[Span]:
    """The spans of all hits in document offsets, the likeliest first; a place that stands in two chunks comes once.

    `language` is the question's. Of each passage come the best span and the runners-up.
    """
    readings = reader.read(question, language, [hit.chunk.text for hit in hits], [hit.chunk.language for hit in hits])
    spans: dict[tuple[str, int, int], Span] = {}
    for hit, reading in zip(hits, readings, strict=True):
        sentences = sentence_spans(hit.chunk.text, hit.chunk.language)
        for span in _spans(hit, reading, sentences, whole_sentences=kind in SENTENCE_KINDS):
            place = (hit.chunk.document, span.start, span.end)
            if place not in spans or span.probability > spans[place].probability:
                spans[place] = span
    return sorted(spans.values(), key=lambda span: -span.probability)


def whole(hits: Sequence[Hit], count: int = 8) -> list[Span]:
    """The first hits as spans of probability 0, for showing where no sentence of them can answer anything."""
    return [_span(hit, Place(0, len(hit.chunk.text), 0.0, 0.0), (0, len(hit.chunk.text)), 0.0) for hit in hits[:count]]


def _spans(hit: Hit, reading: Reading, sentences: Sequence[tuple[int, int]], *, whole_sentences: bool) -> list[Span]:
    if whole_sentences:
        places = [Place(start, end, reading.within(start, end), 0.0) for start, end in sentences]
    else:
        places = list(reading.places)
    return [_span(hit, place, around(place.start, place.end, sentences), reading.answers) for place in places]


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
