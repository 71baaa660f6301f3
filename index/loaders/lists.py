"""Lists as text: the marks of their items, and the numbers that a page leaves to its reader's program to write."""

import re
from collections.abc import Iterator
from typing import Any

from index.lines import ITEM_MARK

BULLET = "-"
_MARKED = re.compile(rf"{ITEM_MARK}|\(?(?:\d{{4}}[.)]|(?:[^\W\d_]{{2}}|[ivxlc]{{3,7}}|[IVXLC]{{3,7}})\))\s")
_NUMBERED = re.compile(r"\s*\(?\d{1,3}[.)](?:\s|$)")
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
_ROMAN = {
    1000: "m",
    900: "cm",
    500: "d",
    400: "cd",
    100: "c",
    90: "xc",
    50: "l",
    40: "xl",
    10: "x",
    9: "ix",
    5: "v",
    4: "iv",
    1: "i",
}
_LONGEST_ROMAN = 5000
_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b(none|(?:lower|upper)-(?:alpha|latin|roman))\b", re.IGNORECASE)
_SORTS = {
    "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "none": "none",
}  # fmt: skip
"""What pages call the sorts of numbers, by the names that Word has for them."""
_NOT_IN_XML = {**dict.fromkeys({*range(0x20), 0xFFFE, 0xFFFF} - set(b"\t\n\r")), **dict.fromkeys(b"\v\f", " ")}


def marked(text: str, depth: int = 0, mark: str = BULLET) -> str:
    """An item of a list with its mark, but for a bullet before a mark of its own; `depth` lists stand around its list."""
    return "  " * depth + (text if mark == BULLET and _MARKED.match(text) else f"{mark} {text}")


def numeral(number: int, sort: str) -> str:
    """A number as one of the sorts of Word, "lowerLetter" (27 is "aa"), "upperRoman" and so on; in digits for any other sort."""
    written = str(number)
    if sort.endswith("Letter") and number > 0:
        times, letter = divmod(number - 1, 26)
        written = chr(ord("a") + letter) * (times + 1) if times < 9 else written
    elif sort.endswith("Roman") and 0 < number < _LONGEST_ROMAN:
        written = ""
        for value, letters in _ROMAN.items():
            count, number = divmod(number, value)
            written += letters * count
    elif sort == "decimalZero":
        written = f"{number:02}"
    return written.upper() if sort.startswith("upper") else written


def in_xml(text: str) -> str:
    """A text as it may be written into a tree: lxml reads control characters, and refuses to write them."""
    return text.translate(_NOT_IN_XML)


def write_numbers(tree: Any, unseen: frozenset[str]) -> None:
    """Writes before each item of a page's ordered lists its number, as the page would show it.

    Before its first text, that is, whatever element that stands in but those `unseen`; not where it is an item of another list.
    """
    for element in tree.iter("ol"):
        sort = _sort(element)
        for item, number in _numbers(element) if sort != "none" else ():
            if (place := _first_text(item, unseen)) is not None:
                holder, part = place
                text = getattr(holder, part)
                if not _NUMBERED.match(text):
                    mark = f"{numeral(number, sort)}{'.' if sort == 'decimal' else ')'}"
                    setattr(holder, part, in_xml(f"{mark} {text.lstrip()}"))


def _sort(element: Any) -> str:
    """How an ordered list writes its numbers."""
    found = _STYLE.search(element.get("style") or "")
    return _SORTS.get(found[1].lower() if found else element.get("type") or "", "decimal")


def _numbers(element: Any) -> Iterator[tuple[Any, int]]:
    """The items of an ordered list, with their numbers."""
    items = element.findall("li")
    backwards = element.get("reversed") is not None
    number = _integer(element.get("start"), len(items) if backwards else 1)
    for item in items:
        number = _integer(item.get("value"), number)
        yield item, number
        number += -1 if backwards else 1


def _integer(written: str | None, default: int) -> int:
    found = _INTEGER.match(written or "")
    return int(found[1]) if found else default


def _first_text(item: Any, unseen: frozenset[str]) -> tuple[Any, str] | None:
    """The element in an item whose `text` or `tail`, as the second says, is its first text; None where a list comes before."""
    from lxml import etree  # type: ignore[import-untyped]

    walk = etree.iterwalk(item, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element is not item and (element.tail or "").strip():
                return element, "tail"
        elif element is not item and element.tag == "li":
            return None
        elif element.tag in unseen:
            walk.skip_subtree()
        elif (element.text or "").strip():
            return element, "text"
    return None
