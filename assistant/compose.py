"""Spans -> what the answer says: the best exact sentences, each once, or nothing where none is likely enough."""

import unicodedata
from collections.abc import Sequence

from .cite import make_citation
from .datatypes import Citation, Span

MARGIN = 0.35
"""How much less likely than the best sentence another may be and still be shown."""
CLOSEST = 3
"""Passages shown where the documents don't tell."""

Draft = tuple[str, float, Sequence[Citation]]


def compose(spans: Sequence[Span], threshold: float, maximum_items: int) -> list[Draft]:
    """Drafts of items, the likeliest first; none where no span reaches `threshold`. The same sentence comes once."""
    ranked = sorted(spans, key=lambda span: -span.probability)
    if not ranked or ranked[0].probability < threshold:
        return []
    least = max(threshold, ranked[0].probability - MARGIN)
    same: dict[str, list[Span]] = {}
    for span in ranked:
        if span.probability >= least:
            same.setdefault(_without_form(span.text), []).append(span)
    return [
        (group[0].text, group[0].probability, [make_citation(span) for span in group])
        for group in list(same.values())[:maximum_items]
    ]


def closest(spans: Sequence[Span], count: int = CLOSEST) -> list[Citation]:
    """The likeliest span of each of the nearest passages, for showing that they are not an answer."""
    nearest: dict[tuple[str, int], Citation] = {}
    for span in sorted(spans, key=lambda span: -span.probability):
        nearest.setdefault((span.hit.chunk.document, span.hit.chunk.start), make_citation(span))
    return list(nearest.values())[:count]


def _without_form(text: str) -> str:
    """What is left of a sentence when case, punctuation and spacing are put aside, to tell that two are the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
