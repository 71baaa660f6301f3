"""Full stops that end no sentence: those of titles, initials and abbreviations."""

import re
import unicodedata

_TITLE = re.compile(r"\b(\w)\w?\.\s*$")
_TITLE_WITHOUT_CASE = re.compile(r"(?:^|[^\s\d]\s|\.)([^\W\d_])\.\s*$")
"""Not the unit or era behind a number: "2020 م."."""
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]{1,2}\.){2,}$")
_LAST_WORD = re.compile(r"(?<!\w)([^\W\d_])[^\W\d_]*\.$")


def segment(text: str, language: str) -> list[str]:
    """The sentences of a paragraph as sentencex finds them, which knows some abbreviations of many languages."""
    import sentencex

    return list(sentencex.segment("en" if language == "und" else language, text))


def goes_on(sentence: str, following: str) -> bool:
    """Whether what seems a sentence ends in a title or an initial ("M. Dupont", "Ms. Ba", "د. سمير"), and so goes on.

    Also in a name's abbreviation before a small letter: "Sol Ltda. y Mar".
    """
    title, without_case = (pattern.search(sentence[-8:]) for pattern in (_TITLE, _TITLE_WITHOUT_CASE))
    if (title and title[1].isupper()) or (without_case and unicodedata.category(without_case[1]) == "Lo"):
        return True
    return following[:1].islower() and _may_be_abbreviated(sentence.rstrip())


def ends_in_abbreviation(text: str, language: str) -> bool:
    """Whether the full stop that a text ends with is that of an abbreviation, as in "Acme Inc." and "Washington D.C.".

    It may end a sentence all the same.
    """
    if not text.endswith("."):
        return False
    if _INITIALS.search(text):
        return True
    following = "Boston is old."  # before a name a sentence ends at any other full stop
    return segment(f"{text} {following}", language)[-1].strip() != following


def _may_be_abbreviated(text: str) -> bool:
    """Whether a text ends in initials, or in a word with a capital and a full stop."""
    last = _LAST_WORD.search(text[-20:])
    return bool(_INITIALS.search(text[-20:])) or (last is not None and last[1].isupper())
