"""The `quoth evaluate` command: asks a set of questions, prints the figures, writes the reports, and holds them to limits."""

import argparse
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from .errors import EndpointError, EvaluationUsageError
from .evaluation.examples import Example, read_examples
from .evaluation.from_feedback import add_feedback
from .evaluation.gate import parse_gates
from .evaluation.html import write_html
from .evaluation.judge import judge
from .evaluation.junit import write_junit
from .evaluation.outcome import Outcome
from .evaluation.printing import print_report
from .evaluation.report import Run, make_report, read_baseline, write_report
from .evaluation.run import answering_settings, evaluate, is_finished, mark_finished, origin, origin_elsewhere
from .evaluation.summary import write_summary
from .feedback import FeedbackStore, feedback_path
from .pipeline import Assistant
from .settings import Settings

PASSED, BELOW, INTERRUPTED = 0, 1, 130
HOPELESS = 10
"""Questions in a row to which a server gives no answer, after which no more is asked."""


def write_starter(path: Path, console: Console) -> int:
    """Writes a commented set to start from. Raises EvaluationUsageError where it would overwrite a file."""
    if path.suffix.lower() != ".jsonl":
        raise EvaluationUsageError(f"{path}: name the file .jsonl; a set with comments is JSON Lines.")
    starter = resources.files("assistant.evaluation").joinpath("starter.jsonl").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(starter)
    except FileExistsError as error:
        raise EvaluationUsageError(f"{path} exists. Name another file behind --init.") from error
    except OSError as error:
        raise EvaluationUsageError(f"{path} cannot be written ({error.strerror}). Name another file behind --init.") from error
    console.print(Text(f"Written: {path}. Put your own questions into it, then: quoth evaluate {path} --documents FOLDER"))
    return PASSED


