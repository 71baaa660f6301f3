"""Spans -> what the answer says: short answers or sentences, each once with all its sources, or nothing.

A question that wants a name, a number, or several of them is answered with those, and each citation quotes the sentence around
it. One that wants more (how, why, what happened, is it true that) is answered with sentences, in the order of their documents.
"""

import re
import unicodedata
from collections.abc import Sequence

from .cite import make_citation
from .datatypes import Citation, Span
from .names import names_in, same_name
from .question_kind import SENTENCE_KINDS, Kind
from .read import Asked
from .values import Value, compare, read_values

LEAST_SHARE = {Kind.ONE: 0.6, Kind.SEVERAL: 0.4, Kind.EXPLAIN: 0.4, Kind.CONFIRM: 0.6}
"""How likely an item must be at least, as a share of the likeliest one's probability."""
SENTENCES = 5
"""Shown at most where sentences are wanted."""
CLOSEST = 3
"""Passages shown where the documents don't tell."""
LONGEST_VALUE = 60
"""Characters of a span that may be a mere number, amount or date."""
_BULLET = re.compile(r"^[-*•–—]\s+")

Draft = tuple[str, float, Sequence[Citation]]


def compose(asked: Asked, spans: Sequence[Span], threshold: float, maximum_items: int) -> list[Draft]:
    """Drafts of items, at most `maximum_items`; none where no span reaches `threshold`. The same answer comes once.

    Of several forms of one answer, one in the question's language is shown. What the question itself names is no answer to it,
    unless nothing else is.
    """
    kind, language = asked.kind, asked.language
    if kind not in SENTENCE_KINDS:
        spans = [span for span in spans if not names_in(asked.question, span.text)] or spans
    best = max((span.probability for span in spans), default=0.0)
    least = max(threshold, LEAST_SHARE[kind] * best)
    likely = sorted((span for span in spans if span.probability >= least), key=lambda span: -span.probability)
    groups: list[list[Span]] = []
    for span in likely:
        for group in groups:
            if same_answer(group[0], span):
                group.append(span)
                break
        else:
            groups.append([span])
    kept = groups[:maximum_items]
    if kind in SENTENCE_KINDS:
        kept = _in_order(kept[:SENTENCES])
    return [(_shown(group, language).text, group[0].probability, [make_citation(span) for span in group]) for group in kept]


def closest(spans: Sequence[Span], count: int = CLOSEST) -> list[Citation]:
    """The sentence of the likeliest span of each of the nearest passages, for showing that they are not an answer."""
    nearest: dict[tuple[str, int], Citation] = {}
    for span in sorted(spans, key=lambda span: -span.probability):
        nearest.setdefault((span.hit.chunk.document, span.hit.chunk.start), make_citation(span))
    return list(nearest.values())[:count]


def same_answer(first: Span, second: Span) -> bool:
    """Whether two spans say the same: the same words but for their form, one value, or names of one thing."""
    if _without_form(first.text) == _without_form(second.text):
        return True
    first_values, second_values = _values(first), _values(second)
    if len(first_values) != len(second_values):
        return False
    if any(compare(one, other) != "same" for one, other in zip(first_values, second_values, strict=True)):
        return False
    if len(first_values) == 1 and _is_value(first, first_values[0]) and _is_value(second, second_values[0]):
        return True
    return same_name(first.text, second.text)


def _values(span: Span) -> Sequence[Value]:
    return read_values(span.text, span.hit.chunk.language) if len(span.text) <= LONGEST_VALUE else ()


def _is_value(span: Span, value: Value) -> bool:
    """Whether most of a span is the value."""
    return 2 * (value.end - value.start) > len(span.text)


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
