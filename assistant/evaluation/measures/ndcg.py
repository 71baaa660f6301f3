"""Normalised discounted cumulative gain at k, documents being relevant or not.

    DCG@k = sum over the first k ranks of [relevant] / log2(rank + 1);  nDCG@k = DCG@k / DCG@k of the best ranking possible

Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with the discount of trec_eval.
"""

import math
from collections.abc import Collection, Sequence


def ndcg_at(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """`ranking` holds each document once, the best first; `relevant` is not empty."""
    gained = sum(_discount(rank) for rank, document in enumerate(ranking[:k], 1) if document in relevant)
    return gained / sum(_discount(rank) for rank in range(1, min(k, len(set(relevant))) + 1))


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)
