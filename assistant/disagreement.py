"""Whether answers of several sources contradict each other: other values of one kind for the one thing that was asked for.

Only values can be told to contradict: numbers, amounts, dates and times, whose kinds and ranges values.py compares across
wordings, roundings, units and languages. Two names may both be right.
"""

from collections.abc import Sequence
from dataclasses import replace

from .datatypes import Span
from .values import Value, compare, read_values

LEAST_SHARE = 0.2
"""How likely another value must be, as a share of the likeliest one's probability."""
LEAST = 0.08
"""How likely another value must be at least: of two things that are both unlikely, neither contradicts the other."""
LEAST_PASSAGE = 0.4
"""How likely its passage must answer the question."""
LONGEST_VALUE = 60
"""Characters of a span that may be a mere value."""


def value_of(span: Span) -> Value | None:
    """The value that a span is, or None where it holds none, several, or mostly something else."""
    if len(span.text) > LONGEST_VALUE:
        return None
    values = read_values(span.text, span.hit.chunk.language)
    if len(values) != 1 or 2 * (values[0].end - values[0].start) <= len(span.text):
        return None
    return values[0]


def with_unit(span: Span) -> Span:
    """The span, widened to the whole value where it is a number that its sentence gives a unit: "1,500" to "1,500 km"."""
    if len(span.text) > LONGEST_VALUE or not any(character.isdigit() for character in span.text):
        return span
    start, end = span.start - span.sentence_start, span.end - span.sentence_start
    for value in read_values(span.sentence, span.hit.chunk.language):
        if value.start <= start and end <= value.end < start + LONGEST_VALUE and value.kind != "number":
            return replace(span, start=span.sentence_start + value.start, end=span.sentence_start + value.end, text=value.text)
    return span


def contradicting(groups: Sequence[Sequence[Span]]) -> list[int]:
    """Positions of the groups that contradict the first, in their order; none where the sources agree.

    A group is the spans of one answer, the likeliest first. Another value contradicts the first where it stands in another
    document, in a passage that likely answers, and is of the same kind and unit.
    """
    first = _most_exact(groups[0]) if groups else None
    if first is None:
        return []
    documents = {span.hit.chunk.document for span in groups[0]}
    least = max(LEAST, LEAST_SHARE * groups[0][0].probability)
    found = []
    for position, group in enumerate(groups[1:], 1):
        other = _most_exact(group)
        if other is None or group[0].probability < least or group[0].passage_probability < LEAST_PASSAGE:
            continue
        if compare(first, other) != "different" or first.kind != other.kind:
            continue
        if documents.isdisjoint(span.hit.chunk.document for span in group):
            found.append(position)
    return found


def _most_exact(group: Sequence[Span]) -> Value | None:
    """The value of a group of spans that say the same, by the one that says it most exactly: 26 July of "July" and "26 July"."""
    likely = [span for span in group if span.probability >= LEAST_SHARE * group[0].probability]
    values = [value for value in map(value_of, likely) if value]
    return min(values, key=lambda value: value.high - value.low) if value_of(group[0]) else None


def is_list_of_values(groups: Sequence[Sequence[Span]]) -> bool:
    """Whether one document gives several of the values: dates of several attacks, say, none of which contradicts another."""
    documents = [{span.hit.chunk.document for span in group} for group in groups if value_of(group[0])]
    return any(not one.isdisjoint(other) for position, one in enumerate(documents) for other in documents[:position])
