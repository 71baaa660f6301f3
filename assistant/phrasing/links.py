"""Links, addresses and markup in a sentence, which a quote may hold but no sentence about it may bring along."""

import re
import unicodedata

_LINK = re.compile(r"\w+://|https?:|www\.|\b(?:javascript|mailto|data:\w+/)|\]\(|!\[|<[a-z!/]|\w@", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?<![\w.])(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w.]*\.\w)|"  # a host: the last part of U.S. and p.m. is one letter, of 1.5 a digit
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)|"
    r"(?<!\S)/\w[\w/.-]*|\w+(?:/[\w.-]+){2,}|"
    r"\b[^\W\d_]{2,}:\d{2,5}\b"
)
_EITHER_OR = re.compile(r"([^\W_][\w-]*)/([\w-]*[^\W_])")
_DATE = re.compile(r"\d+(?:/\d+)+")
_SHORT = 4
"""Letters of words that are often written with a stroke between them: and/or, km/h, he/she."""


def holds_link(sentence: str, quotes: str) -> bool:
    """Whether there is a link or markup in a sentence, or what looks like an address and stands in none of the quotes."""
    text = _plain(sentence)
    if _LINK.search(text):
        return True
    known = _plain(quotes)
    addresses = frozenset(found[0] for found in _ADDRESS.finditer(known))
    if any(found[0] not in addresses and not _DATE.fullmatch(found[0]) for found in _ADDRESS.finditer(text)):
        return True
    words = frozenset(re.findall(r"\w[\w-]*", known))
    return any(
        side not in words and len(side) > _SHORT and not side.isdigit()
        for found in _EITHER_OR.finditer(text)
        for side in found.groups()
    )


def _plain(text: str) -> str:
    """A text as a browser would read an address in it: no invisible characters, no wide forms, no capitals."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(character for character in text if unicodedata.category(character) != "Cf").casefold()
