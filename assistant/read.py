"""Question + hits -> spans: each sentence of the best passages, and how likely it is to answer the question.

The probability, that the sentence stands where the question is answered, is a logistic function of the question's cosines with
the sentence and with its passage, and of the sentence's length. The weights are fitted by benchmarks/refusal.py, apart for
passages in the question's own language and in another, whose cosines are not on one scale. The two cosines weigh the same:
in encyclopedia articles the sentence alone would do, but an entry of a list or table says little without what stands around.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.chunk import sentence_spans
from index.datatypes import Hit
from index.encode import Encoder, Vectors

from .datatypes import Span

PASSAGES = 8
"""Hits whose sentences are scored: the first of the hits, which come best first in every language."""
SHORTEST_SENTENCE = 6
"""Tokens."""
_QUESTION_MARKS = ("?", "؟", "？", "՞", "፧")


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the logistic function: the mean of the two cosines, the natural logarithm of the sentence's tokens, the constant."""

    similarity: float
    length: float
    constant: float

    def probability(self, sentence: float, passage: float, tokens: int) -> float:
        """Between 0 and 1, from the two cosines and the number of tokens."""
        score = self.similarity * (sentence + passage) / 2 + self.length * math.log(tokens) + self.constant
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))


SAME_LANGUAGE = Weights(similarity=64.2, length=0.1, constant=-56.36)
OTHER_LANGUAGE = Weights(similarity=84.1, length=0.1, constant=-67.53)


def read(query: Vectors, language: str, hits: Sequence[Hit], encoder: Encoder, passages: int = PASSAGES) -> list[Span]:
    """The sentences of the first `passages` hits (at least one of every language) as spans, in the order of the hits.

    `query` is the question's unit vector of shape (dimensions,), `language` the question's own. The same sentence in two
    overlapping chunks comes once.
    """
    candidates: dict[tuple[str, int, int], tuple[Hit, str]] = {}
    for hit in hits[: max(passages, len({hit.chunk.language for hit in hits}))]:
        for start, end in sentence_spans(hit.chunk.text, hit.chunk.language):
            place = (hit.chunk.document, hit.chunk.start + start, hit.chunk.start + end)
            candidates.setdefault(place, (hit, hit.chunk.text[start:end]))
    counts = encoder.count_tokens([text for _, text in candidates.values()])
    kept = [
        (start, end, hit, text, tokens)
        for ((_, start, end), (hit, text)), tokens in zip(candidates.items(), counts, strict=True)
        if can_answer(text, tokens)
    ]
    similarities = encoder.encode_passages([text for _, _, _, text, _ in kept]) @ query
    spans = []
    for (start, end, hit, text, tokens), similarity in zip(kept, similarities, strict=True):
        weights = SAME_LANGUAGE if hit.chunk.language == language else OTHER_LANGUAGE
        spans.append(Span(hit, start, end, text, weights.probability(float(similarity), hit.similarity, tokens)))
    return spans


def whole(hits: Sequence[Hit], passages: int = PASSAGES) -> list[Span]:
    """The first hits as spans of probability 0, for showing where no sentence of them can answer anything."""
    return [Span(hit, hit.chunk.start, hit.chunk.end, hit.chunk.text, 0.0) for hit in hits[:passages]]


def can_answer(sentence: str, tokens: int) -> bool:
    """False for what is no answer whatever it says: a few words (a heading, page furniture), or a question."""
    return tokens >= SHORTEST_SENTENCE and not sentence.rstrip("\"'”’») *_").endswith(_QUESTION_MARKS)
