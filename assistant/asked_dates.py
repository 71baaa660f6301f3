"""Spans whose sentence tells of another day, month or year than the one that the question names count for less.

"How many visitors came in 2022?" is not answered from what is told of 2023, nor "What happened in March?" from what happened in
May. Dates are told apart in any of the languages that values.py reads.
"""

import re
from collections.abc import Sequence
from functools import cache

from .cite import ReadText
from .datatypes import Span
from .followup import language_of
from .holding import held, near
from .values import Value, compare, read_values

OTHER_DATE = 0.1
"""What is left of the probability of a span whose sentence names dates, none of them the question's, which is not named near."""
OTHER_DATE_NEAR = 0.3
"""The same where the question's date is named near: it may stand for an event that the passage tells more of."""
_OPEN = {
    "en": "since after before until till from by between through to than",
    "fr": "depuis après avant jusqu jusque dès entre à partir",
    "ar": "منذ بعد قبل حتى بين من إلى لغاية",
    "de": "seit nach vor bis ab zwischen von",
    "es": "desde después antes hasta entre partir",
    "pt": "desde depois após antes até entre partir",
    "it": "dal dall da dopo prima fino entro tra",
    "nl": "sinds na voor tot vanaf tussen van",
    "ru": "с со после до между к от",
    "uk": "з після до між від",
    "pl": "od po przed do między",
    "ro": "din după înainte până între",
    "tr": "önce sonra beri kadar itibaren arasında",
    "fa": "از بعد قبل تا بین پس پیش",
    "id": "sejak setelah sebelum sampai hingga dari antara",
    "zh": "自 从 到 至 前 后 以来 之前 之后 以后 以前",
}
"""Words beside a date that make it a bound, "since 2020": another time is asked about. In other languages no date is held to."""
_BESIDE = 2
"""Words on either side of a date that are looked at."""
_LETTERS = 3
"""The same in letters, in Chinese."""
_WORD = re.compile(r"[^\W\d_]+")


def hold_to_date(questions: Sequence[str], spans: Sequence[Span], read_text: ReadText) -> list[Span]:
    """The spans, likeliest first, those that tell of other dates than the latest question that names any made less likely.

    `questions` are those asked one after the other, of which the last is to be answered.
    """
    asked = _dates_asked(questions)
    if not asked:
        return list(spans)

    @cache  # spans share their sentences and passages
    def others_told(text: str, language: str) -> bool:
        return _are_others(_dates_in(text, language), asked)

    def left(span: Span) -> float:
        language = span.hit.chunk.language
        if not others_told(span.sentence, language):
            return 1.0
        return OTHER_DATE if others_told(near(span, read_text), language) else OTHER_DATE_NEAR

    return held(spans, left)


def _dates_in(text: str, language: str) -> tuple[Value, ...]:
    """The days, months and years that a text names."""
    return tuple(value for value in read_values(text, language) if value.kind == "date")


def _dates_asked(questions: Sequence[str]) -> tuple[Value, ...]:
    """Those of the latest question that names any; none where one of them is a bound, or the language is not known here."""
    joined = " ".join(questions)
    for question in reversed(questions):
        language = language_of(question, joined)
        dates = _dates_in(question, language)
        if dates:
            is_open = language not in _OPEN or any(_is_bound(question, date, language) for date in dates)
            return () if is_open else dates
    return ()


def _is_bound(question: str, date: Value, language: str) -> bool:
    before, after = question[: date.start].casefold(), question[date.end :].casefold()
    words = _OPEN[language].split()
    if language == "zh":
        return any(word in before[-_LETTERS:] or word in after[:_LETTERS] for word in words)
    beside = {*_WORD.findall(before)[-_BESIDE:], *_WORD.findall(after)[:_BESIDE]}
    return not beside.isdisjoint(words)


def _are_others(dates: Sequence[Value], asked: Sequence[Value]) -> bool:
    """Whether dates are named, and all of them are others."""
    return bool(dates) and all(compare(date, one) == "different" for date in dates for one in asked)
