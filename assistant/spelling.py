"""One spelling for what is written in many: case, accents, punctuation, digits and Arabic letter forms folded."""

import re
import unicodedata
from functools import cache, lru_cache

from anyascii import anyascii

_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s\b", re.IGNORECASE)
# The dots of U.S., which would make words of its letters.
_INITIALS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_ARABIC = re.compile(r"[\u0620-\u06ff]")
# Spellings that Arabic, Persian and Urdu texts use for one another; the vowel marks and the tatweel are left out.
_ARABIC_FORMS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ی": "ي", "ئ": "ي", "ؤ": "و", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه"}
)
_ARABIC_MARKS = re.compile(r"[\u0640\u064b-\u065f\u0670\u0610-\u061a]")
_SIGNS = {"٪": "%", "’": "'", "−": "-", "–": "-", "—": "-", "٬": "٬", "٫": "٫", "½": ".5", "¼": ".25", "¾": ".75", "ى": "ي"}
_ACCENTS = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670\u093c]")
CONJUNCTIONS, PREPOSITIONS = "وف", "بلك"
"""What Arabic writes onto the next word: "and", "so"; behind these or alone "in", "for", "like"."""
_PREFIX = re.compile(f"^(?:[{CONJUNCTIONS}]?[{PREPOSITIONS}]|[{CONJUNCTIONS}])(?=...)")


def _letter(character: str) -> str:
    """A character as it is compared: Latin letters plain, digits of every script as ASCII, other signs as a space."""
    if character.isascii():
        return character if character.isalnum() else " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if "\u0300" <= character <= "\u036f" or category == "Cf":
        return ""
    if "\u00c0" <= character <= "\u024f" or "\u1e00" <= character <= "\u1eff":
        return anyascii(character).lower()
    return character if category[0] in "LM" else " "


@lru_cache(maxsize=65536)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in one spelling: case, accents, punctuation, digit scripts and Arabic letter forms folded."""
    text = _INITIALS.sub("", _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text)))
    text = _ARABIC_MARKS.sub("", text.casefold()).translate(_ARABIC_FORMS)
    return tuple("".join(map(_letter, text)).split())


def is_arabic(word: str) -> bool:
    """Whether a word is in the Arabic script, which leaves short vowels out."""
    return bool(_ARABIC.search(word))


@lru_cache(maxsize=16384)
def without_prefix(word: str) -> tuple[str, ...]:
    """An Arabic word as it is and, as it may begin with one, without the conjunction or preposition written onto it."""
    if not is_arabic(word) or not (prefix := _PREFIX.match(word)):
        return (word,)
    rest = word[prefix.end() :]
    # After li-, the article loses its alef.
    rests: tuple[str, ...] = ("ال" + rest[1:],) if prefix[0][-1] == "ل" and rest[0] == "ل" else ()
    rests += (word[1:],) if prefix.end() > 1 and len(word) > 3 else ()
    return (word, *rests, rest)


@lru_cache(maxsize=16384)
def without_clitics(word: str) -> tuple[str, ...]:
    """An Arabic word as `without_prefix`, and without the article too."""
    forms = without_prefix(word)
    return (*forms, *(form[2:] for form in forms if form.startswith("ال") and len(form) > 4))


@cache
def _fold(character: str) -> str:
    if form := _SIGNS.get(character) or _ARABIC_FORMS.get(ord(character)):
        return form
    category = unicodedata.category(character)
    if category in {"Nd", "Zs"}:
        return str(unicodedata.digit(character)) if category == "Nd" else " "
    # Accents, Arabic vowel signs, the tatweel, the Indic dot below: one writes them or not.
    if _ACCENTS.match(character) or category == "Cf":
        return ""
    if "\u00c0" <= character <= "\u024f" and category[0] == "L":
        return anyascii(character).lower()
    normal = unicodedata.normalize("NFKC", character)
    return character.lower() if normal == character else "".join(map(_fold, normal))


def fold(text: str) -> tuple[str, list[int]]:
    """A text with its digits, letters and spaces in one form, and for each of its characters where it stands in the text."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        form = _fold(character)
        folded.append(form)
        places.extend([place] * len(form))
    return "".join(folded), places


def folded(text: str) -> str:
    """A text with its digits, letters and spaces in one form."""
    return fold(text)[0]
