"""`python -m training.export RUN... FOLDER`: the last checkpoints of runs -> the weights file that Quoth ships, calibrated.

The calibration is fitted on one half of the held-out questions, with the weights as they are after quantising, and so is how
reader and encoder are weighed together; the heads that tell what a question wants are fitted on the part that training sees.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from assistant.calibration import PLAIN, Calibration, Weights, log_odds
from assistant.evaluation.span_match import f1
from assistant.evidence import NO_EVIDENCE
from assistant.reader import Reader, load_reader
from assistant.reader_weights import WEIGHTS, ReaderWeights, read_weights, write_weights
from index.bundled import DIMENSIONS, bundled_model_folder
from index.encode import load_encoder

from .development import Case, Outcome, development_cases, for_fitting, read_cases
from .evidence import fit_evidence, fitting_questions, logistic_regression
from .kinds import fit_kinds
from .open_questions import RIGHT
from .rows import read_rows

CASES = 60
"""Answerable cases of a group of the held-out part, and as many that are not."""
NO_KINDS = torch.zeros(5, DIMENSIONS + 1)
"""Before any fitting."""


def main() -> int:
    """Reads the arguments and writes the file."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+", metavar="run", help="folder of a run; of several the mean is taken")
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    encoder = load_encoder()
    records = [json.loads((run / "run.json").read_text(encoding="utf-8")) for run in arguments.runs]
    differences, heads = mean_differences([run / "checkpoint.safetensors" for run in arguments.runs])
    plain = {"calibration": PLAIN.to_json(), "evidence": NO_EVIDENCE.to_json(), "training": records}
    write_weights(arguments.out, ReaderWeights(differences, heads, NO_KINDS, plain))
    reader = load_reader(encoder, read_weights(arguments.out))
    kinds = fit_kinds(reader, read_rows(arguments.rows, held_out=False))
    cases = [case for case in development_cases(arguments.rows, encoder, CASES) if for_fitting(case)]
    reader.calibration = fit_calibration(cases, reader)
    reader.kinds = np.asarray(kinds.numpy())
    questions = fitting_questions(arguments.rows, reader, encoder)
    evidence = fit_evidence(questions, reader, encoder)
    metadata = {**plain, "calibration": reader.calibration.to_json(), "evidence": evidence.to_json()}
    write_weights(arguments.out, ReaderWeights(differences, heads, kinds, metadata))
    size = arguments.out.stat().st_size / 1e6
    print(f"{arguments.out}: {size:.1f} MB, calibrated on {len(cases)} cases and {len(questions)} open questions")
    return 0


def mean_differences(checkpoints: Sequence[Path]) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """As `checkpoint_differences`, the mean of runs from the same weights or from each other's (Wortsman et al. 2022)."""
    found = [checkpoint_differences(checkpoint) for checkpoint in checkpoints]
    heads = {name: torch.stack([each[name].float() for _, each in found]).mean(0) for name in found[0][1]}
    differences: dict[str, torch.Tensor] = {}
    for changed, _ in found:
        for name, difference in changed.items():  # a run that left a layer as it is has none of it
            differences[name] = differences.get(name, torch.zeros_like(difference, dtype=torch.float32)) + difference / len(found)
    return differences, heads


def checkpoint_differences(checkpoint: Path) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """What a checkpoint changed in the bundled encoder, by its names, and the heads by theirs."""
    base = load_file(bundled_model_folder() / "model.safetensors")
    differences: dict[str, torch.Tensor] = {}
    heads: dict[str, torch.Tensor] = {}
    with safe_open(checkpoint, framework="pt") as file:
        for key in file.keys():  # noqa: SIM118  (not a mapping)
            if not key.startswith("weight."):
                continue
            name = key.removeprefix("weight.")
            if name.startswith("encoder."):
                inner = name.removeprefix("encoder.")
                difference = file.get_tensor(key) - base[inner]
                if difference.any():  # else the layer was never trained
                    differences[inner] = difference
            else:
                heads[name] = file.get_tensor(key)
    return differences, heads


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
    features: list[tuple[float, float]] = []
    right: list[bool] = []
    for outcome in outcomes:
        if outcome.reading.features.foreign != foreign:
            continue
        row, answers = outcome.case.row, calibration.answers(outcome.reading.features)
        expected = [row.context[start:end] for start, end in row.answers]
        for place in outcome.reading.places:
            features.append((log_odds(answers), place.log_share))
            text = row.context[place.start : place.end]
            right.append(bool(expected) and f1(text, expected, row.passage_language) > RIGHT)
    passage, share, constant = logistic_regression(features, right)
    return passage, share, constant


if __name__ == "__main__":
    sys.exit(main())
