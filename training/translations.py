"""Questions of the public rows in other languages, as translated for Quoth: reading across languages, learned from many sources.

The parallel rows put 786 questions about thirty articles to their passages; the other sources ask in the passage's language.
`translations.jsonl` holds some of their questions in two other languages each, a few in one: `source` and `question` as the rows
have them, then each translation by its language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from .rows import Row, json_lines

FILE = Path(__file__).parent / "translations.jsonl"
TRANSLATED = "translated"
TRANSLATED_GROUPS = "groups, translated"


@cache
def translations() -> dict[tuple[str, str], dict[str, str]]:
    """By source and question, the question in other languages."""
    return {(entry.pop("source"), entry.pop("question")): entry for entry in json_lines(FILE)}


def translations_of(row: Row) -> dict[str, str]:
    """The row's question in each other language that there is of it."""
    return translations().get((row.source, row.question.strip()), {})


def translated(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows, which ask one question, once in each other language that there is of it."""
    for language, question in translations_of(rows[0]).items():
        yield [replace(row, question=question, question_language=language) for row in rows]
