"""Spans about other countries or cities than those the question names count for less.

A reader of short passages takes what is told of one country for what was asked about another. Places are told apart by name in
any language (names.py), countries by adjective and capital too, so that a question about one that a passage and what stands
around it never name is not answered from there, and one about Nigeria not from a sentence that tells of Niger.
"""

from collections.abc import Sequence

from .choice import offered
from .cite import ReadText
from .datatypes import Span
from .followup import language_of
from .holding import held, near
from .names import cities_named, countries_named

STRANGE = 0.1
"""What is left of the probability of a span where a place that the question names is not named anywhere near."""
ELSEWHERE = 0.6
"""What is left where the sentence around a span names countries, but none of the question's: it may still be about one."""
ELSEWHERE_SENTENCE = 0.3
"""The same where the sentence is the answer itself: it should tell by itself of what is asked."""
ENOUGH = 2
"""Countries that must be named near, where the question names as many or more: each may be told of in a place of its own."""


def hold_to_subject(
    question: str, language: str, spans: Sequence[Span], read_text: ReadText, *, sentences: bool = False
) -> list[Span]:
    """The spans, likeliest first, those that do not stand near the places that the question names made less likely.

    `language` is the question's; all but English write the adjectives of countries without a capital. `sentences`: the spans are
    whole sentences.
    """
    countries = countries_named(question, adjectives=language != "en")
    city = cities_named(question, surely_in=language)
    # Of several that are offered for a choice, one is enough.
    offered_beyond_one = max(0, len(countries & countries_named(offered(question, language), adjectives=language != "en")) - 1)
    enough = min(ENOUGH, len(countries) - offered_beyond_one)
    # A capital that is named goes by its country too.
    countries_of_city = countries_named(question, freely=True) - countries
    if not countries and not city:
        return list(spans)

    def left(span: Span) -> float:
        around = near(span, read_text)
        named = countries_named(around, freely=True)
        meets_city = not city or bool(named & countries_of_city) or bool(city & cities_named(around))
        if len(countries & named) < enough or not meets_city:
            return STRANGE
        if sentences:
            return ELSEWHERE_SENTENCE if countries and _names_others(span.text, countries) else 1.0
        return ELSEWHERE if countries and _tells_of_others(span, countries) else 1.0

    return held(spans, left)


def subject_of(questions: Sequence[str]) -> str:
    """What a question that is read with earlier ones asks about: the questions from the latest on that names a country or city.

    "What about Iran?" is no more about China, nor is the "And when?" that follows. All of them, where none names any.
    """
    joined = " ".join(questions)
    for place, question in reversed(list(enumerate(questions))):
        if countries_named(question, freely=True) or cities_named(question, surely_in=language_of(question, joined)):
            return " ".join(questions[place:])
    return joined


def _names_others(sentence: str, countries: frozenset[str]) -> bool:
    """Whether a sentence names countries, but none of these."""
    named = countries_named(sentence, freely=True)
    return bool(named) and not countries & named


def _tells_of_others(span: Span, countries: frozenset[str]) -> bool:
    """Whether the sentence around a short answer names countries, but none of these, nor a city there.

    Never where the answer is a country itself, which may stand in a list of them.
    """
    if countries_named(span.text, freely=True):
        return False
    offset = span.sentence_start
    around = f"{span.sentence[: span.start - offset]} {span.sentence[span.end - offset :]}"
    names = " ".join(word for word in around.split() if not word[0].islower())  # "island" is a country in German
    return bool(countries_named(names)) and not countries & countries_named(around, freely=True)
