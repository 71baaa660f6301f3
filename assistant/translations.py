"""Items of a list that translate each other, "illegal immigration" and "l'immigration illégale": one answer in two languages.

Names are told by spelling and sound (names.py), values by what they say (values.py). What is left are phrases in lower case. The
encoder sets translations near each other, but what is of one sort too, "medicine" and "science". So two must be near, and each
the nearest to the other of all that the list has in its language; `python -m benchmarks.translations` tells how often that is
right.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np

from index.encode import Vectors

from .datatypes import Span
from .disagreement import values_of
from .names import NOUNS_HAVE_CAPITALS

VectorsOf = Callable[[Sequence[str]], Vectors]
"""Unit vectors of short texts, shape (number of texts, dimensions)."""
NEAR = 0.87
"""The least cosine of two translations."""
NEARER = 0.01
"""By how much it must exceed that of either with anything else of the other's language."""


def translations_joined(groups: Sequence[Sequence[Span]], vectors_of: VectorsOf) -> list[list[Span]]:
    """The groups, each with those that translate it, in the order of the first of each; the likeliest span of each comes first.

    No group gets a second wording in a language that it has: two phrases of one language are two answers.
    """
    joined = [list(group) for group in groups]
    spoken = [{span.hit.chunk.language for span in group} for group in groups]
    if len(set().union(*spoken)) < 2:
        return joined
    stands_in = list(range(len(groups)))
    for one, other in _translations(groups, vectors_of):
        kept, gone = sorted((stands_in[one], stands_in[other]))
        if not spoken[kept] & spoken[gone]:
            joined[kept] = sorted(joined[kept] + joined[gone], key=lambda span: -span.probability)
            joined[gone] = []
            spoken[kept] |= spoken[gone]
            stands_in = [kept if position == gone else position for position in stands_in]
    return [group for group in joined if group]


def _translations(groups: Sequence[Sequence[Span]], vectors_of: VectorsOf) -> Iterator[tuple[int, int]]:
    """Positions of the groups whose likeliest spans translate each other, those set apart from all others by most first."""
    spans = [group[0] for group in groups]
    languages = np.array([span.hit.chunk.language for span in spans])
    vectors = vectors_of([span.text for span in spans])
    cosines = vectors @ vectors.T
    found = []
    for language, another in combinations(dict.fromkeys(languages.tolist()), 2):
        rows, columns = np.flatnonzero(languages == language), np.flatnonzero(languages == another)
        if len(rows) + len(columns) < 3:
            continue  # with nothing beside them, nothing tells how near is near
        between = cosines[np.ix_(rows, columns)]
        for row, column in np.ndindex(between.shape):
            rivals = np.append(np.delete(between[row], column), np.delete(between[:, column], row))
            margin = float(between[row, column] - rivals.max())
            if between[row, column] >= NEAR and margin >= NEARER and may_translate(spans[rows[row]], spans[columns[column]]):
                found.append((margin, int(rows[row]), int(columns[column])))
    return ((one, other) for _, one, other in sorted(found, reverse=True))


def may_translate(first: Span, second: Span) -> bool:
    """Whether neither is a value or surely a name, and one of them surely none: the scripts of both may have no capitals."""
    if values_of(first) or values_of(second):
        return False
    return any(map(_is_lower_case, (first, second))) and not any(map(_has_a_capital, (first, second)))


def _is_lower_case(span: Span) -> bool:
    return _sure_words(span).islower()


def _has_a_capital(span: Span) -> bool:
    """Whether it has a capital letter where its language tells names by one."""
    return span.hit.chunk.language not in NOUNS_HAVE_CAPITALS and any(letter.isupper() for letter in _sure_words(span))


def _sure_words(span: Span) -> str:
    """The text, but of several words not the first of a sentence, which has a capital whatever it is."""
    first, _, others = span.text.partition(" ")
    return others or first if span.start == span.sentence_start else span.text
