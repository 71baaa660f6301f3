"""Of the things expected, the share that an answer holds, in its items or in the quotes under them.

    recall = |things expected of which a form stands in some item or quote| / |things expected|

Nugget recall as in Voorhees 2003, "Overview of the TREC 2003 Question Answering Track", all nuggets being vital; "stands in" is
answer_match.py.
"""

from collections.abc import Sequence


def item_recall(found: Sequence[bool]) -> float:
    """`found` tells of each thing expected, at least one, whether the answer holds it."""
    return sum(found) / len(found)
