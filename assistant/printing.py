"""Answers and reports as text in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from index.sync import Report

from .datatypes import Answer, Citation
from .messages import message
from .settings import Settings


def print_answer(answer: Answer, console: Console) -> None:
    """The answer with its sources below, or the refusal with the closest passages."""
    console.print(Text(answer.text, style="bold" if answer.answered else ""))
    if answer.answered:
        console.print()
        for citation in answer.citations:
            console.print(_source(citation))
    elif answer.closest:
        console.print()
        console.print(Text(message("closest", answer.question)))
        _print_closest(answer.closest, console)
    console.print(Text(f"({answer.seconds:.2f} s)", style="dim"))


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
