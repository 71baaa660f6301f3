"""Spans made less likely for what stands in them or around them: of other places (subjects.py) or dates (asked_dates.py)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from .cite import ReadText
from .datatypes import Span

AROUND = 1500
"""Characters before and after a passage that may tell what the passage is about."""
UNLIKELY = 0.01
"""Probability below which a span is not looked at: it will not be shown."""


def held(spans: Sequence[Span], left: Callable[[Span], float]) -> list[Span]:
    """The spans, likeliest first, each with what is `left` of its probability, as a share of it."""
    shares = [left(span) if span.probability >= UNLIKELY else 1.0 for span in spans]
    scaled = [
        replace(span, probability=span.probability * share, passage_probability=span.passage_probability * share)
        for span, share in zip(spans, shares, strict=True)
    ]
    return sorted(scaled, key=lambda span: -span.probability)


def near(span: Span, read_text: ReadText) -> str:
    """What may tell of the passage's subject: its title, itself, and what stands around it."""
    chunk = span.hit.chunk
    text = read_text(chunk.document) or ""
    return f"{span.hit.title}\n{text[max(0, chunk.start - AROUND) : chunk.end + AROUND]}"
