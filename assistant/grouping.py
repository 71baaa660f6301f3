"""Spans that say the same, together: one answer with all its sources, however they spell, round or translate it."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from index.lines import without_bullet

from .acronyms import stands_for
from .datatypes import Span
from .disagreement import count_the_same, value_of, values_of
from .listing import between
from .names import countries_named, same_name
from .values import compare, read_values

SPELT_ALIKE = 82
"""Likeness from which two names are one, spelt in two ways; Tuesday and Thursday have less."""
_AROUND = " .,;:!?…،؛。«»“”()[]\"'"


def grouped(spans: Sequence[Span], *, are_sentences: bool) -> list[list[Span]]:
    """The spans of each answer, in their order."""
    same = same_sentence if are_sentences else same_answer
    groups: list[list[Span]] = []
    for span in spans:
        for group in groups:
            if all(same(member, span) for member in _distinct(group)):
                group.append(span)
                break
        else:
            groups.append([span])
    return groups


def without_fragments(spans: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """The spans, the likeliest first, without the words around an answer that are no other: "a" before "memorandum"; and these.

    Such a word has no capital, and nothing but a space parts it from a likelier span or from another such word.
    """
    beside: dict[int, list[Span]] = defaultdict(list)
    kept: list[Span] = []
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: -span.probability):
        others = beside[span.hit.chunk_id]
        is_word = span.text.isalpha() and span.text.islower()
        (found if is_word and any(_touch(one, span) for one in others) else kept).append(span)
        others.append(span)
    return kept, found


def _touch(one: Span, other: Span) -> bool:
    """Whether nothing but a space stands between two spans of one chunk."""
    first, second = sorted((one, other), key=lambda span: span.start)
    return first.end < second.start and not between(first, second).strip(" \u00a0")


def support(group: Sequence[Span]) -> float:
    """How likely at least one of the documents that give an answer is right: 1 - product of (1 - p), the best p of each.

    Of a document, what another has in the same sentence does not count again: they are copies of one text.
    """
    unlikely = 1.0
    counted: set[str] = set()
    told: set[str] = set()
    for span in sorted(group, key=lambda span: -span.probability):
        document = span.hit.chunk.document
        if document not in counted and _telling(span) not in told:
            unlikely *= 1 - span.probability
            counted.add(document)
            told |= {_telling(one) for one in group if one.hit.chunk.document == document} - {""}
    return 1 - unlikely


def _telling(span: Span) -> str:
    """The sentence of a span without its form; "" where it says no more than the span, as in a list, which is nobody's copy."""
    sentence = without_form(span.sentence)
    return "" if sentence == without_form(span.text) else sentence


def same_answer(first: Span, second: Span) -> bool:
    """Whether two spans say the same: the same words but for their form, one value, or names of one thing."""
    if without_form(first.text) == without_form(second.text):
        return True
    first_values, second_values = values_of(first), values_of(second)
    if len(first_values) != len(second_values):
        return False
    if any(compare(value, another) != "same" for value, another in zip(first_values, second_values, strict=True)):
        return False
    one, other = value_of(first), value_of(second)
    if one and other:
        return count_the_same(first, one, second, other)
    chunks = first.hit.chunk.text, second.hit.chunk.text
    return same_name(first.text, second.text) or stands_for(first.text, second.text, chunks)


def same_sentence(first: Span, second: Span) -> bool:
    """Whether two sentences of one language say the same in the same words and order, but for how a few of them are spelt.

    A word more, a "not" for instance, another number or another country makes another sentence of it.
    """
    if without_form(first.text) == without_form(second.text):
        return True
    if first.hit.chunk.language != second.hit.chunk.language:
        return False
    one, other = (_words_in_order(span.text) for span in (first, second))
    if len(one) != len(other) or not all(map(_is_respelt, one, other)):
        return False
    if countries_named(first.text, freely=True) != countries_named(second.text, freely=True):
        return False
    told, other_told = (
        [(value.kind, value.low, value.high) for value in read_values(span.text, span.hit.chunk.language)]
        for span in (first, second)
    )
    return told == other_told


def _words_in_order(text: str) -> list[str]:
    """The words of a sentence without the punctuation around them."""
    return [word for written in without_bullet(text.strip()).split() if (word := written.strip(_AROUND))]


@lru_cache(maxsize=4096)
def without_form(text: str) -> str:
    """A text without case, spacing, bullet and outer punctuation, to tell that two are the same.

    What stands inside stays: 1.5 is not 15, and marks make words in many scripts.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return without_bullet(folded).strip(" .!…،。।\"'“”«»")


def _distinct(group: Sequence[Span]) -> list[Span]:
    """One span of each wording: "July 2023" may be the same as "25 July" and "26 July", which are not the same as each other."""
    return list({(span.text, span.hit.chunk.language): span for span in reversed(group)}.values())


def _is_respelt(word: str, other: str) -> bool:
    """Whether two words are one but for its capitals, or one name spelt in two ways: Tiani and Tchiani."""
    if word.casefold() == other.casefold():
        return True
    return word[:1].isupper() and other[:1].isupper() and word.isalpha() and fuzz.ratio(word, other) >= SPELT_ALIKE
