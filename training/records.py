"""Questions over records: tables as Quoth renders them, price lists, timetables, and lists of single sentences.

The public rows are nearly all prose. In a table, each line is about as close to the question as the next, and what counts is
the line that names what was asked about, and in it the right column. The tables (training/records.json) are of our own writing in
several languages; the lists of sentences are made from the public rows: the sentence that holds the answer among others that
are like it.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from index.chunk import sentence_spans

from .names import LANGUAGES, Name, in_each_language, names, two_languages
from .rows import Row, holds_an_answer

TABLES = Path(__file__).parent / "records.json"
RECORDS = "records"
RECORD_NEGATIVES = "negatives, records"
HELD_OUT = "ferry"
"""The tables that training does not see."""
SEVERAL = 0.5
"""Of the questions about a column in which values come again, those that ask which records have one of them."""
LONGEST_SENTENCE = 300
"""Characters of a sentence that becomes a line of a list."""
WITHOUT_COLUMN = 0.4
"""Of the tables that do not answer, those without the column; the others are without the record."""
TITLED = 0.4
"""Of the tables, those under a title."""
_SHAPES = (
    *[("{label}: ", "; ", "; ", "\n")] * 3,
    ("", "\n", "\n", "\n\n"),
    ("- ", " – ", ", ", "\n"),
    ("", ": ", ", ", ". "),
)
"""What a record begins with, what follows its name, what parts its values and what ends it, in the ways documents show tables."""
_BULLETS = ("- ", "* ", "• ", "", "{n}. ")


def record_rows(count: int, seed: int, *, answered: bool, held_out: bool = False) -> list[Row]:
    """Rows over tables with all their answers; or without any, where the record or the column asked about is not there.

    The tables about HELD_OUT, or about all else.
    """
    chooser = random.Random(f"{seed} records {answered}")
    tables = [table for table in _tables()["tables"] if (table["key"] == HELD_OUT) == held_out]
    return [_table_row(chooser.choice(tables), chooser, answered=answered) for _ in range(count)]


@dataclass(frozen=True, slots=True)
class _Table:
    """`values[row][column]` has a text in each language, and so have the entities; column -1 are the entities themselves."""

    label: Sequence[str]
    title: Sequence[str]
    entities: Sequence[Sequence[str]]
    columns: Sequence[Any]
    values: Sequence[Sequence[Sequence[str]]]

    def without(self, cells: set[tuple[int, int]], chooser: random.Random) -> "_Table":
        """The table without the records that the cells stand in, or without their column."""
        rows, column = {row for row, _ in cells}, max(column for _, column in cells)
        kept = [row for row in range(len(self.entities)) if row not in rows]
        if len(self.columns) > 1 and (not kept or chooser.random() < WITHOUT_COLUMN):
            columns = [*self.columns[:column], *self.columns[column + 1 :]]
            return replace(self, columns=columns, values=[[*row[:column], *row[column + 1 :]] for row in self.values])
        return replace(self, entities=[self.entities[row] for row in kept], values=[self.values[row] for row in kept])

    def render(
        self, language: int, wanted: set[tuple[int, int]], chooser: random.Random
    ) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The text, in one of the ways in which documents show a table, and where the wanted cells stand in it."""
        begins, parts, joins, ends = chooser.choice(_SHAPES)
        text = f"{self.title[language]}\n\n" if chooser.random() < TITLED else ""
        places: list[tuple[int, int]] = []
        for row, entity in enumerate(self.entities):
            text += begins.replace("{label}", self.label[language])
            cells = [(-1, entity[language])]
            cells += [(column, value[language]) for column, value in enumerate(self.values[row])]
            for column, cell in cells:
                if column >= 0:
                    text += (joins if column else parts) + f"{self.columns[column]['label'][language]}: "
                if (row, column) in wanted:
                    places.append((len(text), len(text) + len(cell)))
                text += cell
            text += ends
        return text.rstrip(), tuple(places)


