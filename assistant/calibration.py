"""What the network's logits mean as probabilities: logistic functions fitted on passages that training did not see.

Platt scaling (Platt 1999), apart for passages in the question's own language and in another. `quoth` ships the one fitted by
training/export.py, inside the reader's weights.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Weights = tuple[float, float, float]
"""Of the first feature, of the second, and the constant."""


@dataclass(frozen=True, slots=True)
class Features:
    """Of one passage: the logit that it answers, and how much higher its best span's score is than that of no answer.

    `foreign` tells that the passage is in another language than the question.
    """

    answerable: float
    margin: float
    foreign: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """`passages` and `spans` hold the weights for the question's own language and for another."""

    passages: tuple[Weights, Weights]
    spans: tuple[Weights, Weights]

    def answers(self, features: Features) -> float:
        """How likely the passage holds an answer to the question."""
        return logistic(self.passages[features.foreign], features.answerable, features.margin)

    def place(self, answers: float, log_share: float, *, foreign: bool) -> float:
        """How likely a span is an answer, in a passage that holds one with probability `answers`.

        `log_share` is the natural logarithm of the span's share among all spans of the passage, as in reader.Place.
        """
        return min(answers, logistic(self.spans[foreign], log_odds(answers), log_share))

    def to_json(self) -> dict[str, Any]:
        """As it stands in the metadata of the weights file."""
        return {"passages": [list(weights) for weights in self.passages], "spans": [list(weights) for weights in self.spans]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Calibration":
        """The inverse of `to_json`."""
        return cls(_pair(value["passages"]), _pair(value["spans"]))


PLAIN = Calibration(((0.0, 0.5, 0.0), (0.0, 0.5, 0.0)), ((1.0, 1.0, 0.0), (1.0, 1.0, 0.0)))
"""Before any fitting."""


def _pair(value: Sequence[Sequence[float]]) -> tuple[Weights, Weights]:
    (a, b, c), (d, e, f) = value
    return (a, b, c), (d, e, f)


def logistic(weights: Weights, first: float, second: float) -> float:
    """The probability whose log-odds are the weighted sum."""
    return probability_of(weights[0] * first + weights[1] * second + weights[2])


def probability_of(odds: float) -> float:
    """1 / (1 + e^-x): the inverse of `log_odds`."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), finite for 0 and 1 too."""
    clipped = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(clipped / (1 - clipped))
