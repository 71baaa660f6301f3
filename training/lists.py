"""Questions that want a list, with all their answers: scenes of our own writing, filled with names drawn at random.

The rows of the public data have one answer each, and hardly any asks "who" and means a country or a company. A scene
(training/lists.json) is a kind of fact with patterns in several languages: sentences that state it, of one answer (`{1}`) or a
list (`{L}`) for the subject `{A}`, sentences that only look like it, and questions. Countries come from Unicode's own tables
through Babel; those of the example documents are left out. Persons and organisations are invented.
"""

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from .rows import Row

SCENES = Path(__file__).parent / "lists.json"
LISTS = "lists"
LISTED_NEGATIVES = "negatives, lists"
LANGUAGES = ("en", "ar", "fr", "es", "de")
WEIGHTS = (4, 3, 2, 1, 1)
"""Of the languages, for question and passage each."""
COUNTRIES = (
    "AE AL AO AR AU BD BG BO BR BW CH CL CO CU DE DK EC EG ES ET FI GH GR HU IE IN IS IT JO JP KE KH KW "
    "LB LK MA MG MX MY MZ NO NP OM PE PK PL PT PY QA RO RS SD SE SK SN SO TH TN TR TZ UG UY VN YE ZM ZW"
)
SAME_LANGUAGE = 0.4
"""Of the rows, beside those whose languages happen to be the same."""
OTHER_SUBJECT = 0.7
"""Of the rows without an answer, those whose passage tells the fact of another subject; the rest tell it of none."""
Name = tuple[str, ...]
"""In each of the languages."""
_SLOT = re.compile(r"\{(A|1|L|C|D|P2|P|Y|N)\}")


def list_rows(count: int, seed: int, *, answered: bool) -> list[Row]:
    """Rows with all their answers; or without any, where the passage tells the fact of another subject, or only decoys."""
    chooser = random.Random(f"{seed} lists {answered}")
    return [_row(chooser, answered=answered) for _ in range(count)]


def _row(chooser: random.Random, *, answered: bool) -> Row:
    scene = chooser.choice(_scenes()["scenes"])
    asked, read = chooser.choices(LANGUAGES, WEIGHTS, k=2)
    if chooser.random() < SAME_LANGUAGE:
        asked = read
    subject, other = chooser.sample(_names(scene["subject"]), 2)
    writer = _Writer(scene, read, chooser, {subject, other})
    facts = scene[read]["facts"] if answered or chooser.random() < OTHER_SUBJECT else []
    decoys = scene[read]["decoys"]
    sentences = [
        writer.write(pattern, subject if answered else other)
        for pattern in chooser.sample(facts, min(len(facts), chooser.choice((1, 1, 2, 2, 3))))
    ]
    sentences += [(writer.write(pattern, subject)[0], []) for pattern in chooser.sample(decoys, chooser.choice((1, 2, 2, 3)))]
    chooser.shuffle(sentences)
    text, answers = "", []
    for sentence, places in sentences:
        text += " " if text else ""
        answers += [(len(text) + start, len(text) + end) for start, end in places] if answered else []
        text += sentence
    question = chooser.choice(scene[asked]["questions"]).replace("{A}", _in(subject, asked))
    return Row(LISTS, asked, read, question, text, tuple(answers))


class _Writer:
    """Fills the patterns of one passage. No name stands for two things in it."""

    def __init__(self, scene: dict[str, Any], language: str, chooser: random.Random, used: set[Name]) -> None:
        self._answer = scene["answer"]
        self._others = "organisation" if self._answer == "organisation" else "country"
        self._language, self._chooser, self._used = language, chooser, used

    def write(self, pattern: str, subject: Name) -> tuple[str, list[tuple[int, int]]]:
        """The sentence, and where its answers stand in it."""
        text, places, at = "", [], 0
        for slot in _SLOT.finditer(pattern):
            text, at = text + pattern[at : slot.start()], slot.end()
            if slot[1] == "A":
                text += _in(subject, self._language)
            elif slot[1] == "Y":
                text += str(self._chooser.randint(1985, 2024))
            elif slot[1] in ("1", "L"):
                count = self._chooser.choice((1, 2, 2, 3, 4)) if slot[1] == "L" else 1
                for position in range(count):
                    joint = "and" if position == count - 1 else "comma"
                    text += _scenes()[joint][self._language] if position else ""
                    name = self._draw(self._answer)
                    places.append((len(text), len(text) + len(name)))
                    text += name
            else:
                text += self._draw({"P": "person", "P2": "person", "N": "product"}.get(slot[1], self._others))
        text += pattern[at:]
        return text[0].upper() + text[1:], places

    def _draw(self, kind: str) -> str:
        name = self._chooser.choice([name for name in _names(kind) if name not in self._used])
        self._used.add(name)
        return _in(name, self._language)


@cache
def _scenes() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCENES.read_text(encoding="utf-8"))
    return loaded


@cache
def _names(kind: str) -> list[Name]:
    """All names of a kind, each in the five languages."""
    if kind == "country":
        territories = [Locale.parse(language).territories for language in LANGUAGES]
        return [tuple(names[code] for names in territories) for code in COUNTRIES.split()]
    names = _scenes()["names"][kind]
    if kind == "product":
        return list(zip(*(names[language] for language in LANGUAGES), strict=True))
    return [in_each_language(latin, arabic) for latin, arabic in names]


def in_each_language(latin: str, arabic: str) -> Name:
    """A name that is written in Latin and in Arabic letters alone."""
    return tuple(arabic if language == "ar" else latin for language in LANGUAGES)


def _in(name: Name, language: str) -> str:
    return name[LANGUAGES.index(language)]
