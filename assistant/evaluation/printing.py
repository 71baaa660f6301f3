"""A report's figures, what changed and the thresholds, in the terminal."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .html import PAGE
from .report import Report
from .summary import number


def print_report(report: Report, folder: Path, console: Console) -> None:
    """The figures, what changed since the baseline, the thresholds, and where the rest stands."""
    changes = report.get("changes")
    table = Table("measure", "value", "95% interval", "questions", *(["before"] if changes else []))
    for name, figure in report["figures"].items():
        if figure["count"]:
            before = [number(changes["figures"][name]["before"])] if changes else []
            interval = f"{number(figure['low'])} to {number(figure['high'])}"
            table.add_row(name, number(figure["value"]), interval, str(figure["count"]), *before)
    console.print(table)
    for fact, names in report["left_out"].items():
        console.print(Text(f"Left out, as the server does not tell {fact}: {', '.join(names)}."))
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
    console.print(Text(f"The report: {folder / PAGE}"))
