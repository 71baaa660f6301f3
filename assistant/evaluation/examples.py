"""An evaluation set: a file of questions with the answers expected, as JSON Lines (one object a line) or CSV (one row each).

A line of JSON Lines that is empty or begins with `#` is skipped. In CSV a cell holds several things parted by `;` (history: one
on each line of the cell), the forms of one answer parted by `|`, or a JSON list. Fields:

    question      required
    answers       the things to name, each a text or a list of its accepted forms
    unanswerable  true where the documents don't tell; one of `answers`, this and `documents` is required
    documents     names of the documents that should be cited, as `quoth ask --json` gives them
    disagreement  true where the documents contradict each other and the answer should say so
    history       the earlier questions of the conversation, the oldest first
    id            names the question in reports; made from its words where it is not given
    language      of the question, an ISO 639 code; detected where it is not given
    tags          for figures over parts of the set
    comment       for people; not read
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EvaluationSetError
from .answer_match import holds_any
from .fields import FIELDS, check_cells, check_fields


@dataclass(frozen=True, slots=True)
class Example:
    """A question of the set. Each of `expected` is a thing that the answer should name: its accepted forms.

    Where nothing is expected of a question that is not unanswerable, only the finding and citing of `documents` is judged.
    `line` is where it stands in the file, counting from 1. `language` is "" where the set does not give it.
    """

    line: int
    question: str
    expected: tuple[tuple[str, ...], ...]
    unanswerable: bool
    id: str = ""
    language: str = ""
    documents: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    disagreement: bool = False

    @property
    def knows_answers(self) -> bool:
        """Whether the set tells what is right to say, be it that the documents don't tell."""
        return self.unanswerable or bool(self.expected)

    def is_right(self, texts: Sequence[str]) -> bool:
        """Whether one of the texts holds one of the things expected."""
        return any(holds_any(texts, forms) for forms in self.expected)


def read_examples(path: Path) -> list[Example]:
    """The questions of a set, in its order. Raises EvaluationSetError that names every mistake with its line and remedy."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationSetError(f"The evaluation set {path} cannot be read ({error}). Give a text file in UTF-8.") from error
    examples: list[Example] = []
    mistakes: list[tuple[int, str]] = []
    for line, entry, found in _csv_rows(text) if path.suffix.lower() == ".csv" else json_lines(text):
        wrong = found or check_fields(entry)
        if wrong:
            mistakes += [(line, mistake) for mistake in wrong]
        else:
            examples.append(_example(line, entry))
    mistakes += _repeated(examples)
    if mistakes:
        told = "".join(f"\n  line {line}: {mistake}" for line, mistake in sorted(mistakes, key=lambda one: one[0]))
        raise EvaluationSetError(f"In the evaluation set {path}:{told}")
    if not examples:
        raise EvaluationSetError(
            f"The evaluation set {path} holds no question. `quoth evaluate --init` writes one to start from."
        )
    return examples


def json_lines(text: str) -> Iterator[tuple[int, dict[str, Any], list[str]]]:
    """Each object with its line, or what is wrong with the line."""
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: U+2028 and its kin may stand in a JSON text
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            entry = json.loads(line, object_pairs_hook=_without_repeats)
        except json.JSONDecodeError as error:
            yield number, {}, [f"this is no JSON ({error.msg}, column {error.colno}). {_ONE_OBJECT}"]
        except ValueError as error:
            yield number, {}, [str(error)]
        else:
            yield (number, entry, []) if isinstance(entry, dict) else (number, {}, [_ONE_OBJECT])


_ONE_OBJECT = 'Write one JSON object on the line, such as {"question": "...", "answers": ["..."]}.'


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise ValueError(f"`{'`, `'.join(repeated)}` is given twice. Keep one.")
    return dict(pairs)


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, Any], list[str]]]:
    """Each row below the header as an object with the line it begins on, or what is wrong with it."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)  # spreadsheets write the one of their country
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                if "question" not in header:
                    yield line, {}, [f"there is no column `question`. Begin the file with a line such as: {','.join(FIELDS)}"]
                    return
                if len(set(header)) < len(header):
                    yield line, {}, ["a column is named twice. Keep one of each name."]
                    return
            elif len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                yield line, {}, ["there are more cells than columns. Put text that holds the delimiter in quotation marks."]
            else:
                entry, found = check_cells(dict(zip(header, cells, strict=False)))
                yield line, entry, found
    except csv.Error as error:
        yield begins, {}, [f"this is no CSV ({error}). Close every quotation mark, and double those inside a text."]


def _example(line: int, entry: dict[str, Any]) -> Example:
    question, history = entry["question"], tuple(entry.get("history") or ())
    return Example(
        line=line,
        question=question,
        expected=tuple((one,) if isinstance(one, str) else tuple(one) for one in entry.get("answers") or ()),
        unanswerable=bool(entry.get("unanswerable")),
        id=entry.get("id") or _made_id(question, history),
        language=entry.get("language") or "",
        documents=tuple(entry.get("documents") or ()),
        history=history,
        tags=tuple(entry.get("tags") or ()),
        disagreement=bool(entry.get("disagreement")),
    )


def _made_id(question: str, history: Sequence[str]) -> str:
    """A name that stays when lines move."""
    return "q-" + hashlib.sha256(json.dumps([*history, question]).encode()).hexdigest()[:10]


def _repeated(examples: Sequence[Example]) -> Iterator[tuple[int, str]]:
    lines: dict[str, int] = {}
    for example in examples:
        first = lines.setdefault(example.id, example.line)
        if first != example.line:
            made = example.id == _made_id(example.question, example.history)
            what = "the question" if made else f"the id `{example.id}`"
            yield example.line, f"{what} stands in line {first} already. Give each its own `id`, or delete one."
