"""A run as report.json, whose schema docs/evaluation.md describes, and an earlier one read back as a baseline."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import EvaluationUsageError
from .changes import compare, marks
from .figures import MEASURES, Figure, left_out, measure, parts
from .gate import Gate, check
from .measures.calibration_error import reliability
from .measures.risk_coverage import risk_coverage_curve
from .outcome import Fact, Outcome

SCHEMA = 2
REPORT = "report.json"
Report = dict[str, Any]
"""What stands in report.json."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was run: the set's file name, what was asked (settings by name), how many documents it holds, None where unknown."""

    name: str
    settings: Mapping[str, Any]
    documents: int | None


def make_report(run: Run, outcomes: Sequence[Outcome], gates: Sequence[Gate], baseline: Report | None) -> Report:
    """The report of a whole run; of the same outcomes, settings and baseline it is always the same."""
    figures = measure(outcomes)
    sure = [one for one in outcomes if one.example.knows_answers and Fact.SURENESS not in one.unknown]
    confidences = np.array([one.confidence for one in sure], np.float64)
    right = np.array([one.likeliest_is_right for one in sure], np.float64)
    report: Report = {
        "schema": SCHEMA,
        "set": run.name,
        "documents": run.documents,
        "settings": run.settings,
        "questions": len(outcomes),
        "passed": sum(not one.faults for one in outcomes),
        "measures": {one.name: {"title": one.title, "lower_is_better": one.lower_is_better} for one in MEASURES},
        "figures": _figures_json(figures),
        "left_out": left_out(outcomes),
        "parts": {
            kind: {name: {"questions": len(some), "figures": _figures_json(measure(some))} for name, some in groups.items()}
            for kind, groups in parts(outcomes).items()
        },
        "risk_coverage": [_rounded(point._asdict()) for point in risk_coverage_curve(confidences, right)],
        "calibration": [_rounded(one._asdict()) for one in reliability(confidences, right)],
        "gates": [
            {"name": one.gate.name, "limit": one.gate.limit, "value": one.value, "passed": one.passed, "told": one.told}
            for one in check(gates, figures)
        ],
        "outcomes": [_outcome_json(one) for one in outcomes],
    }
    if baseline is not None:
        report["changes"] = compare(baseline, report)
    plain: Report = json.loads(json.dumps(report, allow_nan=False))  # so that a report made is one read back
    return plain


def read_baseline(folder: Path) -> Report:
    """The report.json of a folder that an earlier run wrote. Raises EvaluationUsageError where there is none of this schema."""
    path = folder / REPORT if folder.is_dir() else folder
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationUsageError(
            f"The baseline {path} cannot be read ({error}). Give the folder of an earlier `quoth evaluate --out FOLDER`."
        ) from error
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        raise EvaluationUsageError(f"The baseline {path} is no report of this version. Run it anew with `quoth evaluate --out`.")
    return report


def write_report(report: Report, folder: Path) -> None:
    """Writes report.json."""
    (folder / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    example = outcome.example
    asked = {name: value for name, value in asdict(example).items() if name not in ("disagreement", "id", "language")}
    return {
        **outcome.to_json(),
        **asked,
        "expects_disagreement": example.disagreement,
        "passed": not outcome.faults,
        "faults": outcome.faults,
        "lost": outcome.lost,
        "marks": marks(outcome),
    }


def _figures_json(figures: dict[str, Figure]) -> dict[str, Any]:
    return {name: figure.to_json() for name, figure in figures.items()}


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}
