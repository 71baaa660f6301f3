"""Long names and their acronyms: "Economic Community of West African States" and "ECOWAS".

A wrong merge is worse than a missed one. What stands in brackets behind a name is its acronym only where it begins alike: it may
as well be an agency, a country or a member ("Niamey (AFP)", "the AES (Mali, Niger)").
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from .gazetteer import ARTICLES, CONNECTORS
from .spelling import words_of

LEAST_LETTERS = 4
"""Of an acronym that the first letters of a name alone tell: fewer stand for too many things."""
_ACRONYM = re.compile(r"[^\W\d_](?:\.?[^\W\d_]){1,9}\.?")
_BETWEEN = re.compile(r"[\s’']+")
_OPEN, _CLOSE = r"\s*[(（]\s*(?:(?:the|la|le|les)\s+|[lL][’'])?", r"\s*[)）,;]"


def is_acronym(text: str) -> bool:
    """Whether a text is one word of capital letters, with or without full stops; scripts without capitals have none."""
    return text.isupper() and bool(_ACRONYM.fullmatch(text))


def stands_for(first: str, second: str, texts: Iterable[str]) -> bool:
    """Whether one of two names is the other's acronym.

    Either its letters are the first ones of the name's words; or they are fewer, or of the name in another language, and one of
    the texts has the one in brackets behind the other.
    """
    if is_acronym(first) == is_acronym(second):
        return False
    short, long = (first, second) if is_acronym(first) else (second, first)
    words, letters = words_of(long), _folded(short)
    while words and words[0] in ARTICLES:
        words = words[1:]
    if len(words) < 2 or words[0][0] != letters[0] or not _has_capital(long):
        return False
    if len(letters) >= LEAST_LETTERS and _are_initials(letters, words):
        return True
    return any(_in_brackets(short, long, text) for text in texts if short in text and long in text)


def _has_capital(name: str) -> bool:
    """Whether the first word that is no article begins with a capital, as a name does."""
    first = next((word for word in _BETWEEN.split(name) if word.casefold() not in ARTICLES), "")
    return first[:1].isupper()


def _in_brackets(short: str, long: str, text: str) -> bool:
    if re.search(rf"(?<!\w){re.escape(short)}{_OPEN}{re.escape(long)}{_CLOSE}", text):
        return True
    behind = re.finditer(rf"(?<!\w){re.escape(long)}{_OPEN}{re.escape(short)}{_CLOSE}", text)
    return any(_begins(text, found.start()) for found in behind)


def _begins(text: str, place: int) -> bool:
    """Whether a name can begin at a place: "States" of "the Alliance of Sahel States (AES)" is none."""
    before = _BETWEEN.split(text[:place].rstrip(" ’'"))[-1]
    return before.casefold() in ARTICLES or not before or not (before[0].isupper() or before.casefold() in CONNECTORS)


def _folded(acronym: str) -> str:
    decomposed = unicodedata.normalize("NFKD", acronym.casefold())
    return "".join(character for character in decomposed if character.isalpha())


def _are_initials(letters: str, words: Sequence[str]) -> bool:
    """Whether the letters are the first ones of the words in their order; small words may be left out."""
    if not words:
        return not letters
    if letters and words[0][0] == letters[0] and _are_initials(letters[1:], words[1:]):
        return True
    return (words[0] in ARTICLES or words[0] in CONNECTORS) and _are_initials(letters, words[1:])
