"""`python -m training.export RUN... FOLDER`: the last checkpoints of runs -> the weights file that Quoth ships, calibrated.

Instead of a run, a weights file can be given; of several of either the mean is taken.

The calibration is fitted on one half of the held-out questions, with the weights as they are after quantising, and so is how
reader and encoder are weighed together; the heads that tell what a question wants are fitted on the part that training sees.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from assistant.calibration import PLAIN, Calibration, Weights, log_odds
from assistant.errors import ReaderError
from assistant.evaluation.span_match import f1
from assistant.evidence import NO_EVIDENCE
from assistant.question_kind import HEADS
from assistant.reader import Reader, load_reader
from assistant.reader_weights import WEIGHTS, ReaderWeights, read_weights, write_weights
from index.bundled import DIMENSIONS
from index.encode import load_encoder

from .development import Case, Outcome, development_cases, for_fitting, read_cases
from .evidence import fit_evidence, fitting_questions, logistic_regression
from .kinds import fit_kinds
from .merging import Trained, merged, read_trained
from .open_questions import RIGHT
from .rows import DataError, read_rows

CASES = 60
"""Answerable cases of a group of the held-out part, and as many that are not."""
NO_KINDS = torch.zeros(HEADS, DIMENSIONS + 1)
"""Before any fitting."""


def main() -> int:
    """Reads the arguments and writes the file."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument(
        "runs", type=Path, nargs="+", metavar="run", help="folder of a run, or a weights file; of several the mean is taken"
    )
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    parser.add_argument("--parts", type=float, nargs="+", help="of each run in the mean, in their order (default: equal ones)")
    parser.add_argument("--uncalibrated", action="store_true", help="write the mean alone: to compare means by how they read")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    parts = arguments.parts or [1 / len(arguments.runs)] * len(arguments.runs)
    if len(parts) != len(arguments.runs) or not math.isclose(sum(parts), 1, abs_tol=1e-6):
        parser.error(f"--parts: give {len(arguments.runs)} numbers, one for each run, that sum to 1.")
    try:
        mean = merged([read_trained(run) for run in arguments.runs], parts)
        _export(mean, arguments.rows, arguments.out, calibrated=not arguments.uncalibrated)
    except (DataError, ReaderError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _export(mean: Trained, rows: Path, out: Path, *, calibrated: bool) -> None:
    """Writes the weights, then, with what is fitted on them as they were written, writes them anew."""
    plain = {"calibration": PLAIN.to_json(), "evidence": NO_EVIDENCE.to_json(), "training": mean.records}
    write_weights(out, ReaderWeights(mean.differences, mean.heads, NO_KINDS, plain))
    if not calibrated:
        return
    encoder = load_encoder()
    reader = load_reader(encoder, read_weights(out))
    kinds = fit_kinds(reader, read_rows(rows, held_out=False))
    cases = [case for case in development_cases(rows, encoder, CASES) if for_fitting(case)]
    reader.calibration = fit_calibration(cases, reader)
    reader.kinds = np.asarray(kinds.numpy())
    questions = fitting_questions(rows, reader, encoder)
    evidence = fit_evidence(questions, reader, encoder)
    metadata = {**plain, "calibration": reader.calibration.to_json(), "evidence": evidence.to_json()}
    write_weights(out, ReaderWeights(mean.differences, mean.heads, kinds, metadata))
    size = out.stat().st_size / 1e6
    print(f"{out}: {size:.1f} MB, calibrated on {len(cases)} cases and {len(questions)} open questions")


def fit_calibration(cases: Sequence[Case], reader: Reader) -> Calibration:
    """The logistic functions of the passages and of the spans, by maximum likelihood with a light penalty."""
    outcomes = read_cases(cases, reader)
    same, other = (_fit_passages(outcomes, foreign=foreign) for foreign in (False, True))
    half = Calibration((same, other), PLAIN.spans)
    return Calibration(half.passages, (_fit_spans(outcomes, half, foreign=False), _fit_spans(outcomes, half, foreign=True)))


def _fit_passages(outcomes: Sequence[Outcome], *, foreign: bool) -> Weights:
    chosen = [outcome for outcome in outcomes if outcome.reading.features.foreign == foreign]
    features = [(outcome.reading.features.answerable, outcome.reading.features.margin) for outcome in chosen]
    answerable, margin, constant = logistic_regression(features, [bool(outcome.case.row.answers) for outcome in chosen])
    return answerable, margin, constant


def _fit_spans(outcomes: Sequence[Outcome], calibration: Calibration, *, foreign: bool) -> Weights:
    """How likely places are is told by all of them; how likely that is in the end, by the best one of each passage.

    Few others are answers, and fitted on all at once the best ones would come out less likely than they are.
    """
    features: list[tuple[float, float]] = []
    right: list[bool] = []
    best: list[int] = []
    for outcome in outcomes:
        if outcome.reading.features.foreign != foreign:
            continue
        row, answers = outcome.case.row, calibration.answers(outcome.reading.features)
        expected = [row.context[start:end] for start, end in row.answers]
        best += [len(features)] if outcome.reading.places else []
        for place in outcome.reading.places:
            features.append((log_odds(answers), place.log_share))
            text = row.context[place.start : place.end]
            right.append(bool(expected) and f1(text, expected, row.passage_language) > RIGHT)
    passage, share, constant = logistic_regression(features, right)
    odds = [(passage * features[place][0] + share * features[place][1] + constant,) for place in best]
    slope, raised = logistic_regression(odds, [right[place] for place in best])
    return round(slope * passage, 4), round(slope * share, 4), round(slope * constant + raised, 4)


if __name__ == "__main__":
    sys.exit(main())
