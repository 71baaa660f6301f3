"""Where a span begins and ends: at no word's middle, and without the space and punctuation around it."""

import re
import unicodedata

from .spelling import CONJUNCTIONS, PREPOSITIONS

_TRIMMED = ".,;:!?…،؛؟。、，；：！？·*_|\"'“”„‘’«»‹›「」『』《》()[]（）{}–—-−।።፣"
_MINUS = "-−"
_POINTS = ".٫"
_UNPARTED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Korean, Japanese, Chinese."""
_WRITTEN_ON = re.compile(rf"(?:[{CONJUNCTIONS}][\u064b-\u0652]?)?(?:[{PREPOSITIONS}][\u064b-\u0652]?)?")
"""What Arabic writes onto the next word, each letter with its vowel mark or without."""
_WRITTEN_TO = re.compile(r"\d|[\u0620-\u06ff]{3}")
_PARTNERS = {
    **{"(": ")", "[": "]", "（": "）", "{": "}", "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›"},
    **{"「": "」", "『": "』", "《": "》", '"': '"', "‘": "’"},
}
"""What a bracket or quotation mark is closed by."""
_OPENERS: dict[str, str] = {}
for _opening, _closings in _PARTNERS.items():
    for _closing in _closings:
        _OPENERS[_closing] = _OPENERS.get(_closing, "") + _opening


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The range widened so that it cuts through no word, number, or letter with marks, as tokens may do.

    In scripts that do not part words, or put endings straight to them (Korean), words are left as the range has them. So is an
    Arabic word that the range has without the conjunction or preposition written onto it.
    """
    begun = start
    while 0 < start < end and (_is_mark(text[start]) or _are_joined(text, start)):
        start -= 1
    while start < end < len(text) and (_is_mark(text[end]) or _are_joined(text, end)):
        end += 1
    if _WRITTEN_ON.fullmatch(text, start, begun) and _WRITTEN_TO.match(text, begun, end):
        start = begun
    return start, end


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _are_joined(text: str, place: int) -> bool:
    """Whether the characters before and at a place belong to one word or number."""
    before, after = text[place - 1], text[place]
    if before.isdigit() and after in ".,٫٬":
        return text[place + 1 : place + 2].isdigit()
    if after.isdigit() and before in ".,٫٬":
        return text[max(place - 2, 0) : place - 1].isdigit() or _begins_decimals(text, place - 1)
    parted = before.isalnum() or _is_mark(before)
    return parted and after.isalnum() and not _UNPARTED.match(before) and not _UNPARTED.match(after)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without space and punctuation at its ends, empty where there is nothing else.

    A bracket or quotation mark stays where its partner is inside, a minus before a digit, and the point of ".5".
    """
    while start < end and _is_loose(text[start], text[start + 1 : end], _PARTNERS):
        if text[start + 1 : start + 2].isdigit() and (text[start] in _MINUS or _begins_decimals(text, start)):
            break
        start += 1
    while start < end and _is_loose(text[end - 1], text[start : end - 1], _OPENERS):
        end -= 1
    return (start, end) if any(unicodedata.category(character)[0] in "LNMS" for character in text[start:end]) else (start, start)


def _begins_decimals(text: str, place: int) -> bool:
    """Whether the sign at a place, with a digit behind it, is a decimal point without a number before it, as in ".5"."""
    return text[place] in _POINTS and (place == 0 or text[place - 1].isspace() or text[place - 1] in _MINUS)


def _is_loose(character: str, rest: str, partners: dict[str, str]) -> bool:
    """Whether a character at an end of a span is space, or punctuation without a partner in the rest of it."""
    if character.isspace() or unicodedata.category(character) == "Cf":
        return True
    return character in _TRIMMED and not any(partner in rest for partner in partners.get(character, ""))
