"""Of the items of an answer, the share that hold a thing expected in their own words.

    precision = |items in which a form of a thing expected stands| / |items|

Instance precision as in Voorhees 2003, "Overview of the TREC 2003 Question Answering Track"; "stands in" is answer_match.py. A
question that is refused has none.
"""

from collections.abc import Sequence


def item_precision(right: Sequence[bool]) -> float | None:
    """`right` tells of each item whether it holds a thing expected; None where there are no items."""
    return sum(right) / len(right) if right else None
