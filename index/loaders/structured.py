"""JSON and JSON Lines as lines of `path: value`, one record a paragraph."""

import json
from collections.abc import Iterator
from typing import Any

from index.errors import DocumentError
from index.loaders.text import Extract, decode, iso_date

_MAX_DEPTH = 100
_CORRECT = "Correct the file there, or leave it out of the folder."


def read_json(name: str, data: bytes) -> Extract:
    """Flatten a JSON document. Raises DocumentError with line and column where it is invalid, and where it nests too deep."""
    text = decode(name, data)
    if not text.strip():
        return Extract("")
    try:
        value = _parse(name, text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and "\n" in text[: error.pos]:
            return read_jsonl(name, data)  # JSON Lines under the wrong ending.
        raise _invalid(name, error, error.lineno) from error
    title, date = "", ""
    if isinstance(value, dict):
        title = next((value[key] for key in ("title", "name", "headline") if isinstance(value.get(key), str)), "")
        date = next((found for key in ("date", "published", "datePublished") if (found := iso_date(value.get(key)))), "")
    return Extract("\n\n".join(_records(name, value)), title=title, date=date, headline=False)


def read_jsonl(name: str, data: bytes) -> Extract:
    """Flatten JSON Lines, a paragraph for each line. Raises DocumentError as `read_json`."""
    paragraphs: list[str] = []
    for number, line in enumerate(decode(name, data).split("\n"), 1):
        if line.strip():
            try:
                paragraphs += _records(name, _parse(name, line))
            except json.JSONDecodeError as error:
                raise _invalid(name, error, number) from error
    return Extract("\n\n".join(paragraphs), headline=False)


def _parse(name: str, text: str) -> Any:
    try:
        # Numbers stay as they are written: 1.50 is no 1.5 to a reader, and huge ones would be refused.
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError as error:
        raise _too_deep(name) from error


def _invalid(name: str, error: json.JSONDecodeError, line: int) -> DocumentError:
    return DocumentError(name, f"The JSON is invalid at line {line}, column {error.colno}: {error.msg}.", _CORRECT)


def _too_deep(name: str) -> DocumentError:
    return DocumentError(
        name, f"The JSON is nested more than {_MAX_DEPTH} levels deep.", "Flatten it, or leave it out of the folder."
    )


def _records(name: str, value: Any) -> Iterator[str]:
    """Paragraphs: one for each object in a list, at any depth, and one for what stands outside such lists."""
    paragraph: list[str] = []
    for line in _lines(name, value, "", 0):
        if line:
            paragraph.append(line)
        elif paragraph:
            yield "\n".join(paragraph)
            paragraph = []
    if paragraph:
        yield "\n".join(paragraph)


def _lines(name: str, value: Any, path: str, depth: int) -> Iterator[str]:
    """Lines of `path: value`, and an empty one around every object in a list."""
    if depth > _MAX_DEPTH:
        raise _too_deep(name)
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _lines(name, member, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list) and any(isinstance(member, dict | list) for member in value):
        for number, member in enumerate(value, 1):
            yield ""
            yield from _lines(name, member, f"{path}[{number}]" if path else "", depth + 1)
            yield ""
    elif isinstance(value, list):
        shown = ", ".join(filter(None, map(_shown, value)))
        yield from [f"{path}: {shown}" if path else shown] if shown else []
    elif shown := _shown(value):
        yield f"{path}: {shown}" if path else shown


def _shown(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value).strip()
