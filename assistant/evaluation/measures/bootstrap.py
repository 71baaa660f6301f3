"""Confidence intervals by the percentile bootstrap.

    Questions are drawn anew from those asked, with replacement, as many as there are; the interval holds the middle share of what
    the statistic is on such draws.

Efron 1979, "Bootstrap Methods: Another Look at the Jackknife"; Efron and Tibshirani 1993, "An Introduction to the Bootstrap",
chapter 13. The draws are seeded, so that the same outcomes give the same interval.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
SHARE = 0.95
_AT_ONCE = 1_000_000
"""Questions drawn in one step, to bound memory."""

Numbers = NDArray[np.float64]
Statistic = Callable[..., Numbers]
"""One argument for each number that a question gives, of shape (..., questions) -> the statistic of each sample, shape (...)."""


def mean(values: Numbers) -> Numbers:
    """The statistic of most measures."""
    return np.asarray(values.mean(axis=-1))


def interval(sample: Sequence[Numbers], statistic: Statistic, draws: int = DRAWS, share: float = SHARE) -> tuple[float, float]:
    """The lower and upper end. `sample` holds, for each number that a question gives, those of all questions, shape (n,)."""
    generator = np.random.default_rng(0)
    count = len(sample[0])
    values: list[Numbers] = []
    step = max(1, _AT_ONCE // count)
    for start in range(0, draws, step):
        drawn = generator.integers(count, size=(min(step, draws - start), count))
        values.append(statistic(*(numbers[drawn] for numbers in sample)))
    low, high = np.quantile(np.concatenate(values), [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)
