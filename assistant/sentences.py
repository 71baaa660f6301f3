"""Which sentences can answer anything, and what of a passage belongs together: a list with its introduction, what has a heading.

Told from line ends and punctuation alone, so in any language.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.chunk import is_list_item

SHORTEST_SENTENCE = 6
"""Tokens."""
LONGEST_HEADING = 120
"""Characters."""
LONGEST_LIST = 700
"""Characters of a list that is quoted as one, with its introduction."""
_QUESTION_MARKS = ("?", "؟", "？", "՞", "፧")
_INTRODUCTION_MARKS = (":", "：", "፦")
_ENDS = (*".!。．！।॥።۔؛…;,،、", "...")

Range = tuple[int, int]


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
    too long.
    """
    if not sentences:
        return []
    headings = [_is_heading(text, sentence) for sentence in sentences]
    if all(headings[:-1]) and not _ends(text[slice(*sentences[-1])]):  # verses: what has no punctuation throughout
        headings = [False] * len(sentences)
    pieces: list[Piece] = []
    heading = ""
    position = 0
    while position < len(sentences):
        start, end = sentences[position]
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
            heading = text[start:end]
        position = after
    return pieces


def _asks(sentence: str) -> bool:
    return sentence.rstrip("\"'”’») *_").endswith(_QUESTION_MARKS)


def _ends(sentence: str) -> bool:
    """Whether it ends like a sentence, or is an item of a list."""
    return sentence.rstrip("\"'”’») *_").endswith(_ENDS) or is_list_item(sentence)


def _is_heading(text: str, sentence: Range) -> bool:
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
    alone = (not before or before.endswith("\n\n")) and (following.startswith("\n") or is_list_item(following))
    return alone and not _ends(text[start:end]) and not text[start:end].endswith(_INTRODUCTION_MARKS)


def _list_end(text: str, sentences: Sequence[Range], position: int) -> int:
    """The position behind the list that begins at a position; the position itself if none does."""
    first = position
    while position < len(sentences):
        start = sentences[position][0]
        gap = text[sentences[position - 1][1] : start]
        begins_line = "\n" in gap
        if (begins_line or position == first) and (gap.count("\n") > 2 or not begins_line or not is_list_item(text[start:])):
            break
        position += 1
    return position
