"""How well does the reader read? `python -m benchmarks.reading FOLDER`.

Questions over single passages of the held-out part of the folder of rows (training/development.py), in each language and across
languages, half of them over passages that do not answer: exact match and F1 of the best span, how well passages that answer are
told from those that do not (area under the ROC curve), and how far the probabilities are off (expected calibration error, on the
half of the questions that calibration was not fitted on). `--unquantised CHECKPOINT` reads with a training run's weights as they
are, under the calibration of the weights file: the difference is what quantising costs. `--groups` reads some lines of the table
alone, `--half` the half of the questions that calibration was fitted on, by which weights may be chosen, or the other.
"""

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import load_encoder, prepare_process

prepare_process()  # before torch is imported

from assistant.evaluation.measures.calibration_error import calibration_error  # noqa: E402
from assistant.reader import Reader, load_reader  # noqa: E402
from assistant.reader_weights import WEIGHTS, ReaderWeights, read_weights  # noqa: E402
from training.development import (  # noqa: E402
    Case,
    Outcome,
    area_under_curve,
    development_cases,
    for_fitting,
    read_cases,
)
from training.merging import checkpoint_differences  # noqa: E402
from training.open_questions import RIGHT  # noqa: E402

AT_ONCE = 16
"""Cases between two steps of the progress bar."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some outcomes. `passages` and `spans` are calibration errors of "the passage answers" and "the best span is right".

    What cannot be said, for want of cases, is not a number.
    """

    answerable: int
    unanswerable: int
    exact: float
    f1: float
    auc: float
    passages: float
    spans: float

    def row(self) -> list[str]:
        """As cells of a table."""
        rates = (self.exact, self.f1, self.auc, self.passages, self.spans)
        return [str(self.answerable), str(self.unanswerable), *("–" if math.isnan(rate) else f"{rate:.3f}" for rate in rates)]

    def to_json(self) -> dict[str, float | None]:
        """With null for what is not a number."""
        return {name: None if math.isnan(value) else value for name, value in asdict(self).items()}


def main() -> None:
    """Reads all cases and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    parser.add_argument("--most", type=int, default=150, help="answerable cases a group (default 150), and as many that are not")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the reader's weights file (default: the shipped one)")
    parser.add_argument("--unquantised", type=Path, metavar="CHECKPOINT", help="a run's checkpoint.safetensors, to read with")
    parser.add_argument("--groups", nargs="+", metavar="GROUP", help="lines of the table, such as 'xquad-parallel en>ar'")
    parser.add_argument("--half", choices=("fitting", "unseen"), help="of the questions, by whether calibration was fitted on it")
    parser.add_argument("--bits", action="store_true", help="also print the size of the weights file, in bits a changed number")
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    console, encoder, weights = Console(width=110), load_encoder(), read_weights(arguments.weights)
    if arguments.bits:
        console.print(size(arguments.weights, weights))
    if arguments.unquantised:
        differences, heads = checkpoint_differences(arguments.unquantised)
        weights = replace(weights, differences=differences, heads=heads)
    reader = load_reader(encoder, weights)
    cases = development_cases(arguments.rows, encoder, arguments.most)
    if unknown := unknown_groups(cases, arguments.groups or ()):
        names = sorted({case.group for case in cases})
        parser.error(f"--groups: none is called {', '.join(unknown)}. There are: {', '.join(names)}.")
    cases = chosen(cases, arguments.groups, arguments.half)
    if not cases:
        parser.error("--half: none of these questions is in it. Give more --groups, or a larger --most.")
    outcomes = read_all(cases, reader)
    groups = {name: measure(group) for name, group in by_group(outcomes).items()}
    overall = {
        "same language": measure([outcome for outcome in outcomes if not outcome.reading.features.foreign]),
        "other language": measure([outcome for outcome in outcomes if outcome.reading.features.foreign]),
        "all": measure(outcomes),
    }
    print_table(groups, overall, console)
    if arguments.json:
        figures = {
            "read with": str(arguments.unquantised or arguments.weights),
            "most": arguments.most,
            "groups": {name: figure.to_json() for name, figure in groups.items()},
            "overall": {name: figure.to_json() for name, figure in overall.items()},
        }
        arguments.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def unknown_groups(cases: Sequence[Case], groups: Sequence[str]) -> list[str]:
    """Those of the groups that no case is of, in their order."""
    known = {case.group for case in cases}
    return [group for group in groups if group not in known]


def chosen(cases: Sequence[Case], groups: Sequence[str] | None, half: str | None) -> list[Case]:
    """The cases of these groups and this half; None is all."""
    return [
        case
        for case in cases
        if (not groups or case.group in groups) and (half is None or for_fitting(case) == (half == "fitting"))
    ]


def size(path: Path, weights: ReaderWeights) -> str:
    """How large a weights file is, and how many bits that is for each number that training changed."""
    numbers = sum(difference.numel() for difference in weights.differences.values())
    length = path.stat().st_size
    return f"{path}: {length / 1e6:.2f} MB for {numbers:,} changed numbers, {8 * length / max(numbers, 1):.2f} bits each"


def read_all(cases: Sequence[Case], reader: Reader) -> list[Outcome]:
    """Reads every case under a progress bar."""
    parts = [cases[first : first + AT_ONCE] for first in range(0, len(cases), AT_ONCE)]
    return [outcome for part in track(parts, f"Reading {len(cases)} cases") for outcome in read_cases(part, reader)]


def by_group(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of each line of the table, sorted by its name."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.case.group].append(outcome)
    return dict(sorted(groups.items()))


def measure(outcomes: Sequence[Outcome]) -> Figures:
    """Exact match and F1 of the answerable ones, AUC of all, calibration errors of those not used for fitting."""
    answerable = np.array([bool(outcome.case.row.answers) for outcome in outcomes], np.bool_)
    answers = np.array([outcome.reading.answers for outcome in outcomes], np.float64)
    best = [outcome.reading.places[0].probability if outcome.reading.places else 0.0 for outcome in outcomes]
    right = np.array([outcome.f1 > RIGHT for outcome in outcomes], np.bool_)
    unseen = np.array([not for_fitting(outcome.case) for outcome in outcomes], np.bool_)
    nothing = float("nan")
    return Figures(
        answerable=int(answerable.sum()),
        unanswerable=int((~answerable).sum()),
        exact=float(np.mean([outcome.exact for outcome in outcomes if outcome.case.row.answers]))
        if answerable.any()
        else nothing,
        f1=float(np.mean([outcome.f1 for outcome in outcomes if outcome.case.row.answers])) if answerable.any() else nothing,
        auc=area_under_curve(answers, answerable),
        passages=calibration_error(answers[unseen], answerable[unseen]) if unseen.any() else nothing,
        spans=calibration_error(np.array(best, np.float64)[unseen], right[unseen]) if unseen.any() else nothing,
    )


def print_table(groups: dict[str, Figures], overall: dict[str, Figures], console: Console) -> None:
    """A line a group, and three over all cases."""
    table = Table("group", "answerable", "not", "EM", "F1", "AUC", "error: passage", "error: span")
    for name, figures in groups.items():
        table.add_row(name, *figures.row())
    table.add_section()
    for name, figures in overall.items():
        table.add_row(name, *figures.row())
    console.print(table)


if __name__ == "__main__":
    main()
