"""Reader and encoder together: how likely a span or a sentence is a right answer, of all that was found for a question.

The reader is made to find the best place of one passage, and takes a name of the right sort for the answer where a passage is
about something near. The encoder does not see where an answer stands, but how close its sentence and passage are to the question.
Logistic regression on the reader's log-odds and the two cosines, fitted by training/export.py on held-out questions put to small
indexes of held-out passages (training/open_questions.py), apart for what the question wants (one short answer, several, or
sentences) and for passages in its language and in another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encode import Encoder, Vectors

from .calibration import log_odds, probability_of
from .datatypes import Span
from .question_kind import SENTENCE_KINDS, Kind

Weights = tuple[float, float, float, float]
"""Of the reader's log-odds, the sentence's cosine with the question, the passage's, and the constant."""
MOST = 8
"""Spans that the encoder is asked about, the likeliest by the reader. The others pass for as close as the least close of them.
The weights in force were fitted with 24, of which the last 16 make no difference (docs/reader.md)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Weights for spans where one short answer is wanted, where several are, and for sentences.

    Each are two: for passages in the question's own language and in another.
    """

    one: tuple[Weights, Weights]
    several: tuple[Weights, Weights]
    sentences: tuple[Weights, Weights]

    def where_wanted(self, kind: Kind) -> tuple[Weights, Weights]:
        """The weights for what is found for a question of this kind."""
        return {"one": self.one, "several": self.several, "sentences": self.sentences}[sort_wanted(kind)]

    def to_json(self) -> dict[str, Any]:
        """As it stands in the metadata of the weights file."""
        return {name: [list(weights) for weights in pair] for name, pair in asdict(self).items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Evidence":
        """The inverse of `to_json`."""
        return cls(_pair(value["one"]), _pair(value["several"]), _pair(value["sentences"]))


def sort_wanted(kind: Kind) -> str:
    """The sort of answers that are weighed alike, by its name in `Evidence`."""
    return "sentences" if kind in SENTENCE_KINDS else "several" if kind is Kind.SEVERAL else "one"


def same_whatever_is_wanted(weights: Weights) -> Evidence:
    """Evidence with these weights whatever is wanted, in whatever language."""
    return Evidence((weights, weights), (weights, weights), (weights, weights))


NO_EVIDENCE = same_whatever_is_wanted((1.0, 0.0, 0.0, 0.0))
"""The reader's word alone."""
_SPANS_ALONE, _SENTENCES_ALONE = (0.9, 0.0, 0.0, -1.8), (1.0, 0.0, 0.0, -1.6)
READER_ALONE = Evidence((_SPANS_ALONE, _SPANS_ALONE), (_SPANS_ALONE, _SPANS_ALONE), (_SENTENCES_ALONE, _SENTENCES_ALONE))
"""For encoders whose cosines are on another scale than the bundled one's: of many passages the likeliest is right less often than
the reader thinks of it alone. The constants are chosen, not fitted, so that the default threshold refuses about as much."""


def weigh(spans: Sequence[Span], query: Vectors, language: str, encoder: Encoder, weights: tuple[Weights, Weights]) -> list[Span]:
    """The spans in their order, each with the probability that reader and encoder give it together.

    `query` is the question's unit vector of shape (dimensions,), `language` the question's own.
    """
    weighed = []
    for span, features in zip(spans, features_of(spans, query, encoder), strict=True):
        *of_features, constant = weights[span.hit.chunk.language != language]
        odds = float(np.dot(of_features, features)) + constant
        weighed.append(replace(span, probability=probability_of(odds)))
    return weighed


def features_of(spans: Sequence[Span], query: Vectors, encoder: Encoder) -> NDArray[np.float64]:
    """Of each span the reader's log-odds and the cosines of its sentence and its passage, shape (spans, 3)."""
    likeliest = sorted(spans, key=lambda span: -span.probability)[:MOST]
    sentences = list(dict.fromkeys(map(_under_heading, likeliest)))
    cosines = (encoder.encode_sentences(sentences) @ query).tolist()
    closeness = dict(zip(sentences, cosines, strict=True))
    least = min(cosines, default=0.0)
    rows = [(log_odds(span.probability), closeness.get(_under_heading(span), least), span.hit.similarity) for span in spans]
    return np.array(rows, np.float64).reshape(-1, 3)


def _under_heading(span: Span) -> str:
    """The sentence as it is compared with the question: a heading may say what it is about, or ask the question itself."""
    return f"{span.heading}\n{span.sentence}" if span.heading else span.sentence


def _pair(values: Any) -> tuple[Weights, Weights]:
    own, other = ((float(a), float(b), float(c), float(d)) for a, b, c, d in values)
    return own, other
