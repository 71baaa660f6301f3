"""Scenes of our own writing, and passages made of their sentences, as documents put them one after the other."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .names import Name, in_language, names

BETWEEN = (*[" "] * 7, "\n- ", "\n- ", "\n\n")
"""What parts the sentences of a passage, as often as it stands here."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and which half-open range of it answers, if any does."""

    text: str
    answer: tuple[int, int] | None = None


@cache
def scenes_in(path: Path, kept: frozenset[str], *, held_out: bool) -> list[Any]:
    """The scenes of a file: those whose keys are `kept` from training, or all others."""
    return [scene for scene in json.loads(path.read_text(encoding="utf-8")) if (scene["key"] in kept) == held_out]


def of_same_sort(scene: Any, scenes: Sequence[Any]) -> list[Any]:
    """The other scenes whose subject may be the same."""
    return [one for one in scenes if one is not scene and one["subject"] == scene["subject"]]


def another_subject(scene: Any, subject: Name, chooser: random.Random) -> Name:
    """A name of the scene's sort that is not the subject's."""
    return chooser.choice([name for name in names(scene["subject"]) if name != subject])


def named(pattern: str, subject: Name, language: str) -> str:
    """A pattern with its subject's name in the place of `{A}`."""
    return pattern.replace("{A}", in_language(subject, language))


def told(
    sentences: Sequence[Sentence], heading: str, chooser: random.Random, parted: Sequence[str] = BETWEEN
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text under a heading, if it is not "", one of `parted` between its sentences, and where the answers stand in it."""
    between = chooser.choice(parted)
    text = f"{heading}\n\n" if heading else ""
    places: list[tuple[int, int]] = []
    for number, sentence in enumerate(sentences):
        text += between if number else between.lstrip()
        if sentence.answer:
            start, end = sentence.answer
            places.append((len(text) + start, len(text) + end))
        text += sentence.text
    return text, tuple(places)
