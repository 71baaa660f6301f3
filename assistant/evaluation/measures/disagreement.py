"""Whether an answer says that its sources disagree, where they do and where they do not.

    found = |says so and they do| / |they do|;  false = |says so and they do not| / |they do not|

Each is a mean over questions of what these functions give; None: the question does not count. The true and the false positive
rate (Fawcett 2006, "An introduction to ROC analysis").
"""


def disagreement_found(*, claimed: bool, expected: bool) -> float | None:
    """Of a question on which the documents disagree, whether the answer says so."""
    return float(claimed) if expected else None


def disagreement_false(*, claimed: bool, expected: bool) -> float | None:
    """Of a question on which they do not disagree, whether the answer says that they do."""
    return None if expected else float(claimed)
