"""Whether the numbers, quantities, dates and times of a sentence are its sources', and stand beside what they belong to."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from ..quantities import SIDED, side_before
from ..spelling import folded
from ..values import Value, compare, read_values

_DIGITS = re.compile(r"\d+")
_TOKEN = re.compile("\0\\d+\0|\1|\\w+")
CLAUSE_ENDS = re.compile(
    r"[,;:،؛，；：]\s+|\s[–—-]\s|\s(?:and|but|et|mais|y|pero|und|aber|sondern|e|mas|ma|и|но|а|ve|ama|na|da)\s|\s(?=و\w{3})"
)
"""What parts clauses."""
_END = "\1"
_NEAR = 5
"""Words on either side of a figure that may tell what it is of."""


@dataclass(frozen=True, slots=True)
class Told:
    """A text with its language, from which figures may be taken; from `before`, the sentence before it, only dates."""

    text: str
    language: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class _Figure:
    """A value, and whether the exact one is "above" or "below"; None in a language whose words for that are not known."""

    value: Value
    side: str | None


def values_stand(sentence: str, language: str, sources: Sequence[Told]) -> bool:
    """Whether each number, quantity, date and time of a sentence is one that the sources give."""
    given: list[_Figure] = []
    digits: set[str] = set()
    for source in sources:
        given += _figures(source.text, source.language)
        given += [figure for figure in _figures(source.before, source.language) if figure.value.kind == "date"]
        digits.update(_numerals(source.text))
    found = _figures(sentence, language)
    if not all(any(_same(figure, other, language) for other in _comparable(figure, given)) for figure in found):
        return False
    rest = list(sentence)
    for figure in found:
        rest[figure.value.start : figure.value.end] = " " * (figure.value.end - figure.value.start)
    return all(numeral in digits for numeral in _numerals("".join(rest)))


def speaks_otherwise(sentence: str, language: str, source: Told) -> bool:
    """Whether a source has figures of a kind and unit that the sentence has, too, but none of the sentence's."""
    here, there = _figures(sentence, language), _figures(source.text, source.language)
    pairs = [(one, other) for one in here for other in there if _is_comparable(one.value, other.value)]
    return bool(pairs) and not any(_same(one, other, language) for one in here for other in there)


def _is_comparable(value: Value, other: Value) -> bool:
    return value.kind == other.kind and compare(value, other) in {"same", "different"}


def are_exchanged(sentence: str, language: str, source: str, source_language: str) -> bool:
    """Whether two figures have changed places: each stands beside the words that the other has in the source.

    Words may be told in another order, and what is said of both stands with the first: only the words that the second of them
    has, in the sentence or the source, tell.
    """
    here, there = _figures(sentence, language), _figures(source, source_language)
    matches = {
        at: [other for other, figure in enumerate(there) if _is_written_alike(one.value, figure.value)]
        for at, one in enumerate(here)
    }
    partner = {at: found[0] for at, found in matches.items() if len(found) == 1 and list(matches.values()).count(found) == 1}
    near_here = _Contexts(sentence, here, partner)
    near_there = _Contexts(source, there, {at: at for at in partner.values()})
    for one, two in combinations(partner, 2):
        if _is_moment(here[one].value) != _is_moment(here[two].value):
            continue
        told, meant = near_here(one, two), near_there(partner[one], partner[two])
        turned = partner[one] > partner[two]
        agreement = sum(
            told[word] * meant[word]
            for word in told.keys() & meant.keys()
            if not (told[word] > 0 and (meant[word] < 0 if turned else meant[word] > 0))
            and (language == source_language or word[0] == "\0" or len(word) > 3)
        )
        if agreement < -0.05:
            return True
    return False


class _Contexts:
    """How much nearer each word of a text is to one of two figures than to the other, within their clauses."""

    def __init__(self, text: str, figures: Sequence[_Figure], names: dict[int, int]) -> None:
        pieces, end = [], 0
        for at, figure in enumerate(figures):
            pieces += [text[end : figure.value.start], f" \0{at}\0 "]
            end = figure.value.end
        marked = folded(CLAUSE_ENDS.sub(f" {_END} ", "".join([*pieces, text[end:]])))
        self._tokens = _TOKEN.findall(marked)
        self._names = names

    def __call__(self, one: int, two: int) -> dict[str, float]:
        """By word; above 0 where it is nearer to the first."""
        marks = {f"\0{one}\0", f"\0{two}\0"}
        near = [self._near(f"\0{figure}\0", marks) for figure in (one, two)]
        return {word: near[0].get(word, 0.0) - near[1].get(word, 0.0) for word in near[0] | near[1]}

    def _near(self, mark: str, marks: set[str]) -> dict[str, float]:
        if mark not in self._tokens:
            return {}
        place = self._tokens.index(mark)
        found: dict[str, float] = {}
        for side, further in ((self._tokens[:place][::-1], 0.0), (self._tokens[place + 1 :], 0.5)):
            for distance, token in enumerate(side[:_NEAR], 1):
                if token in (*marks, _END):
                    break
                if word := self._word(token):
                    found[word] = max(found.get(word, 0.0), 1 / (distance + further))
        return found

    def _word(self, token: str) -> str:
        """A word without its ending; a figure as the source's number of it, where it has one."""
        if token[0] != "\0":
            return token[:4]
        at = int(token.strip("\0"))
        return f"\0{self._names[at]}" if at in self._names else ""


def _figures(text: str, language: str) -> list[_Figure]:
    known = language[:2] in SIDED
    return [
        _Figure(value, side_before(text[: value.start]) if known and not _is_moment(value) else None)
        for value in read_values(text, language)
    ]


def _comparable(figure: _Figure, given: Sequence[_Figure]) -> Sequence[_Figure]:
    """The figures of a figure's own kind; all for a bare number, and where there are none, for one may be meant."""
    kind = figure.value.kind
    return given if kind == "number" else [other for other in given if other.value.kind == kind] or given


def _same(one: _Figure, two: _Figure, language: str) -> bool:
    if one.side is not None and two.side is not None and one.side != two.side:
        return False
    value, other = one.value, two.value
    if {value.kind, other.kind} == {"number", "percent"}:
        return False
    verdict = compare(value, other)
    if verdict == "same" and value.kind == other.kind == "date":
        return other.high - other.low <= value.high - value.low  # that it was in 2023 is no source for a day of 2023
    if verdict == "unlike" and other.kind == "number" and " " in value.text:
        # What is counted may look like a unit: quatre livres are four books.
        bare = read_values(value.text.rpartition(" ")[0], language)
        return len(bare) == 1 and compare(bare[0], other) == "same"
    if verdict == "unlike" and value.kind == "number":
        return bool(_numerals(value.text)) and _numerals(value.text) == _numerals(other.text)
    return verdict == "same"


def _is_written_alike(value: Value, other: Value) -> bool:
    """Whether two values are the same but for a unit, which may be left out where two are told."""
    if _is_moment(value) != _is_moment(other):
        return False
    numerals = _numerals(value.text)
    return compare(value, other) == "same" or (bool(numerals) and numerals == _numerals(other.text))


def _is_moment(value: Value) -> bool:
    return value.kind in {"date", "time"}


def _numerals(text: str) -> list[str]:
    """The runs of digits, in whatever script and of whatever length, without noughts before them."""
    return ["".join(str(unicodedata.digit(digit)) for digit in run).lstrip("0") or "0" for run in _DIGITS.findall(text)]
