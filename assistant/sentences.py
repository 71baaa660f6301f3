"""Which sentences can answer anything, and what of a passage belongs together: a list with its introduction, what has a heading.

Told from line ends and punctuation alone, so in any language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lines import INTRODUCTION_MARKS, Range, asks, ends, is_heading, marker

SHORTEST_SENTENCE = 6
"""Tokens."""
LONGEST_LIST = 700
"""Characters of a list that is quoted as one, with its introduction."""
_DATED = re.compile(r"\W*(?:[^\W_]+[\s.,-]+){0,4}?\d{4}(?:-\d\d?){0,2}\s*[–—:-]\s")
"""How the entries of a chronicle begin: "- 3 May 2019 – "."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]`, a sentence or a whole list, and the heading that it stands under, or ""."""

    start: int
    end: int
    heading: str


def can_answer(sentence: str, tokens: int) -> bool:
    """False for what is no answer whatever it says: a few words (a heading, page furniture), or a question."""
    return tokens >= SHORTEST_SENTENCE and not asks(sentence)


def pieces_of(text: str, sentences: Sequence[Range], *, whole_lists: bool) -> list[Piece]:
    """What of a text may explain something, in reading order: its sentences but for headings.

    With `whole_lists`, a list that a heading or a sentence with a colon introduces is one piece together with it, unless it is
    too long, or tells what happened when: of that each entry stands for itself.
    """
    if not sentences:
        return []
    headings = [is_heading(text, sentence) for sentence in sentences]
    if all(headings[:-1]) and not ends(text[slice(*sentences[-1])]):  # verses: what has no punctuation throughout
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
        introduces = headings[position] or text[start:end].endswith(INTRODUCTION_MARKS)
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


def _list_end(text: str, sentences: Sequence[Range], position: int) -> int:
    """The position behind the list that begins at a position; the position itself if none does.

    Its items begin with one sort of mark, none with a date, and are parted by blank lines all or none. There are two at least.
    """
    begins = [at for at in range(position, len(sentences)) if "\n" in text[sentences[at - 1][1] : sentences[at][0]]]
    sort = marker(text, sentences[position][0]) if begins[:1] == [position] else ""
    if not sort or any(_DATED.match(text, sentences[at][0]) for at in begins[:2]):
        return position
    items, parted = 1, None
    for at in begins[1:]:
        blank = "\n\n" in text[sentences[at - 1][1] : sentences[at][0]]
        if marker(text, sentences[at][0]) != sort or (parted is not None and blank != parted):
            return at if items > 1 else position
        items, parted = items + 1, blank
    return len(sentences) if items > 1 else position
