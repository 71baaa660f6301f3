"""Answers and reports as text in the terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from index.sync import Report

from .datatypes import Answer, Citation, Phrasing, Statement
from .evaluation.threshold import Judged, cross_validated, fit_threshold, point_at, risk_coverage, written
from .messages import message
from .settings import Settings

FEW_QUESTIONS = 30
"""Below so many, a threshold fitted to them is told to be shaky."""
CURVE_POINTS = 12


def print_answer(answer: Answer, console: Console) -> None:
    """The answer with its sources below, or the refusal with the closest passages."""
    if answer.read_as:
        console.print(Text(f"{message('read_as', answer.language)} {answer.read_as}\n", style="dim"))
    console.print(Text(answer.text, style="bold" if answer.answered else ""))
    if answer.answered:
        console.print()
        for citation in answer.citations:
            console.print(_source(citation))
            console.print(Text(f"    {citation.quote}", style="italic"))
    elif answer.closest:
        console.print()
        console.print(Text(message("closest", answer.language)))
        _print_closest(answer.closest, console)
    console.print(Text(f"({answer.seconds:.2f} s)", style="dim"))


def print_phrasing(events: Iterable[Statement | Phrasing], language: str, console: Console) -> None:
    """An answer in a language model's words, sentence by sentence as they come; what its sources do not hold is struck out."""
    is_first = True
    for event in events:
        if isinstance(event, Phrasing):
            if event.note:
                console.print(Text(f"\n{event.note}", style="yellow"))
            continue
        if is_first:
            console.print(Text(f"\n{message('phrasing_title', language)}", style="dim"))
            is_first = False
        if event.sure:
            console.print(Text(event.marked))
        else:
            console.print(Text(event.marked, style="strike dim"), Text(f" ✗ {event.reason}", style="red"))


def _print_closest(citations: Sequence[Citation], console: Console) -> None:
    for citation in citations:
        console.print(Text(f"  {citation.quote}", style="italic"))
        console.print(_source(citation))


def _source(citation: Citation) -> Text:
    source = Text(f"[{citation.number}] ", style="cyan")
    source.append(citation.title, style="none")
    date = f", {citation.date}" if citation.date else ""
    source.append(f" ({citation.document}{date}, characters {citation.start} to {citation.end})", style="dim")
    return source


def print_calibration(judged: Sequence[Judged], wrong: float, threshold_in_force: float, console: Console) -> float | None:
    """The curve between answering and refusing, the threshold fitted, and what to expect of it on new questions.

    Returns the threshold, None where there is none that keeps to the wished share.
    """
    fitted = fit_threshold(judged, wrong)
    table = Table("threshold", "answered", "of these wrong", "answerable refused")
    curve = risk_coverage(judged)
    shown = curve[:: max(1, len(curve) // CURVE_POINTS)]
    marks = {threshold_in_force: " (in force)", fitted: " (fitted)"}
    points = sorted([*shown, *(point_at(judged, threshold) for threshold in marks)], key=lambda point: point.threshold)
    for point in points:
        mark = marks.get(point.threshold, "")
        table.add_row(f"{point.threshold:.3f}{mark}", f"{point.answered:.2f}", f"{point.wrong:.2f}", f"{point.refused:.2f}")
    console.print(table)
    if fitted == 1:
        console.print(f"No threshold keeps the share of wrong answers to {wrong:g}. Allow more, or add questions.")
        return None
    expected = cross_validated(judged, wrong)
    console.print(
        f"On new questions (cross-validated): {expected.answered:.2f} answered, {expected.wrong:.2f} of these wrong, "
        f"{expected.refused:.2f} of the answerable refused."
    )
    if len(judged) < FEW_QUESTIONS:
        console.print(f"{len(judged)} questions are few to go by: some {FEW_QUESTIONS} or more make a threshold that holds.")
    threshold = written(judged, fitted)
    console.print(f"For quoth.toml:\n\nthreshold = {threshold}")
    return float(threshold)


def print_report(report: Report, settings: Settings, console: Console) -> None:
    """What indexing did, one line a fact, and every file that could not be read."""
    for failure in report.failures:
        console.print(Text(f"Not read: {failure}", style="yellow"))
    counts = [
        (len(report.added), "added"),
        (len(report.changed), "changed"),
        (len(report.removed), "removed"),
        (len(report.unchanged), "unchanged"),
        (len(report.kept), "kept as they were before"),
        (len(report.failures), "not read"),
    ]
    said = ", ".join(f"{count} {what}" for count, what in counts if count) or "no documents"
    console.print(Text(f"{settings.documents}: {said}; {report.chunks} chunks in {report.seconds:.1f} s."))
