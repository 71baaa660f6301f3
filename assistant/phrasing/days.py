"""The days of the week and the months that a text names."""

import re
from collections import defaultdict
from functools import cache

from ..measures import locales
from ..spelling import folded


def weekdays(text: str, language: str) -> frozenset[int]:
    """The days of the week that a text of the language names, counted from Monday, 0."""
    return _calendar_names(text, language, "days")


def months(text: str, language: str) -> frozenset[int]:
    """The months that a text of the language names, counted from January, 1."""
    return _calendar_names(text, language, "months")


def _calendar_names(text: str, language: str, kind: str) -> frozenset[int]:
    flat = folded(text)
    return frozenset(number for number, pattern in _calendar(language, kind).items() if pattern.search(flat))


@cache
def _calendar(language: str, kind: str) -> dict[int, re.Pattern[str]]:
    names: dict[int, set[str]] = defaultdict(set)
    for locale in locales(language):
        for number, name in getattr(locale, kind)["format"]["wide"].items():
            names[number].add(re.escape(folded(name)))
    return {number: re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms))})s?(?!\w)") for number, forms in names.items()}
