"""Sentences -> a passage, in one of the ways in which documents put them one after the other."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_BETWEEN = (*[" "] * 7, "\n- ", "\n- ", "\n\n")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and which half-open range of it answers, if any does."""

    text: str
    answer: tuple[int, int] | None = None


def told(sentences: Sequence[Sentence], heading: str, chooser: random.Random) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text under a heading, if it is not "", and where the answers stand in it."""
    between = chooser.choice(_BETWEEN)
    text = f"{heading}\n\n" if heading else ""
    places: list[tuple[int, int]] = []
    for number, sentence in enumerate(sentences):
        text += between if number else between.lstrip()
        if sentence.answer:
            start, end = sentence.answer
            places.append((len(text) + start, len(text) + end))
        text += sentence.text
    return text, tuple(places)
