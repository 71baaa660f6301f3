"""Reads the folder of question-passage-answer rows and sets apart what no training may see.

Held out for development: articles 30 to 35 of xquad-parallel (counted from 0) and one passage in 25 of every other source, told
by a hash of its text, so that a passage that stands in two sources is held out of both. Never in the folder: XQuAD's last twelve
articles, ARCD's test part, Arabic TyDi QA, which are measured elsewhere. SQuAD 2's development part tells of the same articles
as XQuAD, so its rows from the first such article on are left out altogether.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

XQUAD_PARALLEL = "xquad-parallel"
FIRST_HELD_OUT_ARTICLE = 30
HELD_OUT_SHARE = 25
SQUAD2 = "squad2-half-dev"
LEAST_AGREEMENT = 0.2
"""Mean F1 of an answer's characters with those of the other annotators' answers; below it the row is left out."""
SQUAD2_ROWS = 2212
"""Rows before the first article that XQuAD's held-out or last articles also tell of."""


class DataError(Exception):
    """The folder of rows cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question over a passage. `answers` are half-open ranges of characters of `context`; none where it does not answer."""

    source: str
    question_language: str
    passage_language: str
    question: str
    context: str
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ParallelQuestion:
    """One question with its passage in several languages, of xquad-parallel in every one: `rows[language]`."""

    article: int
    paragraph: int
    rows: dict[str, Row]

    def across(self, question: str, passage: str) -> Row:
        """The question in one language over the passage in another."""
        asked, read = self.rows[question], self.rows[passage]
        return Row(read.source, question, passage, asked.question, read.context, read.answers)


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows but the parallel ones by source, and the parallel ones."""

    sources: dict[str, list[Row]]
    parallel: list[ParallelQuestion]


def read_rows(folder: Path, *, held_out: bool) -> Rows:
    """The part for training, or the part held out. Raises DataError where the folder holds no such files."""
    files = sorted(folder.glob("*.jsonl.gz"))
    if not files:
        raise DataError(f"{folder} holds no .jsonl.gz file. Give the folder of question-passage-answer rows.")
    sources: dict[str, list[Row]] = {}
    parallel: list[ParallelQuestion] = []
    for path in files:
        name = path.name.removesuffix(".jsonl.gz")
        entries = _entries(path)
        try:
            if name == XQUAD_PARALLEL:
                questions = map(_parallel, entries)
                parallel = [question for question in questions if (question.article >= FIRST_HELD_OUT_ARTICLE) == held_out]
                continue
            rows = [_row(name, entry) for entry in (entries[:SQUAD2_ROWS] if name == SQUAD2 else entries)]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"{path} holds a row that is not as training/rows.py describes ({error!r}). Copy it anew.") from error
        sources[name] = [row for row in rows if is_held_out(row.context) == held_out]
    return Rows(sources, parallel)


def agreed(context: str, answers: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Of several annotators' answers the one that agrees best with the others, the shorter where two agree as well.

    None where they have too little in common for any to be called the answer.
    """
    spans = [(start, start + len(context[start:end].rstrip())) for start, end in answers]
    if len(spans) == 1:
        return spans[0]
    agreement = [
        sum(_overlap(span, other) for j, other in enumerate(spans) if j != i) / (len(spans) - 1) for i, span in enumerate(spans)
    ]
    best = max(range(len(spans)), key=lambda i: (agreement[i], spans[i][0] - spans[i][1], -i))
    return spans[best] if agreement[best] >= LEAST_AGREEMENT else None


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> float:
    """F1 of the characters that two ranges share."""
    shared = min(first[1], second[1]) - max(first[0], second[0])
    return 2 * max(shared, 0) / (first[1] - first[0] + second[1] - second[0])


def holds_an_answer(text: str, row: Row) -> bool:
    """Whether one of the row's answers stands in a text, with whatever capitals."""
    folded = text.casefold()
    return any(row.context[start:end].casefold() in folded for start, end in row.answers)


def json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file that holds one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def is_held_out(context: str) -> bool:
    """Whether a passage belongs to the development part."""
    return int.from_bytes(hashlib.sha256(context.encode()).digest()[:4], "big") % HELD_OUT_SHARE == 0


def data_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 (hex) of each file of rows."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.jsonl.gz"))}


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}). Copy it anew.") from error


def _row(source: str, entry: dict[str, Any]) -> Row:
    question_language, _, passage_language = entry["lang"].partition(">")
    answers = tuple((answer["start"], answer["start"] + len(answer["text"])) for answer in entry["answers"])
    return Row(source, question_language, passage_language or question_language, entry["question"], entry["context"], answers)


def _parallel(entry: dict[str, Any]) -> ParallelQuestion:
    article, paragraph, _ = map(int, entry["id"].split("-"))
    rows = {language: _row(XQUAD_PARALLEL, {**part, "lang": language}) for language, part in entry["languages"].items()}
    return ParallelQuestion(article, paragraph, rows)
