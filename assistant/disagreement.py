"""Whether answers of several sources contradict each other: other values of one kind for the one thing that was asked for.

Only values can be told to contradict: numbers, amounts, dates and times, whose kinds and ranges values.py compares across
wordings, roundings, units and languages. Two names may both be right.
"""

from collections.abc import Sequence

from .datatypes import Span
from .values import Value, compare, read_values

LEAST_SHARE = 0.3
"""How likely another value must be, as a share of the likeliest one's probability."""
LONGEST = 60
"""Characters of a span that may be a mere value."""


def value_of(span: Span) -> Value | None:
    """The value that a span is, or None where it holds none, several, or mostly something else."""
    if len(span.text) > LONGEST:
        return None
    values = read_values(span.text, span.hit.chunk.language)
    if len(values) != 1 or 2 * (values[0].end - values[0].start) <= len(span.text):
        return None
    return values[0]


def contradicting(groups: Sequence[Sequence[Span]]) -> list[int]:
    """Positions of the groups that contradict the first, in their order; none where the sources agree.

    A group is the spans of one answer, the likeliest first. Another value contradicts the first where it stands in another
    document, is of the same kind and unit, and is the likeliest of its passage.
    """
    first = value_of(groups[0][0]) if groups else None
    if first is None:
        return []
    documents = {span.hit.chunk.document for span in groups[0]}
    least = LEAST_SHARE * groups[0][0].probability
    found = []
    for position, group in enumerate(groups[1:], 1):
        other = value_of(group[0])
        if other is None or group[0].probability < least or compare(first, other) != "different":
            continue
        if documents.isdisjoint(span.hit.chunk.document for span in group) and first.kind == other.kind:
            found.append(position)
    return found
