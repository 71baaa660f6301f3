"""Whether an answer's text holds an accepted form, in any script."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PLAIN = str.maketrans(dict.fromkeys("’‘ʼ′", "'") | dict.fromkeys("‐‑‒–—−", "-"))
_DOTTED_DATE = re.compile(r"(?<![\d.])\d{1,2}\.\d{1,2}\.\d{4}(?!\d)")
_PROCLITICS = re.compile("[وف]?[بلك]?(?:ال|ل)?")
_NUMBER_BEFORE = re.compile(r"\d[.,:'’٫٬]$")
_NUMBER_AFTER = re.compile(r"[.,:'’٫٬]\d")
_THOUSANDS_BEFORE = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})* $")
_THOUSANDS_AFTER = re.compile(r"(?: \d{3})+(?!\w)")


def holds_any(texts: Iterable[str], forms: Sequence[str]) -> bool:
    """Whether one of the texts holds one of the forms."""
    return any(holds(text, form) for text in texts for form in forms)


def holds(text: str, form: str) -> bool:
    """Whether the form stands in the text, but not inside a longer word or number.

    Case, compatibility forms, digits' script, kinds of space, Arabic marks and tatweel do not count. Arabic conjunctions,
    prepositions and the article may stand before the form in one word; scripts that do not part words need no boundary.
    """
    text, form = normalise(text), normalise(form)
    found = (match.start() for match in re.finditer(f"(?={re.escape(form)})", text))
    return bool(form) and any(_begins(text, start, form) and _ends(text, start + len(form), form) for start in found)


def normalise(text: str) -> str:
    """NFKC, case-folded, with ASCII digits, apostrophes and hyphens and single plain spaces.

    Without format characters, Arabic marks and tatweel.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    kept = (
        str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character
        for character in _ARABIC_MARKS.sub("", folded)
        if unicodedata.category(character) != "Cf"
    )
    return " ".join("".join(kept).split())


def _begins(text: str, start: int, form: str) -> bool:
    """Whether no longer word or number begins before the form."""
    first = start
    while _is_wordlike(form[0]) and first and _is_wordlike(text[first - 1]):
        first -= 1
    if not _PROCLITICS.fullmatch(text[first:start]):
        return False
    if not form[0].isdecimal():
        return True
    grouped = re.match(r"\d{3}(?!\d)", form) and _THOUSANDS_BEFORE.search(text, 0, start)
    return not grouped and (not _NUMBER_BEFORE.search(text, 0, start) or _is_in_a_date(text, start, start + len(form)))


def _ends(text: str, end: int, form: str) -> bool:
    """Whether no longer word or number ends after the form."""
    if _is_wordlike(form[-1]) and end < len(text) and _is_wordlike(text[end]):
        return False
    if not form[-1].isdecimal():
        return True
    grouped = re.search(r"(?<!\d)\d{1,3}$", form) and _THOUSANDS_AFTER.match(text, end)
    return not grouped and (not _NUMBER_AFTER.match(text, end) or _is_in_a_date(text, end - len(form), end))


def _is_in_a_date(text: str, start: int, end: int) -> bool:
    """Whether a place lies in a date with points, whose parts are numbers of their own: 26.07.2023."""
    around = text[max(start - 10, 0) : end + 10]
    first = start - max(start - 10, 0)
    return any(found.start() <= first and first + end - start <= found.end() for found in _DOTTED_DATE.finditer(around))


def _is_wordlike(character: str) -> bool:
    """Whether a character makes up words or numbers that are parted from others by something else."""
    return unicodedata.category(character)[0] in "LNM" and not _UNSPACED.match(character)
