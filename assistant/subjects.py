"""Spans about other countries or cities than those the question names count for less.

A reader of short passages takes what is told of one country for what was asked about another. Places are told apart by name in
any language (names.py), countries by adjective and capital too, so that a question about one that a passage and what stands
around it never name is not answered from there.
"""

from collections.abc import Sequence
from dataclasses import replace

from .cite import ReadText
from .datatypes import Span
from .names import cities_named, countries_named

AROUND = 1500
"""Characters before and after a passage that may name what the passage is about."""
STRANGE = 0.1
"""What is left of the probability of a span where a place that the question names is not named anywhere near."""
UNLIKELY = 0.01
"""Probability below which a span is not looked at: it will not be shown."""


def hold_to_subject(question: str, language: str, spans: Sequence[Span], read_text: ReadText) -> list[Span]:
    """The spans, likeliest first, those that do not stand near the places that the question names made less likely.

    `language` is the question's; all but English write the adjectives of countries without a capital.
    """
    countries = countries_named(question, adjectives=language != "en")
    city = _cities(question)
    # A capital that is named goes by its country too.
    countries_of_city = countries_named(question, freely=True) - countries
    if not countries and not city:
        return list(spans)
    held = []
    for span in spans:
        factor = 1.0
        if span.probability >= UNLIKELY:
            near = _near(span, read_text)
            named = countries_named(near, freely=True)
            meets_city = not city or bool(named & countries_of_city) or bool(city & cities_named(near))
            factor = 1.0 if countries <= named and meets_city else STRANGE
        held.append(replace(span, probability=span.probability * factor, passage_probability=span.passage_probability * factor))
    return sorted(held, key=lambda span: -span.probability)


def names_places(question: str) -> bool:
    """Whether a question names a country or a large city."""
    return bool(countries_named(question, freely=True) or _cities(question))


def _cities(question: str) -> frozenset[int]:
    """Those that a question names behind its first word, which has a capital whatever it is."""
    return cities_named(question.partition(" ")[2])


def _near(span: Span, read_text: ReadText) -> str:
    """What may tell of the passage's subject: its title, itself, and what stands around it."""
    chunk = span.hit.chunk
    text = read_text(chunk.document) or ""
    return f"{span.hit.title}\n{text[max(0, chunk.start - AROUND) : chunk.end + AROUND]}"
