"""The `quoth evaluate` command: asks a set of questions, prints the figures, writes the reports, and holds them to limits."""

import argparse
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from .errors import EvaluationUsageError
from .evaluation.examples import Example, read_examples
from .evaluation.gate import parse_gates
from .evaluation.html import write_html
from .evaluation.junit import write_junit
from .evaluation.report import Report, Run, make_report, read_baseline, write_report
from .evaluation.run import evaluate, origin
from .evaluation.summary import number, write_summary
from .pipeline import Assistant
from .settings import Settings

PASSED, BELOW, INTERRUPTED = 0, 1, 130


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


def evaluate_set(
    options: argparse.Namespace, prepare: Callable[[], tuple[Settings, Assistant]], output: Console, errors: Console
) -> int:
    """Runs the set and returns the exit status. Whatever is wrong with set or options is told before `prepare` is called.

    `prepare` gives the settings and the assistant to ask.
    """
    if options.set is None:
        raise EvaluationUsageError("Name an evaluation set, or write one to start from with `quoth evaluate --init`.")
    gates = parse_gates(options.fail_under) if options.fail_under is not None else ()
    examples = read_examples(options.set)
    baseline = read_baseline(options.baseline) if options.baseline else None
    folder = options.out or Path(f"{options.set.stem}-report")
    settings, assistant = prepare()
    names = {document.name for document in assistant.documents()}
    _warn_of_unknown(examples, names, errors)
    run = evaluate(examples, assistant, folder, origin(settings, assistant.store.state()), fresh=options.fresh)
    outcomes = []
    try:
        with _progress(errors) as progress:
            for outcome in progress.track(run, len(examples)):
                outcomes.append(outcome)  # noqa: PERF402 - those before Ctrl-C are counted
    except KeyboardInterrupt:
        errors.print(Text(f"Stopped after {len(outcomes)} of {len(examples)} questions. The same command goes on from there."))
        return INTERRUPTED
    report = make_report(Run(options.set.name, settings, len(names)), outcomes, gates, baseline)
    write_report(report, folder)
    write_summary(report, folder)
    write_html(report, folder)
    if options.junit:
        write_junit(report, options.junit)
    _print(report, folder, output)
    return PASSED if all(gate["passed"] for gate in report["gates"]) else BELOW


def _warn_of_unknown(examples: Sequence[Example], names: set[str], console: Console) -> None:
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


def _print(report: Report, folder: Path, console: Console) -> None:
    """The figures, what changed since the baseline, the thresholds, and where the rest stands."""
    changes = report.get("changes")
    table = Table("measure", "value", "95% interval", "questions", *(["before"] if changes else []))
    for name, figure in report["figures"].items():
        if figure["count"]:
            before = [number(changes["figures"][name]["before"])] if changes else []
            interval = f"{number(figure['low'])} to {number(figure['high'])}"
            table.add_row(name, number(figure["value"]), interval, str(figure["count"]), *before)
    console.print(table)
    console.print(Text(f"{report['passed']} of {report['questions']} questions pass."))
    if changes:
        console.print(
            Text(f"Since the baseline: {changes['better']} better, {changes['worse']} worse, {changes['mixed']} mixed.")
        )
        for one in changes["questions"]:
            if one["kind"] != "better":
                console.print(Text(f"  {one['kind']}: {one['id']} {one['question']} ({'; '.join(one['faults']) or 'passes'})"))
    for gate in report["gates"]:
        console.print(Text(f"{'Kept' if gate['passed'] else 'Failed'}: {gate['told']}", style="" if gate["passed"] else "red"))
    console.print(Text(f"The report: {folder / 'report.html'}"))
