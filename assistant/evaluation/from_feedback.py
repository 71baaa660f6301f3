"""Users' thumbs as questions of an evaluation set.

A thumb up says that the answer shown is what is expected: its items become `answers`, the documents cited `documents`; where
Quoth said that the documents don't tell, the question is `unanswerable`. A thumb down says that something is wrong but not what
would be right: its question comes with empty `answers` and the tag `flagged`, and the set is refused, with the line, until
someone fills them in or says that it is unanswerable. Where several people asked the same, one thumb down flags it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EvaluationSetError, EvaluationUsageError
from ..feedback import Feedback
from ..files import write_whole
from .examples import json_lines

TAG, FLAGGED = "feedback", "flagged"
_HEAD = """\
# Made from users' thumbs. Of questions tagged "flagged" somebody did not like the answer: see "comment", then fill in "answers",
# or put "unanswerable": true in their place where the documents don't tell. Until then the set cannot be run.
"""


@dataclass(frozen=True, slots=True)
class Added:
    """How many questions were written, how many of these are flagged, and how many stood in the set already."""

    questions: int
    flagged: int
    there: int


def add_feedback(feedback: Sequence[Feedback], path: Path) -> Added:
    """Adds what was asked to a set in JSON Lines, which may be there already; what it has is left as it is.

    Raises EvaluationSetError where the set is broken, EvaluationUsageError where it cannot be written or is no .jsonl file.
    """
    if path.suffix.lower() != ".jsonl":
        raise EvaluationUsageError(f"{path}: name the file .jsonl; feedback is written as JSON Lines.")
    old = _read(path)
    there = _asked(old, path)
    rows = rows_of(feedback)
    new = [row for row in rows if _key(row) not in there]
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in new]
    text = (old if not old or old.endswith("\n") else old + "\n") + "".join(lines)
    try:
        write_whole(path, text if old else _HEAD + text)
    except OSError as error:
        raise EvaluationUsageError(f"{path} cannot be written ({error.strerror}). Name another file.") from error
    return Added(len(new), sum(FLAGGED in row["tags"] for row in new), len(rows) - len(new))


def rows_of(feedback: Sequence[Feedback]) -> list[dict[str, Any]]:
    """A row for each question that was judged in the same conversation, in the order of the first time."""
    groups: dict[tuple[object, ...], list[Feedback]] = {}
    for one in feedback:
        key = _key({"question": one.question, "history": [turn.question for turn in one.history]})
        groups.setdefault(key, []).append(one)
    return [_row(group) for group in groups.values()]


def _row(group: Sequence[Feedback]) -> dict[str, Any]:
    latest = group[-1]
    row: dict[str, Any] = {"question": latest.question}
    if latest.history:
        row["history"] = [turn.question for turn in latest.history]
    bad = [one for one in group if not one.good]
    if bad or (latest.answered and not latest.answers):
        comment = " / ".join(_complaint(one) for one in bad)
        return {**row, "answers": [], "tags": [TAG, FLAGGED], "comment": comment}
    if latest.answered:
        row["answers"] = list(latest.answers)
        if latest.documents:
            row["documents"] = list(dict.fromkeys(latest.documents))
        if latest.disagreement:
            row["disagreement"] = True
    else:
        row["unanswerable"] = True
    said = "; ".join(one.comment for one in group if one.comment)
    return {**row, "tags": [TAG], **({"comment": said} if said else {})}


def _complaint(bad: Feedback) -> str:
    said = f'"{" ".join(bad.comment.split())}"' if bad.comment.strip() else "without a word"
    cited = f" from {', '.join(bad.documents)}" if bad.documents else ""
    answer = f"the answer was {'; '.join(bad.answers)}{cited}" if bad.answered else "it was refused"
    return f"thumb down {said} on {bad.given_at[:10]}; {answer}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationUsageError(f"{path} cannot be read ({error}). Name another file, or mend this one.") from error


def _asked(text: str, path: Path) -> set[tuple[object, ...]]:
    """The questions of a set whose fields may have mistakes, as those have that nobody has filled in yet."""
    found = list(json_lines(text))
    broken = [f"\n  line {line}: {mistake}" for line, _, mistakes in found for mistake in mistakes]
    if broken:
        raise EvaluationSetError(f"In the evaluation set {path}, to which nothing was added:{''.join(broken)}")
    return {_key(entry) for _, entry, _ in found}


def _key(entry: dict[str, Any]) -> tuple[object, ...]:
    history = entry.get("history")
    earlier = history if isinstance(history, list) else []
    return tuple(" ".join(str(question).split()) for question in (*earlier, entry.get("question", "")))
