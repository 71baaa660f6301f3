"""Question + hits -> spans: where each passage answers the question, and how likely.

Where a name or number is wanted, spans are as short as the reader finds them. Where a sentence is wanted (how, why, what
happened, is it true that), each sentence of the best passages is a span. How likely one is right, reader and encoder say together
(evidence.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.chunk import sentence_spans
from index.datatypes import Hit
from index.encode import Encoder, Vectors
from index.lines import marker

from .datatypes import Span
from .evidence import weigh
from .question_kind import SENTENCE_KINDS, Kind
from .reader import Place, Reader, Reading
from .sentences import can_answer, pieces_of

PASSAGES_FOR_SENTENCES = 16
"""Hits whose sentences are scored: the first of the hits, which come best first in every language."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as reading needs it. `query` is its unit vector of shape (dimensions,), `language` its own.

    `questions` is the question with the earlier ones that it is read with, but without what was answered to them, where it is
    read with any. `latest` are the last of them, with the places that are still asked about. `apart` are those
    of two questions at once that can be read alone.
    """

    question: str
    language: str
    kind: Kind
    query: Vectors
    questions: str = ""
    latest: str = ""
    apart: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What was asked, in the asker's own words: what it names is not looked for."""
        return self.questions or self.question

    @property
    def places(self) -> str:
        """What names the places that are asked about: not what only earlier questions than these name."""
        return self.latest or self.subject


def read(asked: Asked, hits: Sequence[Hit], reader: Reader, encoder: Encoder) -> list[Span]:
    """The spans of the hits in document offsets, the likeliest first; a place that stands in two chunks comes once.

    Of each passage come the best span and the runners-up, or each sentence.
    """
    wants_sentences = asked.kind in SENTENCE_KINDS
    if wants_sentences:
        hits = for_sentences(hits)
    readings = read_hits(asked, hits, reader)
    # Of two questions at once the reader mostly answers one.
    of_halves = [read_hits(replace(asked, question=half), hits, reader) for half in asked.apart]
    found = sentences_in(asked, hits, [readings, *of_halves], encoder) if wants_sentences else answers_in(hits, readings)
    weights = reader.evidence.where_wanted(asked.kind)
    spans: dict[tuple[str, int, int], Span] = {}
    for span in weigh(found, asked.query, asked.language, encoder, weights):
        place = (span.hit.chunk.document, span.start, span.end)
        if place not in spans or span.probability > spans[place].probability:
            spans[place] = span
    return sorted(spans.values(), key=lambda span: -span.probability)


def whole(hits: Sequence[Hit], count: int = 8) -> list[Span]:
    """The first hits as spans of probability 0, for showing where no sentence of them can answer anything."""
    return [_span(hit, Place(0, len(hit.chunk.text), 0.0, 0.0), (0, len(hit.chunk.text)), 0.0) for hit in hits[:count]]


def read_hits(asked: Asked, hits: Sequence[Hit], reader: Reader) -> list[Reading]:
    """What the reader makes of each hit."""
    texts, languages = [hit.chunk.text for hit in hits], [hit.chunk.language for hit in hits]
    titles = ["" if hit.chunk.text.startswith(hit.title) else hit.title for hit in hits]
    readings = reader.read(asked.question, asked.language, texts, languages, titles)
    if asked.kind is Kind.SEVERAL:
        return [reading.of_a_list(reader.calibration) for reading in readings]
    return readings


def answers_in(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Span]:
    """The best span of each hit and the runners-up, as likely as the reader alone finds them.

    What goes from one row of a table into the next, "Room: Oak; Seats: 12" and "Room: Birch; Seats: 30", is no answer.
    """
    spans: list[Span] = []
    for hit, reading in zip(hits, readings, strict=True):
        text = hit.chunk.text
        sentences = sentence_spans(text, hit.chunk.language)
        row_ends = [
            (end, start)
            for (row, end), (start, _) in pairwise(sentences)
            if "\n" in text[end:start] and marker(text, row) == marker(text, start) == "label"
        ]
        spans += [
            _span(hit, place, around(place.start, place.end, sentences), reading.answers)
            for place in reading.places
            if not any(place.start < end and start < place.end for end, start in row_ends)
        ]
    return spans


def for_sentences(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The first hits, at least one of each language: those whose sentences are scored."""
    return hits[: max(PASSAGES_FOR_SENTENCES, len({hit.chunk.language for hit in hits}))]


def sentences_in(asked: Asked, hits: Sequence[Hit], readings: Sequence[Sequence[Reading]], encoder: Encoder) -> list[Span]:
    """The sentences of the hits, as likely as the reader alone finds that the answer stands in them, once for each reading.

    `readings` are those of all hits, in their order, for each question that was read. Where an explanation is wanted, a list
    comes whole, with what introduces it. What can answer nothing, a heading or a question, is left out.
    """
    whole_lists = asked.kind is Kind.EXPLAIN
    spans = []
    for hit, of_hit in zip(hits, zip(*readings, strict=True), strict=True):
        text = hit.chunk.text
        pieces = pieces_of(text, sentence_spans(text, hit.chunk.language), whole_lists=whole_lists)
        counts = encoder.count_tokens([text[piece.start : piece.end] for piece in pieces])
        for piece, tokens in zip(pieces, counts, strict=True):
            start, end = piece.start, piece.end
            if can_answer(text[start:end], tokens):
                # The title speaks for the whole document, and would favour what stands right under it.
                heading = "" if piece.heading in hit.title else piece.heading
                places = [(Place(start, end, reading.within(start, end), 0.0), reading.answers) for reading in of_hit]
                spans += [replace(_span(hit, place, (start, end), answers), heading=heading) for place, answers in places]
    return spans


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
