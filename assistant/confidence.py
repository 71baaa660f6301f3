"""How sure an answer is: of the answers that are this sure, what share is right.

The evidence for a place (evidence.py) is weighed over passages most of which answer nothing, so that an answer is right far more
often than the probability of its likeliest place says. Platt scaling (Platt 1999) of that probability, fitted on the questions of
the sets that thresholds are chosen on, whether something answers them or not: `python -m benchmarks.choosing` fits it anew, and
docs/measurements.md tells how far it is off on others. Thresholds are on this scale.
"""

from .calibration import log_odds, probability_of

SLOPE, CONSTANT = 0.82, 1.59
"""Of the log-odds of the likeliest place, and what is added."""


def confidence(probability: float) -> float:
    """How likely an answer is right whose likeliest place has this probability; 0 and 1 stay."""
    return probability_of(SLOPE * log_odds(probability) + CONSTANT) if 0 < probability < 1 else probability


def probability_at(threshold: float) -> float:
    """The inverse of `confidence`: how likely a place must be for an answer that is this sure."""
    return probability_of((log_odds(threshold) - CONSTANT) / SLOPE) if 0 < threshold < 1 else threshold
