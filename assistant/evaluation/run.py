"""Asks all questions of a set, in its order, and keeps each outcome as it comes: a run that is stopped goes on where it stopped.

A line of outcomes.jsonl is an outcome with the fingerprint of what it came from: the question as the set has it, the settings
that change answers, the state of the index, and the program. An outcome whose fingerprint is another is not used.
"""

import hashlib
import json
import os
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path

from index.schema import StoreState

from ..errors import EvaluationUsageError
from ..settings import Settings
from .examples import Example
from .judge import Answering, judge
from .outcome import Outcome

OUTCOMES = "outcomes.jsonl"
_PACKAGES = Path(__file__).parents[2]
_JUDGING = [f"assistant/evaluation/{name}.py" for name in ("answer_match", "judge", "lost", "outcome")]
_PROGRAM = ("assistant/*.py", "assistant/weights/*.sha256", "index/**/*.py", *_JUDGING)
"""The files that an outcome depends on; figures are taken from the outcomes anew each time."""


def origin(settings: Settings, state: StoreState) -> str:
    """Names all but the question that an answer depends on."""
    answering = {name: getattr(settings, name) for name in ("model", "candidates", "threshold", "maximum_items")}
    return _digest([answering, state.identity, state.revision, state.token, _program()])


def evaluate(
    examples: Sequence[Example], assistant: Answering, folder: Path, origin: str, *, fresh: bool = False
) -> Generator[Outcome, None, None]:
    """The outcomes in the set's order, each written into the folder's outcomes.jsonl before it is given.

    Those that the folder has from the same origin are not asked again, unless `fresh`. Raises EvaluationUsageError where the
    folder cannot be written, QuestionError, StoreError.
    """
    fingerprints = {example.id: _fingerprint(example, origin) for example in examples}
    kept = {} if fresh else _kept(folder / OUTCOMES, examples, fingerprints)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _rewrite(folder / OUTCOMES, [_line(outcome, fingerprints) for outcome in kept.values()])
        file = (folder / OUTCOMES).open("a", encoding="utf-8", newline="\n")
    except OSError as error:
        raise EvaluationUsageError(f"{folder} cannot be written ({error.strerror}). Choose another with --out.") from error
    languages = {document.name: document.language for document in assistant.documents()}
    with file:
        for example in examples:
            outcome = kept.get(example.id)
            if outcome is None:
                outcome = judge(example, assistant, languages)
                file.write(_line(outcome, fingerprints))
                file.flush()
            yield outcome


def _kept(path: Path, examples: Sequence[Example], fingerprints: Mapping[str, str]) -> dict[str, Outcome]:
    """The outcomes in the file that can be used, by id; a line that a killed run left half-written is passed over."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    by_id = {example.id: example for example in examples}
    found: dict[str, Outcome] = {}
    for line in lines:
        try:
            entry = json.loads(line)
            if fingerprints.get(entry["id"]) == entry["fingerprint"]:
                found[entry["id"]] = Outcome.from_json(by_id[entry["id"]], entry)
        except (ValueError, KeyError, TypeError):
            continue
    return {example.id: found[example.id] for example in examples if example.id in found}


def _line(outcome: Outcome, fingerprints: Mapping[str, str]) -> str:
    entry = {"fingerprint": fingerprints[outcome.example.id], **outcome.to_json()}
    return json.dumps(entry, ensure_ascii=False) + "\n"


def _rewrite(path: Path, lines: Sequence[str]) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text("".join(lines), encoding="utf-8", newline="\n")
    unfinished.replace(path)


def _fingerprint(example: Example, origin: str) -> str:
    """Where the question stands in the file does not count."""
    return _digest([origin, {name: value for name, value in asdict(example).items() if name != "line"}])


@cache
def _program() -> str:
    """Names the program's own files and the reader's weights."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _PROGRAM for path in _PACKAGES.glob(pattern)):
        digest.update(f"{path.relative_to(_PACKAGES)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=True, sort_keys=True).encode()).hexdigest()[:24]
