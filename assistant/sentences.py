"""Which sentences can answer anything, and what of a passage belongs together: a list with its introduction, what has a heading.

Told from line ends and punctuation alone, so in any language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.chunk import LONGEST_HEADING

SHORTEST_SENTENCE = 6
"""Tokens."""
LONGEST_LIST = 700
"""Characters of a list that is quoted as one, with its introduction."""
QUESTION_MARKS = ("?", "؟", "？", "՞", "፧")
_INTRODUCTION_MARKS = (":", "：", "፦")
_ENDS = (*".!。．！।॥።۔؛…;,،、", "...")
_CLOSERS = "\"'“”‘’«»‹›)]」』】）］ *_"
_NOTE_MARKS = re.compile(r"(?:\[\d+\])+\s*$")
"""The marks of footnotes behind a sentence."""
_BULLET = re.compile(r"^[-*•–—]\s+")
_MARKERS = {
    "bullet": re.compile(r"\s*[-*•·–—▪◦‣]\s"),
    "number": re.compile(r"\s*\(?\d{1,3}[.)]\s"),
    "letter": re.compile(r"\s*\(?[^\W\d_][.)]\s"),
    "label": re.compile(r"\s*[^\s:：]+(?: [^\s:：]+){0,3}\s?[:：]\s*\S"),
}
"""How the items of lists begin."""
_DATED = re.compile(r"\W*(?:[^\W_]+[\s.,-]+){0,4}?\d{4}(?:-\d\d?){0,2}\s*[–—:-]\s")
"""How the entries of a chronicle begin: "- 3 May 2019 – "."""
_UNSTOPPED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer, which write no full stop."""

Range = tuple[int, int]


def without_bullet(text: str) -> str:
    """An entry of a list without the bullet before it. A number stays: it may be a day."""
    return _BULLET.sub("", text)


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]`, a sentence or a whole list, and the heading that it stands under, or ""."""

    start: int
    end: int
    heading: str


def can_answer(sentence: str, tokens: int) -> bool:
    """False for what is no answer whatever it says: a few words (a heading, page furniture), or a question."""
    return tokens >= SHORTEST_SENTENCE and not _asks(sentence)


def pieces_of(text: str, sentences: Sequence[Range], *, whole_lists: bool) -> list[Piece]:
    """What of a text may explain something, in reading order: its sentences but for headings.

    With `whole_lists`, a list that a heading or a sentence with a colon introduces is one piece together with it, unless it is
    too long, or tells what happened when: of that each entry stands for itself.
    """
    if not sentences:
        return []
    headings = [is_heading(text, sentence) for sentence in sentences]
    if all(headings[:-1]) and not _ends(text[slice(*sentences[-1])]):  # verses: what has no punctuation throughout
        headings = [False] * len(sentences)
    pieces: list[Piece] = []
    heading = ""
    outer: str | None = None  # the heading again, once the paragraph is over that a question stands before
    position = 0
    while position < len(sentences):
        start, end = sentences[position]
        if outer is not None and "\n\n" in text[sentences[position - 1][1] : start]:
            heading, outer = outer, None
        after = position + 1
        introduces = headings[position] or text[start:end].endswith(_INTRODUCTION_MARKS)
        last = _list_end(text, sentences, after) if introduces and whole_lists else after
        list_end = sentences[last - 1][1]
        if last > after and list_end - start <= LONGEST_LIST:
            pieces.append(Piece(start, list_end, "" if headings[position] else heading))
            after = last
        elif not headings[position]:
            pieces.append(Piece(start, end, heading))
        if headings[position]:
            begins_paragraph = not text[end:].lstrip(" \t").startswith("\n")
            outer = heading if begins_paragraph else None
            heading = text[start:end]
        position = after
    return pieces


def _asks(sentence: str) -> bool:
    return _unclosed(sentence).endswith(QUESTION_MARKS)


def is_stopped(sentence: str) -> bool:
    """Whether it ends like a sentence that tells something."""
    return _unclosed(sentence).endswith(_ENDS)


def _unclosed(sentence: str) -> str:
    """A sentence without the quotation marks, brackets and footnotes that close it."""
    return _NOTE_MARKS.sub("", sentence).rstrip(_CLOSERS)


def _ends(sentence: str) -> bool:
    """Whether it ends like a sentence, or is an item of a list."""
    return is_stopped(sentence) or bool(marker(sentence))


def marker(line: str) -> str:
    """Of which sort the mark is that a line begins with, as an item of a list does; "" for none."""
    return next((sort for sort, pattern in _MARKERS.items() if pattern.match(line)), "")


def is_heading(text: str, sentence: Range) -> bool:
    """Whether a sentence is a short paragraph that ends like none, or a question that begins one, and something follows it."""
    start, end = sentence
    before, after = text[:start].rstrip(" \t"), text[end:].lstrip(" \t")
    if end - start > LONGEST_HEADING or not after.strip() or (before and before[-1] != "\n"):
        return False
    if _asks(text[start:end]):
        return True
    if not after.startswith("\n"):
        return False
    following = after[1:].lstrip(" \t")
    alone = (not before or before.endswith("\n\n")) and bool(following.startswith("\n") or marker(following))
    words = text[start:end]
    return alone and not (_ends(words) or words.endswith(_INTRODUCTION_MARKS) or _UNSTOPPED.search(words))


def _list_end(text: str, sentences: Sequence[Range], position: int) -> int:
    """The position behind the list that begins at a position; the position itself if none does.

    Its items begin with one sort of mark, none with a date, and are parted by blank lines all or none. There are two at least.
    """
    begins = [at for at in range(position, len(sentences)) if "\n" in text[sentences[at - 1][1] : sentences[at][0]]]
    sort = marker(text[sentences[position][0] :]) if begins[:1] == [position] else ""
    if not sort or any(_DATED.match(text, sentences[at][0]) for at in begins[:2]):
        return position
    items, parted = 1, None
    for at in begins[1:]:
        blank = "\n\n" in text[sentences[at - 1][1] : sentences[at][0]]
        if marker(text[sentences[at][0] :]) != sort or (parted is not None and blank != parted):
            return at if items > 1 else position
        items, parted = items + 1, blank
    return len(sentences) if items > 1 else position
