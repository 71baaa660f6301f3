"""The short report for a pull request, as Markdown. Texts of sets and documents stand in code spans, where nothing is markup."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .changes import BETTER, MIXED, WORSE
from .report import Report

SUMMARY = "summary.md"
MOST = 20
"""Questions named under one heading."""
_LONGEST = 120


def write_summary(report: Report, folder: Path) -> None:
    """Writes summary.md."""
    (folder / SUMMARY).write_text(summary(report), encoding="utf-8", newline="\n")


def summary(report: Report) -> str:
    """The whole Markdown text."""
    failed = [gate for gate in report["gates"] if not gate["passed"]]
    state = "below a threshold" if failed else "thresholds kept" if report["gates"] else "no thresholds"
    lines = [f"### Quoth on {code(report['set'])}: {report['passed']} of {report['questions']} questions pass, {state}", ""]
    lines += [f"- {'passes' if gate['passed'] else '**fails**'}: {code(gate['told'])}" for gate in report["gates"]]
    lines += ["", *_table(report), *_changed(report), *_lost(report), *_failing(report)]
    return "\n".join(lines).rstrip() + "\n"


def code(text: str) -> str:
    """A text of someone else's as a code span of one line, for a table's cell too."""
    line = " ".join(text.replace("`", "'").split())
    line = line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
    return "`" + line.replace("|", "\\|") + "`" if line else ""


def number(value: float | None) -> str:
    """A figure, or a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def _table(report: Report) -> list[str]:
    changes = report.get("changes", {}).get("figures")
    head = ["measure", "value", "95% interval", "questions", *(["before", "change"] if changes else [])]
    rows = []
    for name, figure in report["figures"].items():
        if not figure["count"]:
            continue
        cells = [f"`{name}`" + (" ↓" if report["measures"][name]["lower_is_better"] else ""), number(figure["value"])]
        cells += [f"{number(figure['low'])} to {number(figure['high'])}", str(figure["count"])]
        if changes:
            before = changes[name]["before"]
            cells += [number(before), "–" if before is None else f"{figure['value'] - before:+.3f}"]
        rows.append(cells)
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    left_out = [
        f"Left out, as the server does not tell {fact}: {', '.join(names)}." for fact, names in report["left_out"].items()
    ]
    return [*lines, "", "↓: the lower the better.", *left_out, ""]


def _changed(report: Report) -> list[str]:
    changes = report.get("changes")
    if changes is None:
        return []
    counts = f"{changes[BETTER]} better, {changes[WORSE]} worse, {changes[MIXED]} better and worse"
    lines = [f"**Against the baseline:** {counts}; {len(changes['new'])} new, {len(changes['gone'])} gone.", ""]
    for kind, title in ((WORSE, "Worse"), (MIXED, "Better and worse"), (BETTER, "Better")):
        lines += _listed(title, [_change(one) for one in changes["questions"] if one["kind"] == kind])
    return lines


def _change(change: dict[str, Any]) -> str:
    told = ", ".join(f"{name} {number(mark['before'])} → {number(mark['now'])}" for name, mark in change["marks"].items())
    faults = "; ".join(change["faults"])
    return f"{code(change['id'])} {code(change['question'])}: {told}" + (f" ({code(faults)})" if faults else "")


def _lost(report: Report) -> list[str]:
    counts: dict[str, int] = {}
    for outcome in report["outcomes"]:
        for verdict in outcome["verdicts"]:
            counts[verdict["step"]] = counts.get(verdict["step"], 0) + 1
    if not counts:
        return []
    return [f"**What was expected:** {', '.join(f'{count} {step}' for step, count in sorted(counts.items()))}.", ""]


def _failing(report: Report) -> list[str]:
    failing = [one for one in report["outcomes"] if not one["passed"]]
    told = [f"{code(one['id'])} {code(one['question'])}: {code('; '.join(one['faults']))}" for one in failing]
    return _listed("Questions that fail", told)


def _listed(title: str, entries: Sequence[str]) -> list[str]:
    if not entries:
        return []
    more = [f"- … and {len(entries) - MOST} more in report.json"] if len(entries) > MOST else []
    summed = f"<details><summary>{title}: {len(entries)}</summary>"
    return [summed, "", *(f"- {entry}" for entry in entries[:MOST]), *more, "", "</details>", ""]
