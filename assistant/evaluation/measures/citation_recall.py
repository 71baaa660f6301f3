"""Of the documents that should be cited, the share that is.

    recall = |documents expected that a citation of the answer names| / |documents expected|

Set recall as for retrieval (Manning, Raghavan and Schütze 2008, section 8.3), over citations. A question that is refused cites
none.
"""

from collections.abc import Collection


def citation_recall(cited: Collection[str], expected: Collection[str]) -> float:
    """`expected` is not empty."""
    return len(set(cited) & set(expected)) / len(set(expected))
