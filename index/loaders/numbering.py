"""The lists of a Word document: the number or bullet that Word shows before a paragraph, which is counted and not written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from index.loaders.lists import BULLET, numeral

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of Word's elements and attributes."""
# Names of the styles of headings or, where a file does not tell these, their ids, which Word makes of names in its own language.
_HEADING_STYLE = re.compile(r"heading|title|(?:ü|Ü)?berschrift|titre|titel|título|titulo|ttulo|titolo", re.IGNORECASE)
_DEEPER_STYLE = re.compile(r"list ?(?:bullet|number)? ?([2-5])", re.IGNORECASE)
_LIST_STYLE = re.compile(r"List(?:Bullet|Number)")
_BODY_TEXT = "9"
"""The outline level of what is no heading."""
_MOST_STYLES = 20
"""Styles in a chain of those that each is based on; files may lead round in a circle."""


class Item(NamedTuple):
    """What Word shows before an item of a list, "3." or `BULLET`, and how many lists stand around its list."""

    mark: str
    depth: int


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list is numbered: `text` is as "%1.%2", with the counts of this level and of those above."""

    start: int
    sort: str
    text: str
    style: str
    legal: bool

    @classmethod
    def read(cls, element: Any) -> "_Level":
        sort, text, style = (_value(element, name) for name in ("numFmt", "lvlText", "pStyle"))
        legal = element.find(f"{W}isLgl") is not None
        return cls(_integer(_value(element, "start"), 1), sort or "decimal", text, style, legal)


@dataclass(frozen=True, slots=True)
class _Numbering:
    """A list that paragraphs name. Those of the same `counted` go on counting from each other, but for what `restarts`."""

    counted: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


@dataclass(slots=True)
class WordLists:
    """The lists of a document, counted on with each paragraph; of the parts `numbering` and `styles` either may be missing."""

    numbering: Any
    styles: Any
    _styles: dict[str, Any] = field(init=False)
    _numberings: dict[str, _Numbering] = field(init=False)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict, init=False)
    _restarted: set[tuple[str, int]] = field(default_factory=set, init=False)
    _open: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in _all(self.styles, "style")}
        abstract = {one.get(f"{W}abstractNumId"): one for one in _all(self.numbering, "abstractNum")}
        counted = {one.get(f"{W}numId"): _value(one, "abstractNumId") for one in _all(self.numbering, "num")}
        self._numberings = {}
        for number in _all(self.numbering, "num"):
            identity = counted[number.get(f"{W}numId")]
            # What is only a link to a style of lists stands where that style says.
            link = _value(abstract.get(identity), "numStyleLink")
            if (style := self._styles.get(link)) is not None:
                identity = counted.get(_value(style, "pPr", "numPr", "numId"), identity)
            self._numberings[number.get(f"{W}numId")] = _numbering(number, identity, abstract.get(identity))

    def item(self, paragraph: Any) -> Item | None:
        """What stands before a paragraph that is an item of a list; None for any other, as a heading, which may be numbered too.

        Counts the paragraph: to be asked once for each, in reading order.
        """
        style = _value(paragraph, "pPr", "pStyle")
        number, level = self._place(paragraph, style)
        if number == "0" or (not number and not _LIST_STYLE.match(style)):
            return None
        mark = self._count(number, level)
        name = _value(self._styles.get(style), "name") or style
        outline = _value(paragraph, "pPr", "outlineLvl") or _value(self._styles.get(style), "pPr", "outlineLvl")
        if _HEADING_STYLE.match(name) or outline not in {"", _BODY_TEXT}:
            return None
        if level == 0 and (deeper := _DEEPER_STYLE.fullmatch(name)):
            level = int(deeper[1]) - 1
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        return Item(mark, len(self._open) - 1)

    def _place(self, paragraph: Any, style: str) -> tuple[str, int]:
        """The list that a paragraph or its style names, "" where neither does and "0" where it is to be none, and the level."""
        chain = list(self._chain(style))
        level = ""
        for properties in (paragraph, *(self._styles[one] for one in chain)):
            level = level or _value(properties, "pPr", "numPr", "ilvl")
            if number := _value(properties, "pPr", "numPr", "numId"):
                known = self._numberings.get(number)
                tied = (at for at, one in known.levels.items() if one.style in chain) if known else iter(())
                return number, _integer(level, next(tied, 0))
        return "", 0

    def _chain(self, style: str) -> Iterator[str]:
        """A style and those that it is based on."""
        for _ in range(_MOST_STYLES):
            if style not in self._styles:
                return
            yield style
            style = _value(self._styles[style], "basedOn")

    def _count(self, number: str, level: int) -> str:
        """Counts a paragraph and says what Word shows before it."""
        known = self._numberings.get(number)
        if known is None or level not in known.levels:
            return BULLET
        counts = self._counts.setdefault(known.counted, {})
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        restarts = level in known.restarts and (number, level) not in self._restarted
        if restarts or level not in counts:
            self._restarted.add((number, level))
            counts[level] = known.restarts.get(level, known.levels[level].start)
        else:
            counts[level] += 1
        shown = known.levels[level]
        if shown.sort in {"bullet", "none"}:
            return BULLET

        def written(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            above = known.levels.get(at, shown)
            return numeral(counts.get(at, above.start), "decimal" if shown.legal else above.sort)

        mark = re.sub("%([1-9])", written, shown.text).strip()
        return f"{mark}." if mark.isalnum() else mark if any(map(str.isalnum, mark)) else BULLET


def _numbering(number: Any, counted: str, abstract: Any) -> _Numbering:
    levels = {_integer(one.get(f"{W}ilvl"), 0): _Level.read(one) for one in _all(abstract, "lvl")}
    restarts: dict[int, int] = {}
    for override in _all(number, "lvlOverride"):
        at = _integer(override.get(f"{W}ilvl"), 0)
        for level in _all(override, "lvl"):
            levels[at] = _Level.read(level)
        if start := _value(override, "startOverride"):
            restarts[at] = _integer(start, 1)
    return _Numbering(counted, levels, restarts)


def _all(parent: Any, name: str) -> list[Any]:
    return [] if parent is None else list(parent.iterfind(f"{W}{name}"))


def _value(parent: Any, *names: str) -> str:
    """The value of the element at the end of a path, "" where there is none."""
    found = None if parent is None else parent.find("/".join(f"{W}{name}" for name in names))
    return "" if found is None else str(found.get(f"{W}val") or "")


def _integer(written: str | None, default: int) -> int:
    return int(written) if written and re.fullmatch(r"\d{1,9}", written) else default
