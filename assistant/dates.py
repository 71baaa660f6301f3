"""Dates and times of day in a text, as ranges of days or minutes."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import cache

from assistant.measures import Reading, locales
from assistant.spelling import folded

# Words that stand for a month only beside a day or a year.
_COMMON = frozenset({"march", "mars", "مارس"})
_MORE_MONTHS = {
    "fa": {"ژوییه": 7, "ژولای": 7, "جولای": 7, "می": 5},
    "ha": {"fabrairu": 2, "afirilu": 4, "augusta": 8, "disamba": 12},
}
_BETWEEN_DAY_AND_MONTH = r"(?:st|nd|rd|th|er|o|a)?[.]?(?:\s*(?:of|de|do|ga(?: watan)?|من|من شهر|شهر)\s+|\s*-?\s*|\s+)"
_BEFORE_YEAR = r"(?:,?\s*(?:de|del|do|of|shekarar|shekara|سنه|عام|لعام|سال)?\s+|\s*/\s*|\s*,\s*)"
_YEAR = r"(?P<year>[12]\d{3})(?![\d]|[.,]\d)"
_DAY = r"(?<![\d.,:/])(?P<day>\d{1,2})(?:\s*-\s*(?P<last>\d{1,2}))?"
_ARABIC_UNITS = ["الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع"]
_ARABIC_DAYS = {
    **{word: day for day, word in enumerate([*_ARABIC_UNITS, "العاشر"], 1)},
    **{f"{word} عشر": day for day, word in enumerate(["الحادي", *_ARABIC_UNITS[1:]], 11)},
    **{f"{word} و{tens}": day for tens in ("العشرين", "العشرون") for day, word in enumerate(["الحادي", *_ARABIC_UNITS[1:]], 21)},
    **{"العشرين": 20, "العشرون": 20, "الثلاثين": 30, "الثلاثون": 30, "الحادي والثلاثين": 31, "الحادي والثلاثون": 31},
}
"""Days of a month in words: الثاني من آذار."""
_ISO = re.compile(r"(?<![\d-])(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?![\d-])")
_NUMERIC = re.compile(r"(?<![\d./-])(?P<day>\d{1,2})([./-])(?P<month>\d{1,2})\2(?P<year>\d{4})(?!\d)")
_HIJRI = re.compile(r"(?<!\d)(?P<year>1[34]\d\d)\s*ه(?![\w.]|\s*ش)")
"""Years counted from the Hijra, by the moon: ١٤٤٥ هـ."""
_HIJRA = date(622, 7, 19).toordinal()
_LUNAR_YEAR = 354.36667
"""Days."""
_EAST_ASIAN = re.compile(
    r"(?:(?P<year>\d{4})\s*[年년])\s*(?:(?P<month>\d{1,2})\s*[月월]\s*(?:(?P<day>\d{1,2})\s*[日号號일])?)?|"
    r"(?P<month2>\d{1,2})\s*[月월]\s*(?P<day2>\d{1,2})\s*[日号號일]"
)
_CHINESE_TIME = re.compile(
    r"(?:上午|凌晨|早上|(?P<pm>下午|晚上|傍晚))?(?<!\d)(?P<hour>\d{1,2})\s*[点點时時](?!间|間)(?:(?P<half>半)|(?P<minute>\d{1,2})\s*分)?"
)
_MORNING = ("am", "a.m.", "صباحا", "فجرا", "من صباح", "de la manana", "da manha", "du matin", "上午", "सुबह", "صبح")
_AFTERNOON = (
    "pm",
    "p.m.",
    "مساء",
    "ظهرا",
    "بعد الظهر",
    "ليلا",
    "de la tarde",
    "da tarde",
    "de l'apres-midi",
    "下午",
    "शाम",
    "عصر",
)


@cache
def _months(language: str) -> dict[str, int]:
    found: dict[str, int] = {folded(name): number for name, number in _MORE_MONTHS.get(language[:2], {}).items()}
    for locale in locales(language):
        for context, width in (("format", "wide"), ("stand-alone", "wide"), ("format", "abbreviated")):
            for number, name in locale.months[context][width].items():
                if len(form := folded(name).rstrip(".")) > 2 or not form.isascii():
                    found.setdefault(form, number)
    return {name: number for name, number in found.items() if not name[0].isdigit()}


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    """The language's dates with a month's name: the day before it, in words too, the day after it, and without a day."""
    names = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(_months(language), key=len, reverse=True))
    names = names or "(?!)"  # Korean and its neighbours number their months
    # Arabic texts often name a month twice: يوليو/تموز.
    month = rf"(?P<month>{names})\b(?:\.(?=\s+\d))?(?:\s*/\s*(?:{names})\b)?"
    in_words = "|".join(sorted(_ARABIC_DAYS, key=len, reverse=True))
    return (
        re.compile(rf"(?<!\w)(?P<day>{in_words})\s+من\s+(?:شهر\s+)?{month}(?:{_BEFORE_YEAR}{_YEAR})?"),
        re.compile(rf"{_DAY}{_BETWEEN_DAY_AND_MONTH}{month}(?:{_BEFORE_YEAR}{_YEAR})?"),
        re.compile(
            rf"\b{month}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*-\s*(?P<last>\d{{1,2}}))?(?!\d|[.:]\d)(?:,?\s+{_YEAR})?"
        ),
        re.compile(rf"\b{month}(?:{_BEFORE_YEAR}{_YEAR})?"),
    )


def _days(year: int | None, month: int | None, day: int | None, last: int | None) -> tuple[int, int, str] | None:
    """The first and the last day of a date that may lack its day, month or year; none if there is no such date."""
    # A leap year stands for every year.
    known = 2000 if year is None else year
    try:
        low = date(known, month or 1, day or 1).toordinal()
        high = date(known, month or 12, last or day or monthrange(known, month or 12)[1]).toordinal()
    except ValueError:
        return None
    return (low, high, "day of year" if year is None else "day") if low <= high else None


def _number(found: re.Match[str], name: str) -> int | None:
    known = found.groupdict()
    written = known.get(name) or known.get(name + "2")
    return (_ARABIC_DAYS.get(written) or int(written)) if written else None


def _hijri_years(folded_text: str) -> Iterator[Reading]:
    for found in _HIJRI.finditer(folded_text):
        first = _HIJRA + int((int(found["year"]) - 1) * _LUNAR_YEAR)
        yield Reading(found.start(), found.end(), "date", first, first + int(_LUNAR_YEAR), "day")


def _dates(text: str, folded_text: str, language: str) -> Iterator[Reading]:
    names = _months(language)
    for pattern in (*_patterns(language), _ISO, _NUMERIC, _EAST_ASIAN):
        for found in pattern.finditer(folded_text):
            year, day, last = (_number(found, name) for name in ("year", "day", "last"))
            written = found.groupdict().get("month") or found.groupdict().get("month2")
            month = (
                None
                if written is None
                else names.get(re.sub(r"\s+", " ", written)) or (int(written) if written.isdigit() else None)
            )
            if pattern is _NUMERIC and month and day and month > 12 >= day:
                day, month = month, day
            # A month's name alone may be another word: it is long, and has its capital in the languages that give it one.
            if year is None and day is None and written and not _is_month_alone(text[found.start()], written, language):
                continue
            if days := _days(year, month, day, last):
                yield Reading(found.start(), found.end(), "date", *days)


def _is_month_alone(initial: str, written: str, language: str) -> bool:
    return len(written) > 4 and written not in _COMMON and not (language[:2] in {"en", "de"} and initial.islower())


@cache
def _clock(language: str) -> re.Pattern[str]:
    morning, afternoon = (
        "|".join(sorted(map(re.escape, {*words, *_periods(language, period)}), key=len, reverse=True))
        for words, period in ((_MORNING, "am"), (_AFTERNOON, "pm"))
    )
    half = rf"(?:\s*(?:(?P<am>{morning})|(?P<pm>{afternoon}))(?!\w))"
    minute = r"(?:\s?[:h]\s?|[.](?=\d\d\s*(?:uhr|[ap]\.?m\b)))(?P<minute>\d{2})(?::\d{2})?(?![\d:])"
    return re.compile(rf"(?<![\d.,:/])(?P<hour>\d{{1,2}})(?:{minute})?(?P<mark>\s*uhr\b)?{half}?")


def _periods(language: str, period: str) -> set[str]:
    names = {folded(names[period]) for names in locales(language)[0].day_periods["format"].values() if period in names}
    return {name for name in names if len(name) > 1}


def _times(folded_text: str, language: str) -> Iterator[Reading]:
    for found in _CHINESE_TIME.finditer(folded_text):
        hour, minute = int(found["hour"]), 30 if found["half"] else int(found["minute"] or 0)
        if hour < 12 and found["pm"]:
            hour += 12
        if hour <= 24 and minute < 60:
            yield Reading(found.start(), found.end(), "time", hour * 60 + minute, hour * 60 + minute, "minute")
    for found in _clock(language).finditer(folded_text):
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        half = found["am"] or found["pm"]
        if hour > (12 if half else 24) or minute > 59 or not (half or found["minute"] or found["mark"]):
            continue
        if half:
            hour = hour % 12 + (12 if found["pm"] else 0)
        at = hour * 60 + minute
        yield Reading(found.start(), found.end(), "time", at, at, "minute")


def moments(text: str, folded_text: str, language: str) -> list[Reading]:
    """The dates and times of a folded text, the longest where they overlap; `text` has its letters' case, place for place."""
    found = [
        *_dates(text, folded_text, language),
        *(_hijri_years(folded_text) if language[:2] == "ar" else ()),
        *_times(folded_text, language),
    ]
    kept: list[Reading] = []
    for each in sorted(found, key=lambda each: (each.start - each.end, each.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return kept
