"""Precision and recall of refusing, an unanswerable question being what should be refused.

    precision = |refused and unanswerable| / |refused|;  recall = |refused and unanswerable| / |unanswerable|

Each is a mean over questions of what these functions give; None: the question does not count. The no-answer measures of SQuAD 2.0
(Rajpurkar et al. 2018, "Know What You Don't Know"), as precision and recall.
"""


def refusal_precision(*, refused: bool, unanswerable: bool) -> float | None:
    """Of a refused question, whether it is unanswerable."""
    return float(unanswerable) if refused else None


def refusal_recall(*, refused: bool, unanswerable: bool) -> float | None:
    """Of an unanswerable question, whether it is refused."""
    return float(refused) if unanswerable else None
