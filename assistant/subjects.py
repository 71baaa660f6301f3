"""Spans about other countries than those the question names count for less.

A reader of short passages takes what is told of one country for what was asked about another. Countries are told apart by name,
adjective and capital in any language (names.py), so that a question about one that a passage and what stands around it never
name is not answered from there.
"""

from collections.abc import Sequence
from dataclasses import replace

from .cite import ReadText
from .datatypes import Span
from .names import countries_named

AROUND = 1500
"""Characters before and after a passage that may name what the passage is about."""
STRANGE = 0.2
"""What is left of the probability of a span where a country that the question names is not named anywhere near."""
UNLIKELY = 0.05
"""Probability below which a span is not looked at: it will not be shown."""


def hold_to_subject(question: str, spans: Sequence[Span], read_text: ReadText) -> list[Span]:
    """The spans, likeliest first, those that do not stand near the countries that the question names made less likely."""
    asked = countries_named(question)
    if not asked:
        return list(spans)
    held = []
    for span in spans:
        strange = span.probability >= UNLIKELY and not asked <= _named_near(span, read_text)
        factor = STRANGE if strange else 1.0
        held.append(replace(span, probability=span.probability * factor, passage_probability=span.passage_probability * factor))
    return sorted(held, key=lambda span: -span.probability)


def _named_near(span: Span, read_text: ReadText) -> frozenset[str]:
    chunk = span.hit.chunk
    text = read_text(chunk.document) or ""
    near = text[max(0, chunk.start - AROUND) : chunk.end + AROUND]
    return countries_named(near, freely=True) | countries_named(span.hit.title, freely=True)
