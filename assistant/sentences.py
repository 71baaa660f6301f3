"""How likely each sentence of the hits is what a question asks for, told by the encoder: for questions that want sentences.

The probability is a logistic function of the question's cosines with the sentence and with its passage, and of the sentence's
length. The weights are fitted by benchmarks/sentences.py, apart for passages in the question's own language and in another, whose
cosines are not on one scale. The two cosines weigh the same: in encyclopedia articles the sentence alone would do, but an
entry of a list or table says little without what stands around.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.chunk import sentence_spans
from index.datatypes import Hit
from index.encode import Encoder, Vectors

SHORTEST_SENTENCE = 6
"""Tokens."""
_QUESTION_MARKS = ("?", "؟", "？", "՞", "፧")


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the logistic function: the mean of the two cosines, the natural logarithm of the sentence's tokens, the constant."""

    similarity: float
    length: float
    constant: float

    def log_odds(self, sentence: float, passage: float, tokens: int) -> float:
        """Of the probability, from the two cosines and the number of tokens."""
        return self.similarity * (sentence + passage) / 2 + self.length * math.log(tokens) + self.constant


SAME_LANGUAGE = Weights(similarity=64.2, length=0.1, constant=-56.36)
OTHER_LANGUAGE = Weights(similarity=84.1, length=0.1, constant=-67.53)


def likely_sentences(query: Vectors, language: str, hits: Sequence[Hit], encoder: Encoder) -> list[dict[tuple[int, int], float]]:
    """For each hit its sentences, as characters of the chunk, and the log-odds that they are what is asked for.

    `query` is the question's unit vector of shape (dimensions,), `language` the question's own. What can answer nothing, a
    heading or a question, is left out.
    """
    places: list[tuple[int, int, int]] = []
    texts: list[str] = []
    for number, hit in enumerate(hits):
        for start, end in sentence_spans(hit.chunk.text, hit.chunk.language):
            places.append((number, start, end))
            texts.append(hit.chunk.text[start:end])
    counts = encoder.count_tokens(texts)
    kept = [i for i, text in enumerate(texts) if can_answer(text, counts[i])]
    similarities = encoder.encode_passages([texts[i] for i in kept]) @ query
    found: list[dict[tuple[int, int], float]] = [{} for _ in hits]
    for i, similarity in zip(kept, similarities, strict=True):
        number, start, end = places[i]
        weights = SAME_LANGUAGE if hits[number].chunk.language == language else OTHER_LANGUAGE
        found[number][start, end] = weights.log_odds(float(similarity), hits[number].similarity, counts[i])
    return found


def can_answer(sentence: str, tokens: int) -> bool:
    """False for what is no answer whatever it says: a few words (a heading, page furniture), or a question."""
    return tokens >= SHORTEST_SENTENCE and not sentence.rstrip("\"'”’») *_").endswith(_QUESTION_MARKS)
