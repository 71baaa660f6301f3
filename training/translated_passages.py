"""Passages of the public rows with their questions in Arabic, as translated for Quoth: there are few Arabic rows to learn from.

`translated_passages.jsonl` holds a passage a line: its `source`, the first 16 hexadecimal digits of the SHA-256 of its text there
(`of`), the `passage` in Arabic, and of each of its `questions` the English one, the Arabic one, and the answer's start and end in
characters.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from .rows import ParallelQuestion, Row

FILE = Path(__file__).parent / "translated_passages.jsonl"


def translated_passages(sources: Mapping[str, Sequence[Row]], file: Path = FILE) -> list[ParallelQuestion]:
    """The questions whose passages stand in the file, each in English and in Arabic; those of held-out passages are none."""
    asked: dict[tuple[str, str, str], Row] = {}
    for name in sorted(sources):
        for row in sources[name]:
            asked.setdefault((name, digest(row.context), row.question.strip()), row)
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        entry = json.loads(line)
        source, passage = entry["source"], entry["passage"]
        for english, arabic, start, end in entry["questions"]:
            if original := asked.get((source, entry["of"], english)):
                translated = Row(source, "ar", "ar", arabic, passage, ((start, end),))
                found.append(ParallelQuestion(-1, number, {"en": original, "ar": translated}))
    return found


def digest(context: str) -> str:
    """What names a passage in the file."""
    return hashlib.sha256(context.encode()).hexdigest()[:16]
