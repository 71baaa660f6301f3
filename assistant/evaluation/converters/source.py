"""What the formats share: files read as JSON with all that is wrong told at once, and names for documents."""

import gzip
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import EvaluationSetError

Row = dict[str, Any]
"""A question of an evaluation set, by the fields of examples.py."""
_LONGEST_NAME = 80
_MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Converted:
    """A benchmark: `documents` are (name, text), read as they are asked for; `left_out` counts what was not taken, by reason."""

    documents: Iterable[tuple[str, str]]
    rows: list[Row]
    left_out: Mapping[str, int] = field(default_factory=dict)


class Mistakes:
    """What is wrong with the files of a benchmark."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, path: Path, place: str, told: str) -> None:
        """`place` is a line or a path into the JSON."""
        self._found.append(f"{path}, {place}: {told}")

    def tell(self) -> None:
        """Raises EvaluationSetError with all there are; nothing where there are none."""
        if self._found:
            more = len(self._found) - _MOST_TOLD
            told = self._found[:_MOST_TOLD] + ([f"and {more} more"] if more > 0 else [])
            raise EvaluationSetError("Nothing was written, as there are mistakes:" + "".join(f"\n  {one}" for one in told))


class Names:
    """A file name for each document, made of its title or id; no two differ in nothing but case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, wanted: str, folder: str = "") -> str:
        """A name that was not given before, ending in .txt."""
        stem = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", wanted)).strip("-.")[:_LONGEST_NAME] or "document"
        start = f"{folder}/{stem}" if folder else stem
        name, number = start, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{start}-{number}"
        self._taken.add(name.casefold())
        return f"{name}.txt"


def read_json(path: Path, mistakes: Mistakes) -> Any:
    """A whole file; None, with a mistake, where it is no JSON. Raises EvaluationSetError where it cannot be read."""
    text = "".join(_lines(path))
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "the whole"
        mistakes.add(path, line, f"this is no JSON ({error}). Fetch the file anew.")
        return None


def read_json_lines(path: Path, mistakes: Mistakes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object with its line, such as "line 3"; lines that hold none are mistakes."""
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            mistakes.add(path, f"line {number}", f"this is no JSON ({error}). Fetch the file anew.")
            continue
        if isinstance(entry, dict):
            yield f"line {number}", entry
        else:
            mistakes.add(path, f"line {number}", "this is no object. Each line must be one, in braces.")


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Each line with its place, without its end."""
    return ((f"line {number}", line.rstrip("\r\n")) for number, line in enumerate(_lines(path), 1))


def text_of(entry: Any, name: str) -> str | None:
    """A field that must be a text that says something; None where it is none."""
    value = entry.get(name) if isinstance(entry, dict) else None
    return value if isinstance(value, str) and value.strip() else None


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else path.open(encoding="utf-8-sig") as file:
            yield from file
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        told = getattr(error, "strerror", None) or error
        raise EvaluationSetError(f"{path} cannot be read ({told}). Name a file in UTF-8, or its .gz.") from error
