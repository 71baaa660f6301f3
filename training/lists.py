"""Questions that want a list, with all their answers: scenes of our own writing, filled with names drawn at random.

The rows of the public data have one answer each, and hardly any asks "who" and means a country or a company. A scene
(training/lists.json) is a kind of fact with patterns in several languages: sentences that state it, of one answer (`{1}`) or a
list (`{L}`) for the subject `{A}`, sentences that only look like it, and questions. The answers are names of a kind
(training/names.py) or the scene's own `items`.
"""

import json
import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .names import Name, in_language, names, two_languages
from .rows import Row
from .telling import named

SCENES = Path(__file__).parent / "lists.json"
LISTS = "lists"
LISTED_NEGATIVES = "negatives, lists"
OTHER_SUBJECT = 0.7
"""Of the rows without an answer, those whose passage tells the fact of another subject; the rest tell it of none."""
HELD_OUT = frozenset({"job-duties", "reserve-animals"})
"""The scenes that training does not see."""
LENGTHS = (1, 2, 2, 3, 3)
"""Answers in a list, each as likely."""
IN_LINES = 0.4
"""Of the lists behind a colon, those that have a line for each answer."""
IN_TWO = 0.25
"""Of the lists in a sentence, those in two parts, "with Mali and Chad, then with Togo", as long as LENGTHS_IN_TWO tells."""
LENGTHS_IN_TWO = (2, 3, 3, 4, 4)
ENOUGH = 9
"""Names that must be left for a list in two parts, so that the sentences after it have some."""
_SLOT = re.compile(r"\{(A|1|L|C|D|P2|P|Y|N)\}")


def list_rows(count: int, seed: int, *, answered: bool, held_out: bool = False) -> list[Row]:
    """Rows with all their answers; or without any, where the passage tells the fact of another subject, or only decoys.

    Of the scenes HELD_OUT, or of all others.
    """
    chooser = random.Random(f"{seed} lists {answered}")
    scenes = [scene for scene in _loaded()["scenes"] if (scene["key"] in HELD_OUT) == held_out]
    return [_row(chooser.choice(scenes), chooser, answered=answered) for _ in range(count)]


def _row(scene: Any, chooser: random.Random, *, answered: bool) -> Row:
    asked, read = two_languages(chooser)
    subject, other = chooser.sample(names(scene["subject"]), 2)
    writer = _Writer(scene, read, chooser, {subject, other})
    facts = scene[read]["facts"] if answered or chooser.random() < OTHER_SUBJECT else []
    decoys = scene[read]["decoys"]
    drawn = chooser.sample(facts, min(len(facts), chooser.choice((1, 1, 2, 2, 3))))
    if drawn and not any("{A}" in pattern for pattern in drawn):
        drawn[0] = chooser.choice([pattern for pattern in facts if "{A}" in pattern])
    sentences = [writer.write(pattern, subject if answered else other) for pattern in drawn]
    count = chooser.choice((1, 2, 2, 3) if drawn else (2, 3, 4, 5))
    sentences += [(writer.write(pattern, subject)[0], []) for pattern in chooser.sample(decoys, min(len(decoys), count))]
    chooser.shuffle(sentences)
    text, answers, before = "", [], ""
    for sentence, places in sentences:
        text += "" if not text else "\n\n" if "\n" in before + sentence else " "
        answers += [(len(text) + start, len(text) + end) for start, end in places] if answered else []
        text, before = text + sentence, sentence
    question = named(chooser.choice(scene[asked]["questions"]), subject, asked)
    return Row(LISTS, asked, read, question, text, tuple(answers))


class _Writer:
    """Fills the patterns of one passage. No name stands for two things in it."""

    def __init__(self, scene: Any, language: str, chooser: random.Random, used: set[Name]) -> None:
        self._items = [tuple(item) for item in scene["items"]] if "items" in scene else names(scene["answer"])
        self._others = "organisation" if scene.get("answer") == "organisation" else "country"
        self._language, self._chooser, self._used = language, chooser, used

    def write(self, pattern: str, subject: Name) -> tuple[str, list[tuple[int, int]]]:
        """The sentence, and where its answers stand in it."""
        text, places, at = "", [], 0
        for slot in _SLOT.finditer(pattern):
            text, at = text + pattern[at : slot.start()], slot.end()
            if slot[1] == "A":
                text += in_language(subject, self._language)
            elif slot[1] == "Y":
                text += str(self._chooser.randint(1985, 2024))
            elif slot[1] in ("1", "L"):
                count = self._chooser.choice(LENGTHS) if slot[1] == "L" else 1
                in_lines = count > 1 and text.rstrip().endswith(":") and self._chooser.random() < IN_LINES
                text = text.rstrip() if in_lines else text
                may_be_in_two = count > 1 and not in_lines and len(self._left(self._items)) >= ENOUGH
                in_two = may_be_in_two and self._chooser.random() < IN_TWO
                joints = self._in_two(text) if in_two else self._joints(count)
                for joint in ["\n- "] * count if in_lines else ["", *joints]:
                    text += joint
                    name = self._drawn_of(self._items)
                    places.append((len(text), len(text) + len(name)))
                    text += name
                at += in_lines and pattern[at:] == "."
            else:
                kind = {"P": "person", "P2": "person", "N": "product"}.get(slot[1], self._others)
                text += self._drawn_of(names(kind))
        text += pattern[at:]
        return text[0].upper() + text[1:], places

    def _joints(self, count: int) -> list[str]:
        """What stands between the members of a list."""
        comma, last = _loaded()["comma"][self._language], _loaded()["and"][self._language]
        return [last if position == count - 1 else comma for position in range(1, count)]

    def _in_two(self, before: str) -> list[str]:
        """What stands between the members of a list in two parts; a preposition before the first is said again."""
        count = self._chooser.choice(LENGTHS_IN_TWO)
        first = self._chooser.randint(1, count - 1)
        word = (before.rsplit(maxsplit=1) or [""])[-1]
        again = f"{word} " if word in _loaded()["prepositions"][self._language] else ""
        then = self._chooser.choice(_loaded()["then"][self._language]) + again
        return [*self._joints(first), then, *self._joints(count - first)]

    def _left(self, known: Sequence[Name]) -> list[Name]:
        return [name for name in known if name not in self._used]

    def _drawn_of(self, known: Sequence[Name]) -> str:
        name = self._chooser.choice(self._left(known))
        self._used.add(name)
        return in_language(name, self._language)


@cache
def _loaded() -> Any:
    return json.loads(SCENES.read_text(encoding="utf-8"))