def _table_row(pattern: Any, chooser: random.Random, *, answered: bool) -> Row:
    asked, read = (LANGUAGES.index(language) for language in two_languages(chooser))
    known = _entities(pattern["key"])
    entities = chooser.sample(known, chooser.randint(3, min(8, len(known) - 1)))
    columns = chooser.sample(pattern["columns"], chooser.randint(2, len(pattern["columns"])))
    values = [[_value(column["value"], chooser) for column in columns] for _ in entities]
    table = _Table(pattern["label"], pattern["title"], entities, columns, values)
    column, target = chooser.randrange(len(columns)), chooser.randrange(len(entities))
    if "which" in columns[column] and chooser.random() < SEVERAL:
        value = values[target][column]
        question = chooser.choice(columns[column]["which"][asked]).replace("{V}", value[asked])
        rows = {row for row in range(len(entities)) if values[row][column][read] == value[read]}
        wanted = {(row, -1) for row in rows}
    else:
        question = chooser.choice(columns[column]["questions"][asked]).replace("{A}", entities[target][asked])
        rows, wanted = {target}, {(target, column)}
    if not answered:
        table, wanted = table.without({(row, column) for row in rows}, chooser), set()
    text, answers = table.render(read, wanted, chooser)
    return Row(RECORDS, LANGUAGES[asked], LANGUAGES[read], question, text, answers)


def sentence_list(
    row: Row, answer: tuple[int, int], others: Sequence[Row], chooser: random.Random, *, answered: bool
) -> Row | None:
    """The row's question over a list of single sentences: the one that holds the `answer`, if `answered`, among others.

    `others` are rows over passages like it, in the same language. None where the answer stands in no one sentence.
    """
    found = None
    sentences: list[str] = []
    start, end = answer
    with_all = replace(row, answers=(answer, *row.answers))
    for first, last in sentence_spans(row.context, row.passage_language):
        if first <= start and end <= last:
            found = first, last
        elif not holds_an_answer(row.context[first:last], with_all):
            sentences.append(row.context[first:last])
    if found is None or found[1] - found[0] > LONGEST_SENTENCE or "\n" in row.context[found[0] : found[1]]:
        return None
    for other in others:
        spans = sentence_spans(other.context, other.passage_language)
        texts = (other.context[first:last] for first, last in chooser.sample(spans, min(3, len(spans))))
        sentences += [text for text in texts if not holds_an_answer(text, with_all)]
    lines = [" ".join(sentence.split()) for sentence in sentences if 20 < len(sentence) < LONGEST_SENTENCE]
    lines = list(dict.fromkeys(lines))
    lines = chooser.sample(lines, min(len(lines), chooser.randint(2, 6)))
    if not lines:
        return None
    place = chooser.randint(0, len(lines))
    if answered:
        lines.insert(place, row.context[found[0] : found[1]])
    text, begins = _bulleted(lines, chooser.choice(_BULLETS))
    shift = begins[place] - found[0] if answered else 0
    answers = ((start + shift, end + shift),) if answered else ()
    return Row(RECORDS, row.question_language, row.passage_language, row.question, text, answers)


def _bulleted(lines: Sequence[str], bullet: str) -> tuple[str, list[int]]:
    """The lines as a list, and where each of them begins behind its bullet."""
    text, begins = "", []
    for number, line in enumerate(lines, 1):
        text += bullet.replace("{n}", str(number))
        begins.append(len(text))
        text += line + "\n"
    return text.rstrip(), begins


def _value(kind: str, chooser: random.Random) -> list[str]:
    """A value of a kind, in each of the languages."""
    tables = _tables()
    if kind == "person":
        return list(chooser.choice(names("person")))
    if kind in ("day", "colour"):
        return list(chooser.choice(tables[kind + "s"]))
    if kind == "hour":
        hour, minute = str(chooser.randint(5, 22)), f"{5 * chooser.randrange(12):02d}"
        return [pattern.replace("{h}", hour).replace("{m}", minute) for pattern in tables["hour"]]
    if kind in ("money", "minutes"):
        number = str(chooser.choice((5, 10)) * chooser.randint(1, 60))
        return [pattern.replace("{n}", number) for pattern in tables[kind]]
    lowest, highest = {"number": (2, 400), "floor": (1, 4), "phone": (1000, 9999), "year": (1985, 2024)}[kind]
    return [str(chooser.randint(lowest, highest))] * len(LANGUAGES)


@cache
def _entities(key: str) -> list[Name]:
    """What the records of a table are about."""
    return names(key) if key == "person" else [in_each_language(*forms) for forms in _tables()["names"][key]]


@cache
def _tables() -> Any:
    return json.loads(TABLES.read_text(encoding="utf-8"))
