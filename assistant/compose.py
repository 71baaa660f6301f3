"""Spans -> what the answer says: the best exact sentences, each once, or nothing where none is likely enough."""

import math
import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

from .cite import make_citation
from .datatypes import Citation, Span

OVERALL = 3.2
WITHIN_LANGUAGE = 1.7
"""How much less likely (in log-odds) a sentence that is shown may be than the best of all, and than the best of its language."""
_BULLET = re.compile(r"^[-*•–—]\s+")
CLOSEST = 3
"""Passages shown where the documents don't tell."""

Draft = tuple[str, float, Sequence[Citation]]


def compose(spans: Sequence[Span], language: str, threshold: float, maximum_items: int) -> list[Draft]:
    """Drafts of items, at most `maximum_items`; none where no span reaches `threshold`. The same sentence comes once.

    The languages take turns, the question's own `language` first: who asks reads it most easily, and probabilities in
    different languages are too rough for one to crowd out another.
    """
    best: dict[str, float] = {}
    for span in spans:
        best[span.hit.chunk.language] = max(best.get(span.hit.chunk.language, -math.inf), _log_odds(span))
    overall = max(best.values(), default=-math.inf) - OVERALL
    same: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: -span.probability):
        least = max(overall, best[span.hit.chunk.language] - WITHIN_LANGUAGE)
        if span.probability >= threshold and _log_odds(span) >= least:
            same.setdefault(_without_form(span.text), []).append(span)
    by_language: dict[str, list[list[Span]]] = {language: []}
    for group in same.values():
        by_language.setdefault(group[0].hit.chunk.language, []).append(group)
    turns = [group for turn in zip_longest(*by_language.values()) for group in turn if group]
    return [(group[0].text, group[0].probability, [make_citation(span) for span in group]) for group in turns[:maximum_items]]


def _log_odds(span: Span) -> float:
    probability = min(max(span.probability, 1e-9), 1 - 1e-9)
    return math.log(probability / (1 - probability))


def closest(spans: Sequence[Span], count: int = CLOSEST) -> list[Citation]:
    """The likeliest span of each of the nearest passages, for showing that they are not an answer."""
    nearest: dict[tuple[str, int], Citation] = {}
    for span in sorted(spans, key=lambda span: -span.probability):
        nearest.setdefault((span.hit.chunk.document, span.hit.chunk.start), make_citation(span))
    return list(nearest.values())[:count]


def _without_form(text: str) -> str:
    """A sentence without case, spacing, bullet and outer punctuation, to tell that two are the same.

    What stands inside stays: 1.5 is not 15, and marks make words in many scripts.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _BULLET.sub("", folded).strip(" .!…،。।\"'“”«»")
