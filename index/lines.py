"""What a line is, by how it begins and ends: an item of a list, a heading, a sentence. Told without knowing its language.

The patterns of marks take in what must follow a mark, but not the space behind it.
"""

import re

SYMBOL = r"[•·▪●◦‣⁃∙\uf0b7\uf0a7]"
"""Bullets that are nothing else, and may stand without a space behind them; the last two are those of Word's own fonts."""
BULLET = rf"(?:{SYMBOL}|[-*–—](?=\s))"
"""Not what begins "-5 °C" or "*Note"."""
_ROMAN = r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})|(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"
_NUMBER = r"\(?\d{1,3}(?:[.)]|[^\W\d_]\))(?=\s)"
_LETTER = rf"\(?(?:[^\W\d_]|{_ROMAN})\)(?=\s)"
_INITIAL = r"\(?[^\W\d_]\.(?=\s)"
ITEM_MARK = rf"(?:{BULLET}|{_NUMBER}|{_LETTER})"
"""What begins nothing but an item of a list, or a day: "3. Juni"."""
ANY_MARK = rf"(?:{ITEM_MARK}|{_INITIAL})"
"""Also what may be an initial: "J. Smith"."""
_LABEL = r"\s*[^\s:：]+(?: [^\s:：]+){0,3}\s?"
_SPACED_LABEL = re.compile(rf"{_LABEL}[:：]\s+\S")
_MARKERS = {
    "bullet": re.compile(rf"\s*{BULLET}"),
    "number": re.compile(rf"\s*{_NUMBER}"),
    "letter": re.compile(rf"\s*(?:{_LETTER}|{_INITIAL})"),
    "label": re.compile(rf"{_SPACED_LABEL.pattern}|{_LABEL}：\S|\s*\d{{1,2}}:\d\d\s"),
}
"""How the items of lists begin, and the rows of labelled values: "Fee: 4 €", "費用：五百円", "10:30 Lunch"."""
_BULLET = re.compile(rf"{BULLET}\s*")
_OTHER_LINE = re.compile(r"\s*[#>|]")
"""In Markdown: headings, quotations and rows of tables."""

LONGEST_HEADING = 120
"""Characters."""
QUESTION_MARKS = ("?", "؟", "？", "՞", "፧")
INTRODUCTION_MARKS = (":", "：", "፦")
COMMAS = (",", "،", "，")
"""What parts the members of lists, and much else."""
FULL_STOPS = (*".!…", *"。．！।॥።۔։")
"""What ends a statement."""
ENDS = (*FULL_STOPS, *COMMAS, *"、;；؛")
"""What ends a statement or a part of one."""
_CLOSERS = "\"'“”‘’«»‹›)]」』】）］ *_"
_NOTE_MARKS = re.compile(r"(?:\[\d+\])+\s*$")
"""The marks of footnotes behind a sentence."""
UNSTOPPED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer, which write no full stop."""
_LINE_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_SOMETHING = re.compile(r"\s*\S")

Range = tuple[int, int]


def marker(text: str, start: int = 0) -> str:
    """Of which sort the mark is that a line begins with, as an item of a list does; "" for none. The line begins at `start`."""
    return next((sort for sort, pattern in _MARKERS.items() if pattern.match(text, start)), "")


def is_list_item(line: str) -> bool:
    """Whether a line begins like an item of a list or a row of labelled values: "- Rice", "2) Rice", "Rice: 700 g".

    It may be a line of wrapped prose: a time, or a colon without a space behind it, tells nothing there.
    """
    sort = marker(line)
    spaced = sort != "label" or _SPACED_LABEL.match(line) is not None
    return (bool(sort) and spaced) or _OTHER_LINE.match(line) is not None


def without_bullet(text: str) -> str:
    """An entry of a list without the bullet before it. A number stays: it may be a day."""
    found = _BULLET.match(text)
    return text[found.end() :] if found else text


def asks(sentence: str) -> bool:
    """Whether it is a question."""
    return _unclosed(sentence).endswith(QUESTION_MARKS)


def is_stopped(sentence: str) -> bool:
    """Whether it ends like a sentence that tells something."""
    return _unclosed(sentence).endswith(ENDS)


def ends(sentence: str) -> bool:
    """Whether it ends like a sentence, or is an item of a list."""
    return is_stopped(sentence) or bool(marker(sentence))


def is_heading(text: str, sentence: Range) -> bool:
    """Whether a sentence is a short paragraph that ends like none, or a question that begins one, and something follows it.

    Of the text, which may be long, only what is near is looked at.
    """
    start, end = sentence
    words = text[start:end]
    before = start
    while before and text[before - 1] in " \t":
        before -= 1
    if end - start > LONGEST_HEADING or not _SOMETHING.match(text, end) or (before and text[before - 1] != "\n"):
        return False
    if asks(words):
        return True
    following = _LINE_BREAK.match(text, end)
    if following is None or (before and text[max(before - 2, 0) : before] != "\n\n"):
        return False
    if text[following.end()] != "\n" and not marker(text, following.end()):
        return False
    return not (ends(words) or words.endswith(INTRODUCTION_MARKS) or UNSTOPPED.search(words))


def _unclosed(sentence: str) -> str:
    """A sentence without the quotation marks, brackets and footnotes that close it."""
    return _NOTE_MARKS.sub("", sentence).rstrip(_CLOSERS)
