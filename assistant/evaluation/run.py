"""Asks all questions of a set, in its order, and keeps each outcome as it comes: a run that is stopped goes on where it stopped.

A line of outcomes.jsonl is an outcome with the fingerprint of what it came from: the question as the set has it, the settings
that change answers, the state of the index, and the program. An outcome whose fingerprint is another is not used.
"""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from index.schema import StoreState

from ..errors import EvaluationUsageError
from ..files import write_whole
from ..phrasing.llm import load_prompts
from ..settings import Settings
from .examples import Example
from .outcome import Outcome

OUTCOMES = "outcomes.jsonl"
_FINISHED = json.dumps({"finished": True})
_PACKAGES = Path(__file__).parents[2]
_JUDGING = [f"assistant/evaluation/{name}.py" for name in ("answer_match", "judge", "judge_reply", "lost", "outcome", "reply")]
_PROGRAM = ("assistant/*.py", "assistant/phrasing/*.py", "assistant/weights/*.sha256", "index/**/*.py", *_JUDGING)
"""The files that an outcome depends on; figures are taken from the outcomes anew each time."""
_ELSEWHERE = "documents index threads host port origins address proxies uploads largest_upload llm_strike prompts"
_LIMITS = "questions_a_minute questions_waiting questions_of_one_client"
_SECRETS = "password_file token_file admin_token_file widget_secret_file llm_key_variable"
_WITHOUT_EFFECT = frozenset(f"{_ELSEWHERE} {_LIMITS} {_SECRETS}".split())
"""Settings that change no answer, or of which something else tells: the index's state, the prompt's text. All others count."""


def answering_settings(settings: Settings) -> dict[str, Any]:
    """The settings that change answers, by name.

    Those of a language model are among them where there is one, as it writes follow-ups in full; of its arguments, which may hold
    what is nobody's business, and of the prompt there are only digests.
    """
    found = {one.name: getattr(settings, one.name) for one in fields(settings) if one.name not in _WITHOUT_EFFECT}
    if not settings.llm and not settings.llm_url:
        return {name: value for name, value in found.items() if not name.startswith("llm")}
    arguments = {"llm_arguments": _digest(settings.llm_arguments) if settings.llm_arguments else ""}
    return {**found, **arguments, "prompt": _digest(load_prompts(settings)["followup"].text)}


def origin(settings: Settings, state: StoreState) -> str:
    """Names all but the question that an answer depends on."""
    return _digest([answering_settings(settings), state.identity, state.revision, state.token, _program()])


def origin_elsewhere(asked: Mapping[str, Any]) -> str:
    """The same of a server's answers, as far as it can be known: `asked` names the server."""
    return _digest([asked, _program()])


def evaluate(  # noqa: PLR0913
    examples: Sequence[Example],
    judged: Callable[[Example], Outcome],
    folder: Path,
    origin: str,
    *,
    fresh: bool = False,
    jobs: int = 1,
    break_off: Callable[[], None] = lambda: None,
) -> Generator[Outcome, None, None]:
    """The outcomes in the set's order, each written into the folder's outcomes.jsonl as soon as it is there.

    `judged` asks a question; `jobs` of them at once. What the folder has from the same origin is not asked again, unless `fresh`;
    what ended with an error is. Closing the generator calls `break_off`, waits for the questions under way and keeps what becomes
    of them. Raises EvaluationUsageError where the folder cannot be written, and what `judged` raises.
    """
    fingerprints = {example.id: _fingerprint(example, origin) for example in examples}
    kept = {} if fresh else read_kept(folder, examples, origin)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / OUTCOMES, "".join(_line(outcome, fingerprints) for outcome in kept.values()))
        file = (folder / OUTCOMES).open("a", encoding="utf-8", newline="\n")
    except OSError as error:
        raise EvaluationUsageError(f"{folder} cannot be written ({error.strerror}). Choose another with --out.") from error
    writing = Lock()

    def ask(example: Example) -> Outcome:
        outcome = judged(example)
        if not outcome.error:
            with writing:
                file.write(_line(outcome, fingerprints))
                file.flush()
        return outcome

    with file:
        asked = [example for example in examples if example.id not in kept]
        coming = _in_order(ask, asked, jobs, break_off)
        try:
            for example in examples:
                yield kept[example.id] if example.id in kept else next(coming)
        finally:
            coming.close()


def mark_finished(folder: Path) -> None:
    """Notes that every question of the set was answered; gone with the next run in the folder."""
    with (folder / OUTCOMES).open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"{_FINISHED}\n")


def is_finished(folder: Path) -> bool:
    """Whether the last run in the folder was finished."""
    try:
        return (folder / OUTCOMES).read_text(encoding="utf-8").endswith(f"{_FINISHED}\n")
    except (OSError, UnicodeDecodeError):
        return False


def _in_order(
    ask: Callable[[Example], Outcome], examples: Sequence[Example], jobs: int, break_off: Callable[[], None]
) -> Generator[Outcome, None, None]:
    """The outcomes in the order of the examples, where `jobs` are asked at once."""
    if jobs == 1:
        yield from map(ask, examples)  # in the caller's thread, which Ctrl-C reaches
        return
    with ThreadPoolExecutor(jobs, thread_name_prefix="evaluate") as pool:
        waiting = deque(pool.submit(ask, example) for example in examples)
        try:
            while waiting:
                yield waiting.popleft().result()
        except BaseException:  # stopped before the end
            break_off()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def read_kept(folder: Path, examples: Sequence[Example], origin: str) -> dict[str, Outcome]:
    """The outcomes of an earlier run in the folder that can be used, by the questions' ids, in their order."""
    return _kept(folder / OUTCOMES, examples, {example.id: _fingerprint(example, origin) for example in examples})


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
    return hashlib.sha256(json.dumps(value, ensure_ascii=True, sort_keys=True, default=str).encode()).hexdigest()[:24]
