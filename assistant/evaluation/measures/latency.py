"""The time from question to answer, in seconds, that a share of the questions stays within; the lower the better.

    the q-th quantile, interpolated between the two nearest values

Hyndman and Fan 1996, "Sample Quantiles in Statistical Packages", definition 7.
"""

import numpy as np
from numpy.typing import NDArray


def latency_quantile(seconds: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """`seconds` of shape (..., n), n at least 1; the quantiles have shape (...). `share` is 0.5 for the median."""
    return np.asarray(np.quantile(seconds, share, axis=-1))
