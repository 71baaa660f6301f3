"""Whether answers of several sources contradict each other: other values of one kind for the one thing that was asked for.

Only values can be told to contradict: numbers, amounts, dates and times, whose kinds and ranges values.py compares across
wordings, roundings, units and languages. Two names may both be right.
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from .datatypes import Span
from .gazetteer import ARTICLES
from .names import NOUNS_HAVE_CAPITALS
from .quantities import bound_before, without_bound
from .question_kind import Kind
from .spelling import folded
from .values import Value, compare, read_values

LEAST_SHARE = 0.4
"""How likely another value must be, as a share of the likeliest one's probability."""
LEAST = 0.07
"""How likely another value must be at least: of two things that are both unlikely, neither contradicts the other."""
LEAST_PASSAGE = 0.4
"""How likely its passage must answer the question."""
LEAST_SHARE_OF_CLOSE, LEAST_OF_CLOSE, LEAST_PASSAGE_OF_CLOSE = 0.1, 0.035, 0.25
"""The same of a value that is close to the likeliest: 1,500 km and 1400 km are hardly the lengths of two things by chance."""
CLOSE = 1.25
"""How many times the smaller of two close amounts the larger may be."""
CLOSE_DAYS = 10
"""How many days two close dates may be apart, but for a week, after which much happens again."""
DAYS_OF_A_WEEK = 7
LEAST_DIGITS = 3
"""Digits of amounts that may be close: there are nine of something and ten of something else everywhere."""
SPEAKING_SHARE = 0.3
"""How likely a number must be for its document to speak for it, as a share of the likeliest of the document."""
LONGEST_VALUE = 60
"""Characters of a span that may be a mere value."""
MOST_WORDS = 4
"""Words beside a value that may be what it counts, or how exact it is: "more than 1,500 troops"."""
FEW = 10
"""From so many on, the same number in two languages counts the same."""
FARTHEST = 10
"""How many times the smaller of two amounts the larger may be: 46,000 euros and 38.6 million are prices of two things."""
_MOMENTS = frozenset({"date", "time"})
_ANY_SIZE = _MOMENTS | {"temperature", "percent"}
"""Kinds of values of which one thing may have any, or that have no nought to measure from."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_FRACTION = re.compile(r"\d[.,٫]\d{1,2}(?!\d|[.,٫]\d)")
_ROUNDED = 0.02
"""How far a number that ends in noughts may be from the exact one, at most, as a part of it."""
_read = lru_cache(maxsize=4096)(read_values)


def values_of(span: Span) -> tuple[Value, ...]:
    """The values in a short span; as wide as its sentence tells, which may have "about" right before it."""
    if len(span.text) > LONGEST_VALUE:
        return ()
    found = _read(span.text, span.hit.chunk.language)
    if not found:
        return found
    offset = span.start - span.sentence_start
    told = {
        (value.start - offset, value.end - offset, value.kind, value.unit): value
        for value in _read(span.sentence, span.hit.chunk.language)
    }
    wider = [(value, told.get((value.start, value.end, value.kind, value.unit), value)) for value in found]
    return tuple(replace(value, low=other.low, high=other.high) for value, other in wider)


def value_of(span: Span) -> Value | None:
    """The value that a span is, with what it counts or how exact it is; None where it holds none, several, or something else.

    Four digits with a word behind them are no year but count something: "1500 trainees".
    """
    values = values_of(span)
    if len(values) != 1:
        return None
    value, text, language = values[0], span.text, span.hit.chunk.language
    words = f"{text[: value.start]} {text[value.end :]}".split()
    mostly = 2 * (value.end - value.start) > len(text)
    if not mostly and (
        len(words) > MOST_WORDS or (language not in NOUNS_HAVE_CAPITALS and any(word[0].isupper() for word in words))
    ):
        return None
    if value.written == "year" and value.text.isdecimal() and _WORD.search(text[value.end :]):
        return replace(value, kind="number", low=int(value.text) - 0.5, high=int(value.text) + 0.5, unit="", written="")
    return value


def count_the_same(first: Span, one: Value, second: Span, other: Value) -> bool:
    """Whether two numbers may count the same: of one language, they share a word behind them, where both have any.

    Where neither has, the last words before them are no two: article 5 is not section 5. Of two languages, small numbers may not
    count the same: there are two of many things.
    """
    if "number" not in {one.kind, other.kind}:
        return True
    counted, other_counted = (
        {word[:4] for word in _WORD.findall(span.text[value.end :].casefold())} for span, value in ((first, one), (second, other))
    )
    if not counted and not other_counted and first.hit.chunk.language == second.hit.chunk.language:
        named, other_named = (_word_before(span, value) for span, value in ((first, one), (second, other)))
        return not (named and other_named) or named[:4] == other_named[:4]
    if not counted or not other_counted:
        return True
    if first.hit.chunk.language != second.hit.chunk.language:
        return min(one.low, other.low) >= FEW
    return not counted.isdisjoint(other_counted)


def _word_before(span: Span, value: Value) -> str:
    """The word of a span right before a value that may name it, as in "article 5"; "" for none, or one that bounds it."""
    words = _WORD.findall(without_bound(span.text[: value.start]))
    return words[-1] if words and words[-1] not in ARTICLES else ""


def with_unit(span: Span) -> Span:
    """The span, widened to the whole value where it is a number that its sentence gives a unit: "1,500" to "1,500 km"."""
    if len(span.text) > LONGEST_VALUE or not any(character.isdigit() for character in span.text):
        return span
    start, end = span.start - span.sentence_start, span.end - span.sentence_start
    for value in _read(span.sentence, span.hit.chunk.language):
        if value.start <= start and end <= value.end < start + LONGEST_VALUE and value.kind != "number":
            return replace(span, start=span.sentence_start + value.start, end=span.sentence_start + value.end, text=value.text)
    return span


def contradicting(groups: Sequence[Sequence[Span]], kind: Kind) -> list[int]:
    """Positions of the groups that contradict the first, in their order; none where the sources agree.

    A group is the spans of one answer, the likeliest first. Another value contradicts the first where it stands in another
    document, in a passage that likely answers, is of the same kind and unit, and not of quite another size. Where one answer is
    wanted, one close to the first may be less likely, if nothing likelier stands between. A document may speak for one of them
    and mention the other: "260, not 240 as first reported".
    """
    first = _most_exact(groups[0]) if groups else None
    if first is None:
        return []
    # A document that names both dates tells of two events.
    speaking = _speaking(groups, 0.0 if first[1].kind in _MOMENTS else SPEAKING_SHARE)
    found: list[int] = []
    for position, group in enumerate(groups[1:], 1):
        other = _most_exact(group)
        if other is None or first[1].kind != other[1].kind or compare(first[1], other[1]) != "different":
            continue
        may_be_close = kind is Kind.ONE and position == len(found) + 1
        if not _is_likely(group[0], groups[0][0].probability, close=may_be_close and _are_close(first[1], other[1])):
            continue
        if not count_the_same(*first, *other) or not _are_of_like_size(first[1], other[1]):
            continue
        if speaking[position] and speaking[position].isdisjoint(speaking[0]) and _are_apart(_opened(*first), _opened(*other)):
            found.append(position)
    return found


def _is_likely(span: Span, highest: float, *, close: bool) -> bool:
    """Whether another value is likely enough, of which the likeliest one's probability is the highest."""
    share, least, passage = (
        (LEAST_SHARE_OF_CLOSE, LEAST_OF_CLOSE, LEAST_PASSAGE_OF_CLOSE) if close else (LEAST_SHARE, LEAST, LEAST_PASSAGE)
    )
    return span.probability >= max(least, share * highest) and span.passage_probability >= passage


