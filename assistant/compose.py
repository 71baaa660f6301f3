"""Spans -> what the answer says: short answers or sentences, each once with all its sources, or nothing.

A question that wants a name, a number, or several of them is answered with those, and each citation quotes the sentence around
it. One that wants more (how, why, what happened, is it true that) is answered with sentences, in the order of their documents.
"""

import re
import unicodedata
from collections.abc import Sequence

from .cite import make_citation
from .datatypes import Citation, Span
from .question_kind import SENTENCE_KINDS, Kind

LEAST_SHARE = {Kind.ONE: 0.6, Kind.SEVERAL: 0.4, Kind.EXPLAIN: 0.4, Kind.CONFIRM: 0.6}
"""How likely an item must be at least, as a share of the likeliest one's probability."""
SENTENCES = 5
"""Shown at most where sentences are wanted."""
CLOSEST = 3
"""Passages shown where the documents don't tell."""
_BULLET = re.compile(r"^[-*•–—]\s+")

Draft = tuple[str, float, Sequence[Citation]]


def compose(kind: Kind, spans: Sequence[Span], language: str, threshold: float, maximum_items: int) -> list[Draft]:
    """Drafts of items, at most `maximum_items`; none where no span reaches `threshold`. The same answer comes once.

    `language` is the question's: of several forms of one answer, one in that language is shown.
    """
    best = max((span.probability for span in spans), default=0.0)
    least = max(threshold, LEAST_SHARE[kind] * best)
    likely = sorted((span for span in spans if span.probability >= least), key=lambda span: -span.probability)
    groups: dict[str, list[Span]] = {}
    for span in likely:
        groups.setdefault(_without_form(span.text), []).append(span)
    kept = list(groups.values())[:maximum_items]
    if kind in SENTENCE_KINDS:
        kept = _in_order(kept[:SENTENCES])
    return [(_shown(group, language).text, group[0].probability, [make_citation(span) for span in group]) for group in kept]


def closest(spans: Sequence[Span], count: int = CLOSEST) -> list[Citation]:
    """The sentence of the likeliest span of each of the nearest passages, for showing that they are not an answer."""
    nearest: dict[tuple[str, int], Citation] = {}
    for span in sorted(spans, key=lambda span: -span.probability):
        nearest.setdefault((span.hit.chunk.document, span.hit.chunk.start), make_citation(span))
    return list(nearest.values())[:count]


def _in_order(groups: Sequence[list[Span]]) -> list[list[Span]]:
    """As the documents have them; the document of the likeliest span first."""
    documents = list(dict.fromkeys(group[0].hit.chunk.document for group in groups))
    return sorted(groups, key=lambda group: (documents.index(group[0].hit.chunk.document), group[0].start))


def _shown(group: Sequence[Span], language: str) -> Span:
    return next((span for span in group if span.hit.chunk.language == language), group[0])


def _without_form(text: str) -> str:
    """A text without case, spacing, bullet and outer punctuation, to tell that two are the same.

    What stands inside stays: 1.5 is not 15, and marks make words in many scripts.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _BULLET.sub("", folded).strip(" .!…،。।\"'“”«»")
