"""Questions that want one short answer, over passages that tell it or something near it.

What is asked for and not told has mostly something near it: the same number of another group, the date of another event. A scene
(training/facts.json), of our own writing in several languages, has sentences with one fact each, in double brackets, questions
for each of them, and questions that sound like these and that none of the sentences answers. A passage is some of the sentences:
a question about one that was left out finds its rivals only.
"""

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .names import Name, names, two_languages
from .rows import Row
from .telling import Sentence, another_subject, named, of_same_sort, scenes_in, told

SCENES = Path(__file__).parent / "facts.json"
FACTS = "facts"
FACT_NEGATIVES = "negatives, facts"
HELD_OUT = frozenset({"hotels", "warranty-booklet", "market-rules", "music-festival"})
"""The scenes that training does not see."""
NEVER_TOLD = 0.3
"""Of the questions without an answer, those that no sentence of the scene answers; of the others, the sentence was left out."""
IN_ORDER = 0.5
"""Of the passages, those that tell a story in its order."""
ANOTHER_STORY = 0.3
"""Of the passages, those that also tell something else of the same subject."""
OF_ANOTHER = 0.3
"""Of the rows without an answer, those whose passage tells the fact of another subject, where it names one at all."""
_BRACKETS = re.compile(r"\[\[(.+?)\]\]")


def fact_rows(count: int, seed: int, *, answered: bool, held_out: bool = False) -> list[Row]:
    """Rows with their answer, or without. Of the scenes HELD_OUT, or of all others."""
    chooser = random.Random(f"{seed} facts {answered}")
    scenes = scenes_in(SCENES, HELD_OUT, held_out=held_out)
    return [_rows(scenes, (answered,), chooser)[0] for _ in range(count)]


def fact_groups(count: int, seed: int) -> list[list[Row]]:
    """Groups of a question over a passage that answers, two near it that do not, and one that tells of something else."""
    chooser = random.Random(f"{seed} groups of facts")
    scenes = scenes_in(SCENES, HELD_OUT, held_out=False)
    return [_rows(scenes, (True, False, False), chooser, off_topic=1) for _ in range(count)]


def _rows(scenes: Sequence[Any], answered: Sequence[bool], chooser: random.Random, off_topic: int = 0) -> list[Row]:
    """Rows of one question, each over a passage of its own that answers, or does not.

    The last `off_topic` are of other scenes, which have answers of the same sorts: days, sums, people.
    """
    scene = chooser.choice(scenes)
    others = of_same_sort(scene, scenes)
    subject = chooser.choice(names(scene["subject"]))
    asked, read = two_languages(chooser)
    wanted = chooser.randrange(len(scene[asked]["questions"]))
    question = chooser.choice(scene[asked]["questions"][wanted])
    if not any(answered) and chooser.random() < NEVER_TOLD:
        wanted, question = -1, chooser.choice(scene[asked]["missing"])
    text_asked = named(question, subject, asked)
    rows = []
    for answers in answered:
        patterns, told_of = scene[read]["sentences"], subject
        tied = wanted >= 0 and "{A}" in question and "{A}" in patterns[wanted]
        elsewhere = tied and not answers and chooser.random() < OF_ANOTHER
        if elsewhere:
            told_of = another_subject(scene, subject, chooser)
        sentences = _drawn(patterns, wanted, chooser, answers=answers or elsewhere)
        if others and chooser.random() < ANOTHER_STORY:
            another = chooser.sample(chooser.choice(others)[read]["sentences"], 2)
            sentences += [(pattern, False) for pattern in another]
        filled = [_filled(pattern, told_of, read, answers=is_wanted and answers) for pattern, is_wanted in sentences]
        text, places = told(filled, "", chooser)
        rows.append(Row(FACTS, asked, read, text_asked, text, places))
        read = two_languages(chooser)[1]
    for another in chooser.sample([one for one in scenes if one is not scene], off_topic):
        told_of = chooser.choice(names(another["subject"]))
        drawn = _drawn(another[read]["sentences"], -1, chooser, answers=False)
        text, _ = told([_filled(pattern, told_of, read, answers=False) for pattern, _ in drawn], "", chooser)
        rows.append(Row(FACTS, asked, read, text_asked, text, ()))
    return rows


def _drawn(patterns: Sequence[str], wanted: int, chooser: random.Random, *, answers: bool) -> list[tuple[str, bool]]:
    """Some of the sentences, and whether it is the wanted one: that is among them if it `answers`, else not."""
    others = [position for position in range(len(patterns)) if position != wanted]
    drawn = chooser.sample(others, chooser.randint(3, 8) + (not answers)) + ([wanted] if answers else [])
    if chooser.random() < IN_ORDER:
        drawn.sort()
    else:
        chooser.shuffle(drawn)
    return [(patterns[position], position == wanted) for position in drawn]


def _filled(pattern: str, subject: Name, language: str, *, answers: bool) -> Sentence:
    text = named(pattern, subject, language)
    found = _BRACKETS.search(text)
    if found is None:
        raise ValueError(f"{pattern} of training/facts.json has no answer in double brackets.")
    plain = _BRACKETS.sub(r"\1", text)
    return Sentence(plain, (found.start(), found.start() + len(found[1])) if answers else None)