def _are_close(one: Value, other: Value) -> bool:
    """Whether two values are nearly the same: amounts of one unit, or exact dates."""
    if one.unit != other.unit:
        return False
    if one.kind == "date":
        apart = abs(one.low - other.low)
        return max(one.high - one.low, other.high - other.low) < 1 and apart <= CLOSE_DAYS and apart != DAYS_OF_A_WEEK
    if one.kind in _ANY_SIZE or min(len(re.findall(r"\d", folded(value.text))) for value in (one, other)) < LEAST_DIGITS:
        return False
    smaller, larger = sorted((value.low + value.high) / 2 for value in (one, other))
    return smaller > 0 and larger <= CLOSE * smaller


def _speaking(groups: Sequence[Sequence[Span]], share: float) -> list[set[str]]:
    """The documents that speak for the answer of each group: not those where it is less likely than this share of another."""
    best: dict[str, float] = defaultdict(float)
    for group in filter(lambda group: value_of(group[0]), groups):
        for span in group:
            best[span.hit.chunk.document] = max(best[span.hit.chunk.document], span.probability)
    return [
        {document for span in group if span.probability >= share * best[document := span.hit.chunk.document]} for group in groups
    ]


def _are_of_like_size(one: Value, other: Value) -> bool:
    """Whether the larger of two amounts is at most FARTHEST times the smaller. Nought and what is below it are like any."""
    if one.kind in _ANY_SIZE:
        return True
    smaller, larger = sorted((value.low + value.high) / 2 for value in (one, other))
    return smaller <= 0 or larger <= FARTHEST * smaller * (1 + 1e-9)


def _opened(span: Span, value: Value) -> tuple[float, float]:
    """The bounds of a value as it contradicts others: "more than" has no upper one, and noughts at the end are rounding."""
    start = span.start - span.sentence_start + value.start
    side = "" if value.kind in _MOMENTS else bound_before(span.sentence[:start])
    slack = _rounding(value)
    return -math.inf if side == "below" else value.low - slack, math.inf if side == "above" else value.high + slack


def _rounding(value: Value) -> float:
    """How far the exact number may be from one that ends in two or more noughts."""
    written = folded(value.text)
    if value.kind in _MOMENTS or _FRACTION.search(written):
        return 0.0
    digits = "".join(re.findall(r"\d", written))
    noughts = len(digits) - len(digits.rstrip("0"))
    if noughts < 2 or not digits.strip("0"):
        return 0.0
    return min(_ROUNDED, 0.5 * 10.0**noughts / int(digits)) * abs(value.low + value.high) / 2


def _are_apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _most_exact(group: Sequence[Span]) -> tuple[Span, Value] | None:
    """The span and value of a group that says the same most exactly: 26 July of "July" and "26 July"."""
    likely = [span for span in group if span.probability >= LEAST_SHARE * group[0].probability]
    values = [(span, value) for span in likely if (value := value_of(span))]
    return min(values, key=lambda pair: pair[1].high - pair[1].low) if value_of(group[0]) else None


def is_list_of_values(groups: Sequence[Sequence[Span]]) -> bool:
    """Whether one document gives several of the values: dates of several attacks, say, none of which contradicts another."""
    documents = [{span.hit.chunk.document for span in group} for group in groups if value_of(group[0])]
    return any(not one.isdisjoint(other) for position, one in enumerate(documents) for other in documents[:position])
