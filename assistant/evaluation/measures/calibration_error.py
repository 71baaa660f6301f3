"""Expected calibration error (ECE): how far probabilities are off; the lower the better.

    ECE = sum over bins of |bin| / n · |mean probability of the bin - share of the bin that is right|

Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", over bins of equal size, as
in Nguyen and O'Connor 2015, "Posterior calibration and exploratory analysis for natural language processing models".
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BINS = 10

Right = NDArray[np.float64] | NDArray[np.bool_]
"""1 or True where a case is right."""


class Bin(NamedTuple):
    """Cases of about the same probability: their mean probability, the share that is right, and how many they are."""

    probability: float
    right: float
    cases: int


def reliability(probabilities: NDArray[np.float64], right: Right, bins: int = BINS) -> list[Bin]:
    """The bins of the reliability diagram, the least likely first; arguments of shape (n,)."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [Bin(float(probabilities[part].mean()), float(right[part].mean()), len(part)) for part in parts]


def calibration_error(probabilities: NDArray[np.float64], right: Right, bins: int = BINS) -> float:
    """Arguments of shape (n,), n at least 1."""
    return float(calibration_errors(probabilities, right, bins))


def calibration_errors(probabilities: NDArray[np.float64], right: Right, bins: int = BINS) -> NDArray[np.float64]:
    """The same of many samples at once: arguments of shape (..., n), the errors of shape (...)."""
    order = np.argsort(probabilities, axis=-1, kind="stable")
    off = np.take_along_axis(probabilities, order, -1) - np.take_along_axis(right, order, -1)
    # The difference of a bin's means is the mean of its differences.
    parts = [np.abs(part.sum(axis=-1)) for part in np.array_split(off, bins, axis=-1)]
    return np.asarray(np.sum(parts, axis=0) / off.shape[-1])
