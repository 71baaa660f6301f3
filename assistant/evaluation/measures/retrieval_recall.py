"""Recall at k of a ranking of documents.

    recall@k = |relevant documents among the first k| / |relevant documents|

Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 8.4.
"""

from collections.abc import Collection, Sequence


def recall_at(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """`ranking` holds each document once, the best first; `relevant` is not empty."""
    return len(set(ranking[:k]) & set(relevant)) / len(set(relevant))
