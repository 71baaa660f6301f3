"""Reciprocal rank of the first relevant document; its mean over questions is the MRR.

    RR = 1 / rank of the first relevant document, 0 where there is none

Voorhees 1999, "The TREC-8 Question Answering Track Report".
"""

from collections.abc import Collection, Sequence


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """`ranking` holds each document once, the best first."""
    return next((1 / rank for rank, document in enumerate(ranking, 1) if document in relevant), 0.0)
