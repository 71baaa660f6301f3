"""What kind of answer a question wants, if any, told from its vector: no list of words, so any language of the reader will do.

Logistic regression on what the reader's network makes of the question alone (the mean of its tokens' last states), fitted by
training/kinds.py on questions of our own writing and on questions with short answers in some twenty languages.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Kind(StrEnum):
    """One short answer; several short answers; a sentence or more (how, why, what happened); yes or no."""

    ONE = "one"
    SEVERAL = "several"
    EXPLAIN = "explain"
    CONFIRM = "confirm"


HEADS = 6
"""Rows of the weights below."""
SENTENCE_KINDS = frozenset({Kind.EXPLAIN, Kind.CONFIRM})
"""Kinds of questions to which a short span is no answer."""


def kind_probabilities(vector: NDArray[np.float32], weights: NDArray[np.float32]) -> dict[Kind, float]:
    """How likely each kind is. `vector` is the question's, shape (dimensions,); `weights` (6, dimensions + 1).

    The rows of `weights` score a short answer, an explanation, a confirmation, and (as log-odds) several short answers rather
    than one, that the question leans on an earlier one, and that it is small talk.
    """
    scores = weights[:, :-1] @ vector + weights[:, -1]
    exponentials = np.exp(scores[:3] - scores[:3].max())
    short, explain, confirm = (exponentials / exponentials.sum()).tolist()
    several = _logistic(float(scores[3]))
    return {Kind.ONE: short * (1 - several), Kind.SEVERAL: short * several, Kind.EXPLAIN: explain, Kind.CONFIRM: confirm}


def question_kind(vector: NDArray[np.float32], weights: NDArray[np.float32]) -> Kind:
    """The likeliest kind; whether a short answer is wanted comes before whether one or several are."""
    probabilities = kind_probabilities(vector, weights)
    short = probabilities[Kind.ONE] + probabilities[Kind.SEVERAL]
    if short >= max(probabilities[Kind.EXPLAIN], probabilities[Kind.CONFIRM]):
        return Kind.SEVERAL if probabilities[Kind.SEVERAL] > probabilities[Kind.ONE] else Kind.ONE
    return max((Kind.EXPLAIN, Kind.CONFIRM), key=lambda kind: probabilities[kind])


def leaning(vector: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """How likely a question cannot be understood without the one before it. Arguments as for `kind_probabilities`."""
    return _logistic(float(weights[4, :-1] @ vector + weights[4, -1]))


def small_talk(vector: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """How likely what was written asks nothing of the documents: a greeting, thanks, what Quoth can do. Arguments as above."""
    return _logistic(float(weights[5, :-1] @ vector + weights[5, -1]))


def _logistic(x: float) -> float:
    return 1 / (1 + float(np.exp(-np.clip(x, -60, 60))))
