"""Passages of the public rows with their questions in Arabic and French, as translated for Quoth: there are few such rows.

`translated_passages.jsonl` holds a passage a line: its `source`, the first 16 hexadecimal digits of the SHA-256 of its text there
(`of`), its `passages` by language, and its `questions`: the English one as the rows have it, and in each other language the
question with the answer's start and end in characters, or alone where the passage does not answer it. They are from SQuADShifts,
new Wikipedia (Miller et al. 2020, CC BY 4.0), SQuAD 2 (Rajpurkar et al. 2018, CC BY-SA 4.0) and the English part of TyDi QA
(Clark et al. 2020, Apache-2.0).
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from .rows import ParallelQuestion, Row, json_lines

FILE = Path(__file__).parent / "translated_passages.jsonl"


def translated_passages(sources: Mapping[str, Sequence[Row]], file: Path = FILE) -> list[ParallelQuestion]:
    """The questions whose passages stand in the file, in each of their languages; those of held-out passages are none."""
    entries = json_lines(file)
    asked: dict[tuple[str, str, str], Row] = {}
    for name in {entry["source"] for entry in entries}:
        for row in sources.get(name, ()):
            asked.setdefault((name, digest(row.context), row.question.strip()), row)
    found = []
    for number, entry in enumerate(entries):
        source = entry["source"]
        for question in entry["questions"]:
            if original := asked.get((source, entry["of"], question["en"])):
                rows = {"en": original}
                for language, passage in entry["passages"].items():
                    if language in question:
                        text, *place = question[language]
                        answers = ((place[0], place[1]),) if place else ()
                        rows[language] = Row(source, language, language, text, passage, answers)
                found.append(ParallelQuestion(-1, number, rows))
    return found


def passages_by_name(sources: Mapping[str, Sequence[Row]], file: Path = FILE) -> dict[tuple[str, str], dict[str, str]]:
    """The passages of the file in each language, English too, by source and digest; held-out ones are none."""
    passages: dict[tuple[str, str], dict[str, str]] = {
        (entry["source"], entry["of"]): entry["passages"] for entry in json_lines(file)
    }
    found = {}
    for source in {source for source, _ in passages}:
        for context in {row.context for row in sources.get(source, ())}:
            name = source, digest(context)
            if name in passages:
                found[name] = {"en": context, **passages[name]}
    return found


def digest(context: str) -> str:
    """What names a passage in the file."""
    return hashlib.sha256(context.encode()).hexdigest()[:16]
