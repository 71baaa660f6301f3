"""A span that is a list, "Mali, Chad and Togo", -> one span for each of its parts.

How a language joins the last parts of a list is told by Unicode's tables (CLDR, through Babel).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from .datatypes import Span
from .gazetteer import cities, country

LONGEST_PART = 60
"""Characters. What is longer is a clause, and a list of clauses is left whole."""
_COMMA = r"(?:[،、;؛，；]|,(?!\d))"


def parts_of(span: Span, alone: Callable[[str], bool] = lambda _: False) -> list[Span]:
    """The parts of the list that a span is, or the span itself.

    Two parts make a list only where both are places or one is known to stand alone elsewhere, as `alone` tells: "trade and
    industry" and "Rivers and Forests Trust" stay whole.
    """
    text = span.text
    places = list(_places(text, span.hit.chunk.language))
    parts = [text[start:end] for start, end in places]
    if len(parts) < 2 or any(len(part) > LONGEST_PART or not re.search(r"[^\W\d_]", part) for part in parts):
        return [span]
    if len(parts) == 2 and not all(country(part) or cities(part) for part in parts) and not any(map(alone, parts)):
        return [span]
    return [replace(span, start=span.start + start, end=span.start + end, text=text[start:end]) for start, end in places]


def _places(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where the parts between commas and the language's "and" stand."""
    separator, prefix = _joints(language)
    bounds = [0, *(edge for found in separator.finditer(text) for edge in found.span()), len(text)]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        piece = text[start:end]
        if not piece.strip():
            continue
        # An "and" that is written together with the word after it: only where a country follows, for it may be a letter of it.
        at = 0
        for found in re.finditer(rf"(?:^|\s+){prefix}", piece) if prefix else ():
            if country(piece[found.end() :]) and (found.start() == 0 or country(piece[at : found.start()])):
                if piece[at : found.start()].strip():
                    yield start + at, start + found.start()
                at = found.end()
        yield start + at, end


@lru_cache(maxsize=64)
def _joints(language: str) -> tuple[re.Pattern[str], str]:
    """What parts the members of a list; and the "and" that is written together with the last one, where that is the custom."""
    try:
        patterns = Locale.parse(language).list_patterns.get("standard", {})
    except (UnknownLocaleError, ValueError):
        patterns = {}
    joints = {pattern.removeprefix("{0}").removesuffix("{1}") for pattern in (patterns.get("2", ""), patterns.get("end", ""))}
    words = sorted({re.escape(joint.strip(" ,،、")) for joint in joints if joint.endswith(" ")} - {""})
    attached = next((joint.strip() for joint in joints if joint.startswith(" ") and not joint.endswith(" ")), "")
    if not words:
        return re.compile(rf"\s*{_COMMA}\s*"), attached
    last = rf"(?:{'|'.join(words)})\s+"
    return re.compile(rf"\s*{_COMMA}\s*(?:{last})?|\s+{last}"), attached
