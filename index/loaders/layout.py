"""From lines on a page back to paragraphs: gaps, indents, hyphens, right-to-left text, headers and footers."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from index.lines import ITEM_MARK
from index.loaders.text import join_lines


class Fragment(NamedTuple):
    """Text drawn in one go: where it starts along its line, the height of its baseline, and its letter size, in points."""

    text: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page. `page` counts from 0 once the pages are put together."""

    text: str
    x: float
    y: float
    size: float
    page: int = 0


_SPACES = re.compile(r"[^\S\n]+")
# Letters drawn as ligatures or in the shape they take within an Arabic word; text for reading has the letters themselves.
_SHAPES = re.compile(r"[\ufb00-\ufb4f\ufb50-\ufdcf\ufdf0-\ufdfc\ufe70-\ufefc]")
_BULLET = re.compile(rf"{ITEM_MARK}|\(?[a-zA-Z]\.\s")
_END = re.compile(r"[.!?:;。！？؟؛۔।…][\"'”’»)\]]*$")
_HYPHENATED = re.compile(r"\b(\w+)[-\u2010\u00ad]\n(\w+)")
_ROMAN = re.compile(r"[ivxlc]+")
_LETTER = re.compile(r"[^\W\d_]+")
_PAGE_WORD = re.compile(
    r"(?i)(?<!\w)(?:page|pages|pg|p|seite|s|página|págs?|pagina|pagine|bladzijde|strona|страница|стр|с|sayfa|ukurasa|shafi|صفحة|ص|صفحه|"
    r"पृष्ठ)(?!\w)|[页頁]"
)
_RUNNING_TITLE = 3
"""Words."""
_PAGE_NUMBER = re.compile(r"\d{1,5}")
_NEUTRAL = " ()[]{}<>«»"
_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def to_line(fragments: list[Fragment]) -> Line | None:
    """Put the fragments of one line into reading order and say where it stands; None for a blank line."""
    drawn = [fragment for fragment in fragments if fragment.text.strip()]
    if not drawn:
        return None
    text = "".join(fragment.text for fragment in fragments)
    text = _in_logical_order(fragments) if _is_right_to_left(text) else text
    text = _SHAPES.sub(lambda shape: unicodedata.normalize("NFKC", shape.group()).strip(), text)
    size = Counter({fragment.size: 0 for fragment in drawn})
    for fragment in drawn:
        size[fragment.size] += len(fragment.text)
    first = min(drawn, key=lambda fragment: fragment.x)
    return Line(_SPACES.sub(" ", text).strip(), first.x, drawn[0].y, size.most_common(1)[0][0])


def _is_right_to_left(text: str) -> bool:
    strong = Counter(unicodedata.bidirectional(character) for character in text)
    return strong["R"] + strong["AL"] > strong["L"]


def _in_logical_order(fragments: list[Fragment]) -> str:
    """Order the pieces of a right-to-left line as they are read.

    pypdf turns round the letters of each piece but keeps the pieces in the order they are drawn, which most programs do from
    the left edge of the page on. Pieces of spaces and brackets only it leaves as drawn, and brackets as they look.
    """
    drawn = [fragment for fragment in fragments if fragment.text.strip()]
    rightwards = sum(1 if after.x > before.x else -1 for before, after in pairwise(drawn))
    if rightwards < 0:
        return "".join(fragment.text for fragment in fragments)
    pieces = [piece for fragment in reversed(fragments) for piece in reversed(_split_neutral(fragment.text))]
    text, mirrored = "", ""
    for piece in pieces:
        edge = text[-1:] + piece[:1]
        # Where letters meet digits or another script without a space, the space between them was drawn as a gap.
        gap = " " if len(edge) == 2 and edge.isalnum() and _is_leftward(edge[0]) != _is_leftward(edge[1]) else ""
        text += gap + piece
        mirrored += gap + (piece.translate(_MIRROR) if not piece.strip(_NEUTRAL) or _is_right_to_left(piece) else piece)
    return mirrored if _misplaced_brackets(mirrored) < _misplaced_brackets(text) else text


def _split_neutral(text: str) -> list[str]:
    """Part the spaces and brackets around left-to-right text from it: among right-to-left letters they run leftwards."""
    if _is_right_to_left(text):
        return [text]
    core = text.strip(_NEUTRAL)
    before, _, after = text.partition(core) if core else (text, "", "")
    return [part for part in (before[::-1], core, after[::-1]) if part]


def _is_leftward(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"R", "AL"}


def _misplaced_brackets(text: str) -> int:
    depth = misplaced = 0
    for character in text:
        depth += (character in "([{«") - (character in ")]}»")
        misplaced += depth < 0
        depth = max(depth, 0)
    return misplaced + depth


