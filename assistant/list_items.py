"""Lists whose items stand on lines of their own: where the answer is one of the items, the others are answers too."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from index.abbreviations import ends_in_abbreviation
from index.lines import ANY_MARK, COMMAS, FULL_STOPS, marker

from .datatypes import Span
from .listing import BESIDE_SHARE, JAPANESE_COMMA

LONGEST_ITEM = 100
"""Characters."""
ANNOUNCED_SHARE = 0.5
"""How likely what follows a colon must be, as a share of what stands before it, for that to be its announcement."""
_COLONS = re.compile("[:：]")
_COLON = re.compile(rf"\s*{_COLONS.pattern}\s*(?:{ANY_MARK})?\s*")
_ITEM = re.compile(rf"[^\S\n]*(?P<mark>{ANY_MARK})[^\S\n]*(?P<item>\S[^\n]*?)(?<![\s;؛,،.])[\s;؛,،.]*(?:\n|$)")
_MARKS = frozenset({"bullet", "number", "letter"})

Items = tuple[tuple[int, int], ...]
"""Where the items of a list stand in a passage, without their marks and what ends them."""


def with_fellow_items(spans: Sequence[Span]) -> list[Span]:
    """The spans, and for each that is an item of a list the other items, nearly as likely.

    The reader often points at one item and means all. Only where the items are no sentences: those of a list of rules, or of
    what happened when, tell of different things.
    """
    fellows: dict[tuple[int, int], Span] = {}
    for span in sorted(spans, key=lambda span: -span.probability):
        for items in _lists_in(span.hit.chunk.text, span.hit.chunk.language):
            if not _is_one_of(items, span):
                continue
            for start, end in items:
                fellow = _as_likely(span, start, end)
                if not any(_is_at(one, fellow) for one in spans if one.probability >= fellow.probability):
                    fellows.setdefault((span.hit.chunk_id, start), fellow)
    return [*spans, *fellows.values()]


def without_announcements(spans: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """The spans without those that announce others after a colon, and these: "two things" of "wants two things: rope, ...".

    Only one colon may stand in its sentence and two answers behind it, each half as likely: in "Senegal: Dakar; Mali: Bamako"
    countries announce nothing.
    """
    kept: list[Span] = []
    found: list[Span] = []
    for span in spans:
        (found if _announces(span, spans) else kept).append(span)
    return kept, found


def beginning(span: Span) -> int:
    """Where in its document the list begins in whose items a span stands, or, where it stands in none, its sentence."""
    chunk = span.hit.chunk
    place = span.start - chunk.start
    for items in _lists_in(chunk.text, chunk.language):
        if any(first <= place < last for first, last in items):
            return chunk.start + items[0][0]
    return span.sentence_start


def _announces(span: Span, spans: Sequence[Span]) -> bool:
    """Whether nothing but a colon, and the mark of an item, parts a span from the first of two or more behind it."""
    chunk = span.hit.chunk
    colon = _COLON.match(chunk.text, span.end - chunk.start)
    if not colon or len(_COLONS.findall(span.sentence)) > 1:
        return False
    least = ANNOUNCED_SHARE * span.probability
    others = (other for other in spans if other.hit.chunk_id == span.hit.chunk_id and other.probability >= least)
    behind = {other.start - chunk.start for other in others if other.start > span.start}
    return colon.end() in behind and len(behind) > 1


def _as_likely(span: Span, start: int, end: int) -> Span:
    """Another item of the passage that a span stands in, by its place there."""
    chunk = span.hit.chunk
    first, last = chunk.start + start, chunk.start + end
    chance = BESIDE_SHARE * span.probability
    return replace(
        span, start=first, end=last, text=chunk.text[start:end], sentence_start=first, sentence_end=last, probability=chance
    )


def _is_at(span: Span, item: Span) -> bool:
    return span.hit.chunk_id == item.hit.chunk_id and span.start < item.end and item.start < span.end


def _is_one_of(items: Items, span: Span) -> bool:
    """Whether a span is one of the items, or half of one or more from its beginning on, or all before a comma."""
    chunk = span.hit.chunk
    start, end = span.start - chunk.start, span.end - chunk.start
    ends_at_comma = chunk.text[end : end + 1] in {*COMMAS, JAPANESE_COMMA}
    return any(
        start == first and end <= last + 1 and (ends_at_comma or 2 * (end - start) >= last - first) for first, last in items
    )


@lru_cache(maxsize=256)
def _lists_in(text: str, language: str) -> tuple[Items, ...]:
    """The lists of a passage whose items are no sentences; one within an item of another is a list of its own."""
    lists: list[list[re.Match[str]]] = []
    is_open: dict[tuple[str, int], list[re.Match[str]]] = {}  # by the sort of mark and how far it stands in
    end = -1
    for line in re.finditer(r"[^\n]+", text):
        sort, item = marker(line[0]), _ITEM.match(text, line.start())
        if item is None or sort not in _MARKS or (sort == "letter" and not item["mark"].endswith(")")):  # "J. Smith"
            is_open = {}
        else:
            is_open = is_open if line.start() == end + 1 else {}
            indent = item.start("mark") - item.start()
            is_open = {key: items for key, items in is_open.items() if key[1] <= indent}
            if (sort, indent) not in is_open or _begins_anew(is_open[sort, indent][-1], item):
                is_open[sort, indent] = []
                lists.append(is_open[sort, indent])
            is_open[sort, indent].append(item)
        end = line.end()
    return tuple(
        tuple(_place(item, language) for item in items) for items in lists if len(items) > 1 and not _tell(items, language)
    )


def _place(item: re.Match[str], language: str) -> tuple[int, int]:
    """Where an item stands, with the full stop of an abbreviation that it ends in."""
    start, end = item.span("item")
    return start, end + ends_in_abbreviation(item.string[start : end + 1], language)


def _begins_anew(before: re.Match[str], item: re.Match[str]) -> bool:
    """Whether the number of an item is not above that of the one before."""
    first, second = (re.sub(r"\D", "", each["mark"]) for each in (before, item))
    return bool(first and second) and int(second) <= int(first)


def _tell(items: Sequence[re.Match[str]], language: str) -> bool:
    """Whether any is a sentence, or as long as one; a full stop after the last may end the list, others an abbreviation."""
    if any(len(item["item"]) > LONGEST_ITEM for item in items):
        return True
    lines = [item[0].rstrip() for item in items[:-1]]
    return any(line.endswith(FULL_STOPS) and not ends_in_abbreviation(line, language) for line in lines)
