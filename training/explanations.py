"""Questions that want an explanation, and the sentence that gives it among others about the same thing.

Of the public rows few ask how or why, and hardly any in one language over a passage in another. What learns from them takes the
sentence that names what the question names for the answer, which is mostly the one that the question takes for granted. A scene
(training/explanations.json), of our own writing in several languages, has questions about the subject `{A}`, sentences that tell
what the questions take for granted, sentences that answer, and others of the same story that do not.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .names import Name, names, two_languages
from .rows import Row, Rows
from .telling import Sentence, another_subject, named, of_same_sort, scenes_in, told

SCENES = Path(__file__).parent / "explanations.json"
EXPLANATIONS = "explanations"
EXPLANATION_NEGATIVES = "negatives, explanations"
FOUND_EXPLANATIONS = "explanations, found"
HELD_OUT = frozenset({"turbine-drones", "empty-flats", "licence-expiry", "old-cinema-agreement"})
"""The scenes that training does not see."""
TWO_ANSWERS = 0.35
TOLD_TWICE = 0.25
TOGETHER = 0.5
"""Of the passages, those in which the answer stands right behind what the question takes for granted."""
ANOTHER_STORY = 0.4
"""Of the passages, those that also tell something else of the same subject, with its reason."""
ONLY_ANOTHER_STORY = 0.2
"""Of the passages that do not answer, those that tell nothing of what was asked."""
OF_ANOTHER = 0.3
"""Of the passages that do not answer, those that tell the story with its reason, but of another subject."""
JOINED = 0.3
"""Of the passages, those in which one sentence tells both what the question takes for granted and why."""
UNDER_A_QUESTION = 0.15
"""Of the passages, those under a heading that asks the same, as in a list of frequent questions."""
A_PARALLEL_QUESTION = 20
"""Pairs of languages of each parallel question that wants an explanation."""
_ENDS = " .!?؟…"
_ASKS = {
    "en": r"\bwhy\b|^how (?:do|does|did|can|could|should|is|are|was|were|to)\b"
    r"|^what (?:happens|caused|causes|led|(?:is|was|were) the (?:reason|purpose|cause))",
    "ar": r"^(?:لماذا|لم|كيف|ما (?:هو |هي )?(?:سبب|أسباب|السبب|الغرض|الهدف))\b",
    "fr": r"\bpourquoi\b|^comment\b",
    "zh": r"(?<![称稱名成作聘化誉譽之是])(?:为什么|為什麼)|为何|為何|如何|怎么|怎麼|怎样|怎樣|原因",
    "ja": r"なぜ|どうして|どのように",
    "fa": r"\bچرا\b|چگونه|چطور",
    "ru": r"^(?:почему|зачем)\b",
    "fi": r"^(?:miksi|miten)\b",
    "ko": r"(?<!진)왜(?![란구군])|어떻게",
}
_NOT_FOUND_IN = frozenset({"policyqa", "qamr"})
"""Sources whose answers to such questions mostly explain nothing."""


def explanation_rows(count: int, seed: int, *, answered: bool, held_out: bool = False) -> list[Row]:
    """Rows with all their answers, or without any. Of the scenes HELD_OUT, or of all others."""
    chooser = random.Random(f"{seed} explanations {answered}")
    scenes = scenes_in(SCENES, HELD_OUT, held_out=held_out)
    return [_rows(scenes, (answered,), chooser)[0] for _ in range(count)]


def explanation_groups(count: int, seed: int) -> list[list[Row]]:
    """Groups of a question over a passage that answers and two that do not."""
    chooser = random.Random(f"{seed} groups of explanations")
    scenes = scenes_in(SCENES, HELD_OUT, held_out=False)
    return [_rows(scenes, (True, False, False), chooser) for _ in range(count)]


def found_explanations(rows: Rows, seed: int) -> list[Row]:
    """The public rows that ask how or why; the parallel ones in some pairs of languages."""
    chooser = random.Random(f"{seed} found explanations")
    found = [
        row for source, of_source in rows.sources.items() if source not in _NOT_FOUND_IN for row in of_source if _explained(row)
    ]
    for question in rows.parallel:
        if "en" in question.rows and _explained(question.rows["en"]):
            languages = sorted(question.rows)
            pairs = [chooser.choices(languages, k=2) for _ in range(A_PARALLEL_QUESTION)]
            found += [question.across(asked, read) for asked, read in pairs]
    return found


def _explained(row: Row) -> bool:
    pattern = _ASKS.get(row.question_language)
    return bool(row.answers and pattern and re.search(pattern, row.question.strip().lower()))


def _rows(scenes: Sequence[Any], answered: Sequence[bool], chooser: random.Random) -> list[Row]:
    """Rows of one question, each over a passage of its own that answers, or does not."""
    scene = chooser.choice(scenes)
    subject = chooser.choice(names(scene["subject"]))
    teller = _Teller(scene, of_same_sort(scene, scenes), subject, chooser)
    asked, read = two_languages(chooser)
    question = named(chooser.choice(scene[asked]["questions"]), subject, asked)
    rows = []
    for answers in answered:
        if not answers and chooser.random() < OF_ANOTHER:
            of_other = replace(teller, subject=another_subject(scene, subject, chooser))
            row = Row(EXPLANATIONS, asked, read, question, of_other.passage(read, answers=True)[0], ())
        else:
            row = Row(EXPLANATIONS, asked, read, question, *teller.passage(read, answers=answers))
        rows.append(row)
        read = two_languages(chooser)[1]
    return rows


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts passages together from a scene's sentences, and from those of `others` about the same sort of subject."""

    scene: Any
    others: Sequence[Any]
    subject: Name
    chooser: random.Random

    def passage(self, language: str, *, answers: bool) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The text, and where the sentences that answer stand in it."""
        chooser, story = self.chooser, self.scene[language]
        blocks: list[list[Sentence]] = []
        elsewhere = not answers and bool(self.others) and chooser.random() < ONLY_ANOTHER_STORY
        if not elsewhere:
            count = 2 if chooser.random() < TWO_ANSWERS else 1
            begins = [self._sentence(pattern, language) for pattern in _told_of(story["told"], chooser)]
            drawn = chooser.sample(story["answers"], count) if answers else []
            answering = [self._sentence(pattern, language, answers=True) for pattern in drawn]
            if answering and chooser.random() < JOINED:
                begins, answering = [*begins[:-1], _joined(begins[-1], answering[0])], answering[1:]
            blocks = [begins + answering] if chooser.random() < TOGETHER else [begins, *([one] for one in answering)]
            others = chooser.sample(story["others"], min(len(story["others"]), chooser.randint(2, 5) + count - len(drawn)))
            blocks += [[self._sentence(pattern, language)] for pattern in others]
        if self.others and (elsewhere or chooser.random() < ANOTHER_STORY):
            blocks.append(self._another_story(language))
        first = blocks[0]
        chooser.shuffle(blocks)
        if chooser.random() < TOGETHER:  # as most stories begin
            blocks = [first, *(block for block in blocks if block is not first)]
        heading = chooser.choice(story["questions"]) if chooser.random() < UNDER_A_QUESTION else ""
        sentences = [sentence for block in blocks for sentence in block]
        return told(sentences, named(heading, self.subject, language), chooser)

    def _another_story(self, language: str) -> list[Sentence]:
        """Something else that happened to the subject, and why."""
        other = self.chooser.choice(self.others)[language]
        patterns = [self.chooser.choice(other["told"]), self.chooser.choice(other["answers"])]
        patterns += self.chooser.sample(other["others"], self.chooser.randint(1, 5))
        return [self._sentence(pattern, language) for pattern in patterns]

    def _sentence(self, pattern: str, language: str, *, answers: bool = False) -> Sentence:
        text = named(pattern, self.subject, language)
        return Sentence(text, (0, len(text.rstrip(_ENDS))) if answers else None)


def _told_of(patterns: Sequence[str], chooser: random.Random) -> list[str]:
    """What the question takes for granted, told once or twice; the subject is named."""
    first = chooser.choice([pattern for pattern in patterns if "{A}" in pattern])
    others = [pattern for pattern in patterns if pattern != first]
    return [first, *others] if chooser.random() < TOLD_TWICE else [first]


def _joined(first: Sentence, second: Sentence) -> Sentence:
    """One sentence of two, of which the second answers."""
    begin = first.text.rstrip(_ENDS) + ": "
    start, end = second.answer or (0, len(second.text))
    return Sentence(begin + second.text, (len(begin) + start, len(begin) + end))
