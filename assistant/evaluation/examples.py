"""An evaluation set: a file of questions with the answers expected, one JSON object a line.

`question` is required; so is `answers` (a list of things to name, each a text or a list of its accepted forms) or
`"unanswerable": true`. `id`, `language`, `documents`, `history` and `tags` are optional.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EvaluationSetError
from .answer_match import holds_any


@dataclass(frozen=True, slots=True)
class Example:
    """A question of the set. Each of `expected` is a thing that the answer should name: its accepted forms."""

    line: int
    question: str
    expected: tuple[tuple[str, ...], ...]
    unanswerable: bool

    def is_right(self, texts: Sequence[str]) -> bool:
        """Whether one of the texts holds one of the things expected."""
        return any(holds_any(texts, forms) for forms in self.expected)


def read_examples(path: Path) -> list[Example]:
    """The questions of a set. Raises EvaluationSetError that names every mistake with its line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationSetError(f"The evaluation set {path} cannot be read ({error}). Give a text file in UTF-8.") from error
    examples: list[Example] = []
    mistakes: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            examples.append(_example(number, json.loads(line)))
        except ValueError as error:
            mistakes.append(f"line {number}: {error}")
    if mistakes:
        raise EvaluationSetError(f"In the evaluation set {path}:\n  " + "\n  ".join(mistakes))
    if not examples:
        raise EvaluationSetError(f"The evaluation set {path} holds no question. Write one JSON object a line.")
    return examples


def _example(line: int, entry: Any) -> Example:
    if not isinstance(entry, dict):
        raise ValueError('write a JSON object, such as {"question": "...", "answers": ["..."]}.')
    question, answers = entry.get("question"), entry.get("answers", [])
    if not isinstance(question, str) or not question.strip():
        raise ValueError("`question` must be a text.")
    unanswerable = entry.get("unanswerable", False)
    if not isinstance(unanswerable, bool):
        raise ValueError("`unanswerable` must be true or false.")
    if not isinstance(answers, list) or not all(_is_item(one) for one in answers):
        raise ValueError("`answers` must be a list, each of it a text or a list of texts (accepted forms of one answer).")
    if bool(answers) == unanswerable:
        raise ValueError('give `answers`, or `"unanswerable": true` and none.')
    return Example(line, question, tuple((one,) if isinstance(one, str) else tuple(one) for one in answers), unanswerable)


def _is_item(value: Any) -> bool:
    forms = [value] if isinstance(value, str) else value
    return isinstance(forms, list) and bool(forms) and all(isinstance(form, str) and form.strip() for form in forms)
