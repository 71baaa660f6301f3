"""Checks the fields of one question of an evaluation set, and tells all that is wrong with them."""

import difflib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

FIELDS = (
    "id",
    "question",
    "answers",
    "documents",
    "unanswerable",
    "disagreement",
    "history",
    "language",
    "tags",
    "comment",
)
_LISTS = ("answers", "documents", "history", "tags")
_SWITCHES = ("unanswerable", "disagreement")
_UNANSWERABLE = '`"unanswerable": true` where the documents don\'t tell'
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")


def check_fields(entry: Mapping[str, Any]) -> list[str]:
    """Every mistake in the fields of a question, each with its remedy; null counts as not given."""
    mistakes = [_unknown(name) for name in entry if name not in FIELDS]
    given = {name: value for name, value in entry.items() if value is not None}
    for name, (is_good, remedy) in _CHECKS.items():
        if name in given and not is_good(given[name]):
            mistakes.append(f"`{name}` {remedy}")
    if "question" not in given:
        mistakes.append("`question` is missing. Give one.")
    elif _is_text(given["question"]):
        mistakes += _unaskable("question", given["question"])
    if not mistakes:
        for earlier in given.get("history", ()):
            mistakes += _unaskable("history", earlier)
        mistakes += _contradictions(given)
    return mistakes


def check_cells(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The cells of a row of CSV as fields, and what is wrong with them; empty cells are not given."""
    entry: dict[str, Any] = {}
    mistakes = []
    for name, cell in cells.items():
        text = cell.strip()
        if name and not text:
            continue
        try:
            entry[name] = _from_cell(name, text)
        except ValueError as error:
            mistakes.append(f"`{name}` {error}")
    return entry, mistakes


def _from_cell(name: str, text: str) -> Any:
    if name in _SWITCHES:
        if text.lower() not in (*_TRUE, *_FALSE):
            raise ValueError("must be true or false.")
        return text.lower() in _TRUE
    if name not in _LISTS:
        return text
    if text.startswith("["):
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"begins like a JSON list but is none ({error.msg}). Mend it, or part texts with `;`.") from error
    parts = text.splitlines() if name == "history" else re.split(r"[;\n]", text)
    things = [part.strip() for part in parts if part.strip()]
    if name == "answers":
        return [[form.strip() for form in thing.split("|") if form.strip()] for thing in things]
    return things


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, FIELDS, 1)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(FIELDS)}."
    return f"there is no field `{name}`. {hint}"


def _contradictions(given: Mapping[str, Any]) -> list[str]:
    mistakes = []
    unanswerable = given.get("unanswerable", False)
    if unanswerable and given.get("answers"):
        mistakes.append("it has `answers` and is `unanswerable`. Keep one of the two.")
    if not unanswerable and given.get("answers") == []:
        mistakes.append(f"`answers` is empty. Name what the answer should say, or give {_UNANSWERABLE}.")
    elif not unanswerable and not given.get("answers") and not given.get("documents"):
        mistakes.append(f"it has no answer. Give `answers`, or {_UNANSWERABLE}, or only the `documents` to find.")
    if unanswerable and given.get("disagreement"):
        mistakes.append("what is `unanswerable` can have no `disagreement`. Keep one of the two.")
    return mistakes


def _unaskable(name: str, question: str) -> list[str]:
    from ..pipeline import LONGEST_QUESTION

    if len(" ".join(question.split())) > LONGEST_QUESTION:
        return [f"`{name}` holds a question of more than {LONGEST_QUESTION} characters. Ask for one thing at a time."]
    return []


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not any("\ud800" <= character <= "\udfff" for character in value)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(one) for one in value)


def _are_answers(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(one) or (_are_texts(one) and bool(one)) for one in value)


def _is_language(value: object) -> bool:
    return isinstance(value, str) and bool(_LANGUAGE.fullmatch(value))


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


_CHECKS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "id": (_is_text, "must be a text."),
    "question": (_is_text, "must be a text, and not empty."),
    "answers": (_are_answers, "must be a list; write each answer as a text, or as a list of its accepted forms."),
    "documents": (_are_texts, "must be a list of names of documents."),
    "unanswerable": (_is_switch, "must be true or false."),
    "disagreement": (_is_switch, "must be true or false."),
    "history": (_are_texts, "must be a list of the earlier questions."),
    "language": (_is_language, 'must be an ISO 639 code such as "en".'),
    "tags": (_are_texts, "must be a list of texts."),
}
