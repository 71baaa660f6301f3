"""Numbers, quantities, dates and times in a text, in a form that can be compared across wordings and languages."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from assistant.dates import moments
from assistant.quantities import numbers
from assistant.spelling import fold

# Numbers that are written like the years from here on are most likely years.
_RECENT = 1900


@dataclass(frozen=True, slots=True)
class Value:
    """A number, quantity, date or time in a text: from the character `start` up to `end`, it is `text`.

    It lies between `low` and `high`, both included, which are apart as far as it is rounded or vague: in `unit`, the base unit
    of its kind, the currency's code, or "day" (counted from the year 1), "day of year" or "minute". `written` is the unit of the
    text itself.
    """

    kind: str
    start: int
    end: int
    text: str
    low: float
    high: float
    unit: str
    written: str = ""


def read_values(text: str, language: str) -> tuple[Value, ...]:
    """The numbers, quantities, dates and times that a text of the language names, in their order."""
    flat, places = fold(text)
    readings = moments("".join(text[place] for place in places), flat, language)
    for moment in readings:
        flat = flat[: moment.start] + "\0" * (moment.end - moment.start) + flat[moment.end :]
    found = []
    for each in sorted((*readings, *numbers(flat, language)), key=lambda each: each.start):
        start, end = places[each.start], places[each.end - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        found.append(Value(each.kind, start, end, text[start:end], each.low, each.high, each.unit, each.written))
    return tuple(found)


def compare(first: Value, second: Value) -> str:
    """Whether two values are the "same", "different" or "unlike", as those of two kinds are, which cannot be compared.

    They are the same where the more exact one lies in the range of the other.
    """
    if {first.kind, second.kind} == {"date", "number"}:
        return _compare_year(first, second)
    if first.kind != second.kind or (first.unit != second.unit and first.kind != "date"):
        return "unlike"
    if first.unit != second.unit:
        return _compare_days(first, second)
    narrow, wide = sorted((first, second), key=lambda value: value.high - value.low)
    middle = (narrow.low + narrow.high) / 2
    # What one text has converted out of the other's unit is rounded: 1,500 km are 930 miles.
    slack = abs(middle) * (0.005 if first.written != second.written and first.kind not in {"date", "time"} else 1e-9)
    return "same" if wide.low - slack <= middle <= wide.high + slack else "different"


def _compare_year(first: Value, second: Value) -> str:
    """A year and a number, which may be one number: 1500 without its comma looks like a year."""
    dated, number = (first, second) if first.kind == "date" else (second, first)
    if dated.written != "year":
        return "unlike"
    year = date.fromordinal(int(dated.low)).year
    if number.low <= year <= number.high:
        return "same"
    return "unlike" if year >= _RECENT else "different"


def _compare_days(first: Value, second: Value) -> str:
    """A date with its year, and one without."""
    full, yearless = (first, second) if first.unit == "day" else (second, first)
    if full.high - full.low > 366:
        return "same"
    for year in {date.fromordinal(int(day)).year for day in (full.low, full.high)}:
        low, high = (_in_year(int(day), year) for day in (yearless.low, yearless.high))
        if low <= full.high and full.low <= high:
            return "same"
    return "different"


def _in_year(day: int, year: int) -> int:
    known = date.fromordinal(day)
    # A year without 29 February has the 28th.
    leap = known.month == 2 and known.day == 29 and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return known.replace(year=year, day=28 if leap else known.day).toordinal()
