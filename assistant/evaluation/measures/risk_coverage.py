"""The area under the risk-coverage curve (AURC): how wrong answers are when only the surest are given; the lower the better.

    risk(k) = share of wrong ones among the k surest;  AURC = mean of risk(k) over k = 1 … n

El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification"; the area as in Geifman, Uziel and El-Yaniv
2019, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers". Answers of one confidence count as if each were as wrong
as they are on average, so that their order does not matter. An answer to an unanswerable question is wrong.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Coverage(NamedTuple):
    """Answering what is at least as sure as `threshold`: the share of questions answered, and the share of them that is wrong."""

    threshold: float
    coverage: float
    risk: float


def area_under_risk_coverage(confidences: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Of answers with these confidences, right (1) or wrong (0); both of shape (n,), n at least 1."""
    return float(areas_under_risk_coverage(confidences, right))


def areas_under_risk_coverage(confidences: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same of many samples at once: arguments of shape (..., n), the areas of shape (...)."""
    order = np.argsort(-confidences, axis=-1, kind="stable")
    sure, wrong = np.take_along_axis(confidences, order, -1), 1 - np.take_along_axis(right, order, -1)
    places = np.broadcast_to(np.arange(wrong.shape[-1]), wrong.shape)
    edge = np.diff(sure, axis=-1) != 0
    outer = np.ones((*edge.shape[:-1], 1), np.bool_)
    first = np.maximum.accumulate(np.where(np.concatenate([outer, edge], -1), places, 0), -1)  # of those as sure
    ends = np.where(np.concatenate([edge, outer], -1), places, places.shape[-1])
    last = np.minimum.accumulate(ends[..., ::-1], -1)[..., ::-1]
    until = np.concatenate([np.zeros_like(wrong[..., :1]), np.cumsum(wrong, -1)], -1)
    tied = (np.take_along_axis(until, last + 1, -1) - np.take_along_axis(until, first, -1)) / (last + 1 - first)
    return np.asarray((np.cumsum(tied, -1) / (places + 1)).mean(axis=-1))


def risk_coverage_curve(confidences: NDArray[np.float64], right: NDArray[np.float64]) -> list[Coverage]:
    """A point at each confidence that occurs, the surest first."""
    points = []
    for threshold in np.unique(confidences)[::-1]:
        answered = confidences >= threshold
        points.append(Coverage(float(threshold), float(answered.mean()), float(1 - right[answered].mean())))
    return points
