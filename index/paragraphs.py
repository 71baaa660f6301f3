"""Paragraphs of plain text, whose lines may have been wrapped at some width, by a program or by hand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, pairwise

from .lines import COMMAS, FULL_STOPS, INTRODUCTION_MARKS, ITEM_MARK, QUESTION_MARKS, UNSTOPPED, is_list_item, is_stopped, marker

BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_NARROWEST, _WIDEST = 40, 120
"""Characters of the longest line of a paragraph that may be wrapped."""
_NEARLY, _SHORT = 0.85, 0.5
"""Parts of that width: from which on a line is nearly filled, and below which it may be a heading."""
_FEW_LINES = 3
"""Lines at most of a paragraph that may be wrapped as the whole text is."""
_SHORTEST_CUT = 30
"""Characters of a line whose sentence the next one goes on with."""
_MARK = re.compile(rf"\s*{ITEM_MARK}")
_SPACED = ".!?…"
"""Marks that end a sentence with a space behind them; the others end one wherever they stand."""
_UNSPACED = "".join(mark for mark in (*FULL_STOPS, *QUESTION_MARKS) if mark not in _SPACED)
_FULL_STOP = re.compile(rf"[{_SPACED}][\"'»”’)\]]*(?:\s|$)|[{_UNSPACED}]")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each paragraph in reading order: parted by blank lines, or by line ends that are not mere wrapping.

    Of a part of a text less may be told than of the whole: it may have more paragraphs there.
    """
    blocks = list(_between_blank_lines(text))
    everywhere = _wrapped_at(blocks)
    for lines in blocks:
        # A paragraph may be wrapped otherwise than the text; but of few lines, the first of which may be a heading, too few tell.
        width = _wrapped_at([lines]) or (everywhere if len(lines) <= _FEW_LINES else 0)
        may_be_nearly = width == everywhere or len(lines) > 2
        last = next((line for line in reversed(lines) if _is_prose(line)), None)
        start = lines[0].start
        for line, following in pairwise(lines):
            fills = width and _is_filled(line.text, following.text, width, nearly=may_be_nearly)
            goes_on = last and last.start >= following.start and _is_cut(line.text, following.text)
            if not (fills or goes_on):
                yield start, line.end
                start = following.start
        yield start, lines[-1].end


def _between_blank_lines(text: str) -> Iterator[list[_Line]]:
    """The lines of each part of a text."""
    start = 0
    for gap in [*BLANK_LINES.finditer(text), None]:
        end = gap.start() if gap else len(text)
        lines = [_Line(start + line.start(), start + line.end(), line[0]) for line in re.finditer(r"[^\n]+", text[start:end])]
        if lines := [line for line in lines if line.text.strip()]:
            yield lines
        start = gap.end() if gap else end


def _wrapped_at(blocks: Sequence[Sequence[_Line]]) -> int:
    """The characters of a line at which they are wrapped; 0 where not most lines are filled, or nothing ends like a sentence.

    There they are short paragraphs, a few of which happen to fill the width, or no prose. Short lines before the others are
    headings. Blocks with longer lines than any that are wrapped tell nothing of the others.
    """
    blocks = [lines for lines in blocks if len(lines) > 1 and max(len(line.text) for line in lines) <= _WIDEST]
    width = max((len(line.text) for lines in blocks for line in lines), default=0)
    if width < _NARROWEST or not any(_is_prose(line) for lines in blocks for line in lines):
        return 0
    nearly = sum(map(len, blocks)) > 2
    filled: list[bool | None] = []
    for lines in blocks:
        joints = [(line.text, following.text) for line, following in pairwise(lines)]
        told = dropwhile(lambda joint: len(joint[0]) < _SHORT * width, joints)
        filled += [_is_filled(line, following, width, nearly=nearly) for line, following in told]
    return width if 0 < (len(filled) - filled.count(None)) * 2 <= filled.count(True) * 3 else 0


def _is_filled(line: str, following: str, width: int, *, nearly: bool) -> bool | None:
    """Whether a line may end only because the next word did not fit; None where it may end for another reason all the same.

    Before an item of a list it may, and behind what ends a sentence or clause. Not all who wrap lines by hand fill them: it may
    be enough that one is nearly filled.
    """
    if is_list_item(following):
        return None
    if len(line.rstrip()) + 1 + len(following.split(maxsplit=1)[0]) > width:
        return True
    return (nearly and len(line.rstrip()) >= _NEARLY * width) if _is_open(line) else None


def _is_cut(line: str, following: str) -> bool:
    """Whether a line seems to end within a sentence that the next one goes on with, whatever the lines around them are like."""
    first = following.lstrip()[:1]
    is_small = first.islower() and first != first.title()  # in Georgian all letters are
    if not (is_small and _SHORTEST_CUT <= len(line.rstrip()) <= _WIDEST and (_is_open(line) or line.rstrip().endswith(COMMAS))):
        return False
    return not marker(following) or (marker(following) == "label" and not marker(line))  # "... of the\nbay: it was ..."


def _is_prose(line: _Line) -> bool:
    """Whether a line holds the end of a sentence, not counting the mark of an item, or is in a script that marks none."""
    mark = _MARK.match(line.text)
    return bool(_FULL_STOP.search(line.text, mark.end() if mark else 0) or UNSTOPPED.search(line.text))


def _is_open(line: str) -> bool:
    return not is_stopped(line) and not line.rstrip().endswith(INTRODUCTION_MARKS)
