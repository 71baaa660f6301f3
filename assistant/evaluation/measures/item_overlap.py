"""Exact match and F1 of the items of an answer against the things expected.

    P = mean over items of their best F1 against a thing expected
    R = mean over things expected of the best F1 of an item against them
    F1 = 2 P R / (P + R)
    EM = 1 where each item is exactly a thing expected and each of these is exactly an item, else 0

F1 of two texts is that over words of SQuAD (Rajpurkar et al. 2016; see span_match.py), the best over a thing's accepted forms.
With one item and one thing expected the two measures are SQuAD's. For lists, F1 is the partial match of MultiSpanQA (Li et al.
2022) with overlap in words.
"""

import statistics
from collections.abc import Sequence
from typing import NamedTuple

from .. import span_match


class Said(NamedTuple):
    """The text of an item, and its language, whose articles do not count."""

    text: str
    language: str


def exact_match(items: Sequence[Said], expected: Sequence[Sequence[str]]) -> float:
    """0 where there are no items; `expected` holds the accepted forms of each thing, at least one."""
    matches = [[span_match.exact_match(item.text, forms, item.language) for forms in expected] for item in items]
    return float(bool(items) and all(map(any, matches)) and all(map(any, zip(*matches, strict=True))))


def f1(items: Sequence[Said], expected: Sequence[Sequence[str]]) -> float:
    """0 where there are no items; `expected` holds the accepted forms of each thing, at least one."""
    if not items:
        return 0.0
    overlaps = [[span_match.f1(item.text, forms, item.language) for forms in expected] for item in items]
    precision = statistics.fmean(map(max, overlaps))
    recall = statistics.fmean(map(max, zip(*overlaps, strict=True)))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
