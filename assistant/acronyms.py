"""Long names and their acronyms: "Economic Community of West African States" and "ECOWAS"."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from .gazetteer import ARTICLES, CONNECTORS
from .spelling import words_of

LEAST_LETTERS = 3
"""Of an acronym that the first letters of a name alone tell: two letters stand for too many things."""
LONGEST = 10
"""Words of a long name."""
_ACRONYM = re.compile(r"[^\W\d_](?:\.?[^\W\d_]){1,9}\.?")
_BRACKET = r"\s*[(（]\s*(?:the\s+|[lL][’'])?"


def is_acronym(text: str) -> bool:
    """Whether a text is one word of capital letters, with or without full stops; scripts without capitals have none."""
    return text.isupper() and bool(_ACRONYM.fullmatch(text))


def stands_for(first: str, second: str, texts: Iterable[str]) -> bool:
    """Whether one of two names is the other's acronym: its words begin so, or one of the texts has the one in brackets behind
    the other.
    """
    short, long = (first, second) if is_acronym(first) else (second, first)
    if not is_acronym(short) or is_acronym(long):
        return False
    if _has_initials(long, short):
        return True
    behind = re.compile(rf"{re.escape(long)}{_BRACKET}{re.escape(short)}(?!\w)")
    before = re.compile(rf"\b{re.escape(short)}{_BRACKET}{re.escape(long)}(?!\w)")
    return any(before.search(text) or any(_begins(text, found.start()) for found in behind.finditer(text)) for text in texts)


def _begins(text: str, place: int) -> bool:
    """Whether a name can begin at a place: "States" of "the Alliance of Sahel States (AES)" is none."""
    words = text[:place].split()
    if not words or words[-1].casefold() in ARTICLES:
        return True
    return not words[-1][0].isupper() and words[-1].casefold() not in CONNECTORS


def named_by_another_form(question: str, name: str, texts: Sequence[str]) -> bool:
    """Whether a question names a thing by its acronym where the name is long, or the other way about."""
    words = [word.strip('.,;:!?؟"“”«»()[]') for word in question.split()]
    if is_acronym(name):
        ends = [(start, end) for start in range(len(words)) for end in range(start + 2, min(len(words), start + LONGEST) + 1)]
        return any(stands_for(name, " ".join(words[start:end]), texts) for start, end in ends)
    return not question.isupper() and any(stands_for(word, name, texts) for word in words if is_acronym(word))


def _has_initials(name: str, acronym: str) -> bool:
    """Whether the letters are the first ones of the name's words in their order; small words may be left out."""
    letters = "".join(character for character in unicodedata.normalize("NFKD", acronym.casefold()) if character.isalpha())
    if len(letters) < LEAST_LETTERS:
        return False
    left = letters
    for word in words_of(name):
        if left and word[0] == left[0]:
            left = left[1:]
        elif word not in ARTICLES and word not in CONNECTORS:
            return False
    return not left
