"""Questions to start from, drawn from the documents: what they speak of most, in their own languages.

Each is asked before it is shown: none is suggested that the documents do not answer.
"""

import logging
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from index.datatypes import Document
from index.errors import QuothError
from index.store import DocumentInfo

from .datatypes import Answer
from .names import same_name

MOST = 4
"""Suggestions."""
_TRIED = 12
"""Questions asked at most to find them."""
_LOOKED_AT = 200
"""Documents, those indexed last."""
_BEGINNING = 20_000
"""Characters of each."""
_FORMS = {
    "en": "What is said about {}?",
    "ar": "ماذا قيل عن {}؟",
    "fr": "Que sait-on de {} ?",
    "es": "¿Qué se dice de {}?",
    "de": "Was wird über {} gesagt?",
    "pt": "O que se diz de {}?",
    "ha": "Me aka ce game da {}?",
    "fa": "درباره {} چه گفته شده است؟",
    "it": "Che cosa si dice di {}?",
    "ru": "Что сказано о {}?",
    "sw": "Nini kimesemwa kuhusu {}?",
    "tr": "{} hakkında ne söyleniyor?",
    "zh": "关于{}说了什么？",
}
_WORD = r"[A-ZÀ-ÖØ-ÞА-Я][\w’'-]+"
_NAME = re.compile(rf"(?<=[^\W\d_A-Z] ){_WORD}(?: (?:(?:of|de|du|des|del|da|do|von) )?{_WORD}){{1,3}}")
"""Two to four words with capitals, after a word without."""
_SENTENCE_MARKS = frozenset(".:?!؟。？！;؛")
"""A title with one of them is a sentence, and does not stand in a question."""
_LONGEST_TITLE = 60
_NOTHING: frozenset[tuple[str, str]] = frozenset()
_log = logging.getLogger(__name__)


class Documents(Protocol):
    """What is needed of an assistant."""

    def ask(self, question: str) -> Answer:
        """Answer a question."""

    def documents(self) -> list[DocumentInfo]:
        """What the index holds."""

    def document(self, name: str) -> Document | None:
        """A document with its text."""


class Suggestions:
    """The suggestions of one assistant, looked for in the background; until they are found there are none.

    Whenever they are asked for, they are looked for once more if the documents have changed since.
    """

    def __init__(self, assistant: Documents) -> None:
        self._assistant = assistant
        self._found: tuple[str, ...] = ()
        self._drawn_from = self._looked_at = _NOTHING
        self._starting = threading.Lock()
        self._begin()

    def __call__(self) -> Sequence[str]:
        """Those found by now; none of documents that have changed since."""
        try:
            documents = _state_of(self._assistant)
        except QuothError:
            return ()
        with self._starting:
            if documents != self._looked_at and not self._thread.is_alive():
                self._begin()
        return self._found if documents == self._drawn_from else ()

    def wait(self, timeout: float | None = None) -> None:
        """Waits until all are found, at most `timeout` seconds."""
        self._thread.join(timeout)

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._look, name="suggestions", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        try:
            self._looked_at = _state_of(self._assistant)
            self._drawn_from, self._found = _NOTHING, suggest(self._assistant)
            self._drawn_from = self._looked_at
        except QuothError:
            _log.exception("No questions to start from could be found")


def _state_of(assistant: Documents) -> frozenset[tuple[str, str]]:
    """Which documents there are, and when each was indexed."""
    return frozenset((one.name, one.indexed_at) for one in assistant.documents())


def suggest(assistant: Documents, most: int = MOST) -> tuple[str, ...]:
    """Up to `most` questions that the documents answer, about what several of them name.

    The language with the fewest so far comes next. Raises StoreError where the index cannot be read.
    """
    by_language: dict[str, list[str]] = {}
    for language, topic in topics(assistant):
        by_language.setdefault(language, []).append(_FORMS[language].format(topic))
    found: list[str] = []
    counts = dict.fromkeys(by_language, 0)
    for _ in range(_TRIED):
        left = [language for language, questions in by_language.items() if questions]
        if not left or len(found) == most:
            break
        language = min(left, key=counts.__getitem__)
        question = by_language[language].pop(0)
        if assistant.ask(question).answered:
            found.append(question)
            counts[language] += 1
    return tuple(found)


def topics(assistant: Documents) -> Iterator[tuple[str, str]]:
    """What the documents speak of, with its language: names that most of them hold first, else titles.

    The languages come in the order of how many documents they have.
    """
    names: dict[str, Counter[str]] = {}
    titles: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    for info in sorted(assistant.documents(), key=lambda one: one.indexed_at, reverse=True)[:_LOOKED_AT]:
        document = assistant.document(info.name)
        if document is None or document.language not in _FORMS:
            continue
        counts[document.language] += 1
        names.setdefault(document.language, Counter()).update(set(_NAME.findall(document.text[:_BEGINNING])))
        if len(document.title) <= _LONGEST_TITLE and _SENTENCE_MARKS.isdisjoint(document.title):
            titles.setdefault(document.language, []).append(document.title)
    for language, _ in counts.most_common():
        told: list[str] = []
        often = [name for name, count in names[language].most_common() if count > 1]
        for topic in often + [f"“{title}”" for title in titles.get(language, [])]:
            if not any(same_name(topic, other) for other in told):
                told.append(topic)
                yield language, topic