def write_feedback(path: Path, index: Path, console: Console) -> int:
    """Puts the feedback on answers from an index into a set. Raises EvaluationUsageError where there is none, StoreError."""
    feedback = FeedbackStore(feedback_path(index)).all()
    if not feedback:
        raise EvaluationUsageError(
            f"There is no feedback on answers from {index} yet. Thumbs are given in the chat; name another index with --index."
        )
    added = add_feedback(feedback, path)
    console.print(Text(f"{path}: questions added: {added.questions}; there already: {added.there}."))
    if added.flagged:
        console.print(
            Text(f"Flagged: {added.flagged}. Fill in what should be answered to these; until then the set cannot be run.")
        )
    return PASSED


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is evaluated: `judged` asks it a question, `documents` are the names of what it holds, None where it does not tell.

    `origin` names what its answers depend on, `settings` tells of it in reports. `elsewhere`: it may change without our knowing.
    `break_off` ends what is under way.
    """

    judged: Callable[[Example], Outcome]
    documents: Collection[str] | None
    origin: str
    settings: Mapping[str, Any]
    elsewhere: bool = False
    break_off: Callable[[], None] = lambda: None


def evaluate_set(
    options: argparse.Namespace, prepare: Callable[[], tuple[Settings, Assistant]], output: Console, errors: Console
) -> int:
    """Runs the set and returns the exit status. Whatever is wrong with set or options is told before anything is asked.

    `prepare` gives the settings and the assistant to ask, where no server is.
    """
    if options.set is None:
        raise EvaluationUsageError("Name an evaluation set, or write one to start from with `quoth evaluate --init`.")
    gates = parse_gates(options.fail_under) if options.fail_under is not None else ()
    examples = read_examples(options.set)
    baseline = read_baseline(options.baseline) if options.baseline else None
    folder = options.out or Path(f"{options.set.stem}-report")
    with _server(options, examples, errors) if options.endpoint else nullcontext(_assistant(prepare)) as asked:
        if asked.documents is not None:
            _warn_of_unknown(examples, asked.documents, errors)
        outcomes = _ask_all(examples, asked, folder, options, errors)
    if len(outcomes) < len(examples):
        errors.print(Text(f"Stopped after {len(outcomes)} of {len(examples)} questions. {_how_to_go_on(options)}"))
        return INTERRUPTED
    documents = None if asked.documents is None else len(asked.documents)
    report = make_report(Run(options.set.name, asked.settings, documents), outcomes, gates, baseline)
    write_report(report, folder)
    write_summary(report, folder)
    write_html(report, folder)
    if options.junit:
        write_junit(report, options.junit)
    print_report(report, folder, output)
    failed = any(outcome.error for outcome in outcomes) or not all(gate["passed"] for gate in report["gates"])
    return BELOW if failed else PASSED


def _assistant(prepare: Callable[[], tuple[Settings, Assistant]]) -> _Asked:
    settings, assistant = prepare()
    languages = {document.name: document.language for document in assistant.documents()}
    judged = partial(judge, assistant=assistant, languages=languages)
    return _Asked(judged, languages, origin(settings, assistant.store.state()), answering_settings(settings))


@contextmanager
def _server(options: argparse.Namespace, examples: Sequence[Example], errors: Console) -> Iterator[_Asked]:
    """Raises EvaluationUsageError, or EndpointError where the server is not there."""
    from .evaluation.endpoint import Endpoint
    from .evaluation.judge_reply import judge_reply
    from .evaluation.reply import ASK_UNKNOWN, CHAT_UNKNOWN
    from .evaluation.target import CHAT, is_exposed, read_key, target_of

    if options.documents is not None:
        raise EvaluationUsageError("With --endpoint the server's own documents are asked. Leave out --documents.")
    url, kind, timeout = options.endpoint, options.endpoint_kind, options.timeout
    target = target_of(url, kind, options.endpoint_model or "", options.refusal, timeout)
    if target.kind == CHAT and target.refusal is None and any(example.unanswerable for example in examples):
        raise EvaluationUsageError(
            "The set has unanswerable questions, and a chat does not tell when it refuses. "
            'Give words by which its refusals are known, such as --refusal "don\'t (know|tell)|no information".'
        )
    key = read_key(options.endpoint_key)
    if key and is_exposed(target):
        errors.print(Text(f"The key can be read on its way to {target.url}. Use https:// where the server has it.", "yellow"))
    with Endpoint(target, key) as server:
        languages = server.prepare()
        unknown = CHAT_UNKNOWN if target.kind == CHAT else ASK_UNKNOWN
        judged = partial(judge_reply, server=server, languages=languages, unknown=unknown)
        came_from = origin_elsewhere(target.to_json())
        yield _Asked(judged, languages, came_from, target.to_json(), elsewhere=True, break_off=server.close)


def _ask_all(
    examples: Sequence[Example], asked: _Asked, folder: Path, options: argparse.Namespace, errors: Console
) -> list[Outcome]:
    """The outcomes, in the set's order; fewer than the questions where Ctrl-C stopped it.

    Raises EndpointError where a server fails so often in a row that it will not do better.
    """
    fresh = options.fresh or (asked.elsewhere and is_finished(folder))
    outcomes: list[Outcome] = []
    failed = 0  # in a row
    run = evaluate(examples, asked.judged, folder, asked.origin, fresh=fresh, jobs=options.jobs, break_off=asked.break_off)
    with suppress(KeyboardInterrupt), closing(run), _progress(errors) as progress:
        for outcome in progress.track(run, len(examples)):
            outcomes.append(outcome)
            failed = failed + 1 if outcome.error else 0
            if failed == HOPELESS:
                raise EndpointError(
                    f"{failed} questions in a row got no answer; the last one: {outcome.error} "
                    f"What was answered is kept. {_how_to_go_on(options)}"
                )
    if asked.elsewhere and len(outcomes) == len(examples) and not any(outcome.error for outcome in outcomes):
        mark_finished(folder)
    return outcomes


def _how_to_go_on(options: argparse.Namespace) -> str:
    return f"The same command{' without --fresh' if options.fresh else ''} goes on from there."


def _warn_of_unknown(examples: Sequence[Example], names: Collection[str], console: Console) -> None:
    """Names the documents that the set expects and the index lacks: mistyped, or gone."""
    wanted: dict[str, list[str]] = {}
    for example in examples:
        for name in example.documents:
            if name not in names:
                wanted.setdefault(name, []).append(example.id)
    for name, ids in wanted.items():
        console.print(Text(f"Not in the index: {name}, expected by {', '.join(ids[:5])}{' …' if len(ids) > 5 else ''}", "yellow"))


def _progress(console: Console) -> Progress:
    columns = (TextColumn("[bold]Asking"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"))
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