def without_furniture(pages: list[list[Line]]) -> list[Line]:
    """Number the lines by page and leave out what repeats at the top or bottom of the pages, page numbers included."""
    lines = [line for page in pages for line in page]
    body = median(line.size for line in lines) if lines else 0.0
    edges = [_edge_signs(page, number, body) for number, page in enumerate(pages)]
    counts = Counter(sign for page in edges for sign in set().union(*page.values()))
    furniture = {sign for sign, count in counts.items() if count >= 3}
    kept = []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        kept += [replace(line, page=number) for line in page if not edge.get(line, set()) & furniture]
    return kept


def _edge_signs(page: list[Line], number: int, body: float) -> dict[Line, set[str]]:
    """What may be furniture on a page, each line with what may repeat elsewhere.

    That is the text itself, or the text around a number that grows by one with every page. Headings are left out, lines with no
    gap between them and the body, unless they are such a number, and at the top of the pages what may number the things that
    they tell of, "Day 1": with a number there must be a word for a page or a whole running title.
    """
    signs: dict[Line, set[str]] = {}
    for at_top, lines in ((False, sorted(page, key=lambda line: line.y)), (True, sorted(page, key=lambda line: -line.y))):
        gaps = [
            index for index, (one, two) in enumerate(pairwise(lines[:3])) if abs(one.y - two.y) > 1.6 * max(one.size, two.size)
        ]
        for index, line in enumerate(lines[:2]):
            if line.size > 1.05 * body:
                continue
            numbered = {
                f"{line.text[: found.start()]}#{int(found.group()) - number}#{line.text[found.end() :]}"
                for found in _PAGE_NUMBER.finditer(line.text)
            }
            if at_top and not _numbers_pages(line.text):
                numbered = set()
            if gaps and index <= gaps[-1]:
                signs[line] = {line.text, *numbered, *(["roman"] if _ROMAN.fullmatch(line.text) else [])}
            elif not index and not _LETTER.search(line.text):
                signs[line] = numbered
    return signs


def _numbers_pages(text: str) -> bool:
    """Whether a line with a number may number the pages, and not what they tell of."""
    words = _LETTER.findall(text)
    return not words or len(words) >= _RUNNING_TITLE or bool(_PAGE_WORD.search(text))


def paragraphs(lines: list[Line]) -> list[str]:
    """Join lines into paragraphs. Words hyphenated at a line's end become whole again."""
    pairs = list(pairwise(lines))
    leadings = [(one.y - two.y) / one.size for one, two in pairs if one.page == two.page and 0 < one.y - two.y < 3 * one.size]
    leading = median(leadings) if len(leadings) >= 5 else 1.3
    length = median(sorted(len(line.text) for line in lines)[len(lines) // 2 :]) if lines else 0.0
    blocks: list[list[str]] = []
    previous: Line | None = None
    for line in lines:
        if previous and not _starts_paragraph(previous, line, leading, length):
            blocks[-1].append(line.text)
        else:
            blocks.append([line.text])
        previous = line
    texts = ["\n".join(block) for block in blocks]
    words = Counter(re.findall(r"\w+(?:[-\u2010]\w+)*", "\n\n".join(texts)))
    return [join_lines(_HYPHENATED.sub(lambda found: _rejoin(found, words), text)) for text in texts]


def _starts_paragraph(previous: Line, line: Line, leading: float, length: float) -> bool:
    ended = bool(_END.search(previous.text))
    if abs(line.size - previous.size) > 0.12 * previous.size or _BULLET.match(line.text):
        return True
    drop = (previous.y - line.y) / previous.size
    if line.page != previous.page or drop < -0.5 or drop > 3 * leading:
        # A new page or column: the sentence goes on if it has not ended and what follows does not look like a beginning.
        full = len(previous.text) > 0.7 * length
        return ended or not (line.text[0].islower() or (full and not line.text[0].isupper() and line.text[0].isalpha()))
    room = len(previous.text) + len(line.text.split(" ", 1)[0]) < 0.75 * len(line.text)
    if drop > 1.3 * leading or (room and not previous.text.endswith("-")):
        return True  # A gap, or room left for the next word: a heading, or the end of a paragraph.
    return ended and (line.x - previous.x > 0.9 * line.size or len(previous.text) < 0.75 * length)


def _rejoin(found: re.Match[str], words: Counter[str]) -> str:
    """Drop a hyphen at a line's end, unless the document writes the word with it elsewhere, as in "well-known"."""
    first, second = found.groups()
    if not second[0].islower() or first[-1].isdigit():
        return f"{first}-{second}"
    return f"{first}-{second}" if words[f"{first}-{second}"] > words[first + second] else first + second
