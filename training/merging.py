"""The mean of runs and weights files: what training changed in the bundled encoder, in parts (Wortsman et al. 2022)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file

from assistant.reader_weights import read_weights
from index.bundled import bundled_model_folder

from .rows import DataError

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Trained:
    """`differences` to the bundled encoder's tensors by name, `heads` by theirs, `records` of how both came to be."""

    differences: Tensors
    heads: Tensors
    records: list[Any]


def read_trained(path: Path) -> Trained:
    """What stands in the folder of a run, or in a weights file. Raises DataError, and ReaderError of a weights file."""
    if path.suffix == ".safetensors":
        if _is_checkpoint(path):
            raise DataError(f"{path} is a checkpoint of the run in {path.parent}. Give that folder.")
        weights = read_weights(path)
        return Trained(weights.differences, weights.heads, weights.metadata["training"])
    try:
        record = json.loads((path / "run.json").read_text(encoding="utf-8"))
        return Trained(*checkpoint_differences(path / "checkpoint.safetensors"), [record])
    except (OSError, SafetensorError, ValueError) as error:
        raise DataError(f"{path} is neither a weights file nor the folder of a run ({error}). Give what --out was.") from error


def merged(trained: Sequence[Trained], parts: Sequence[float]) -> Trained:
    """The mean of what was trained from the same weights or from each other's. The parts sum to 1."""
    differences: Tensors = {}
    heads: Tensors = {}
    for one, part in zip(trained, parts, strict=True):
        _add(differences, one.differences, part)  # a run that left a layer as it is has none of it
        _add(heads, one.heads, part)
    if len(trained) == 1:
        return Trained(differences, heads, trained[0].records)
    return Trained(
        differences, heads, [{"mean": [{"of": one.records, "part": part} for one, part in zip(trained, parts, strict=True)]}]
    )


def checkpoint_differences(checkpoint: Path) -> tuple[Tensors, Tensors]:
    """What a checkpoint changed in the bundled encoder, by its names, and the heads by theirs."""
    base = load_file(bundled_model_folder() / "model.safetensors")
    differences: Tensors = {}
    heads: Tensors = {}
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


def _is_checkpoint(path: Path) -> bool:
    try:
        with safe_open(path, framework="pt") as file:
            return any(key.startswith("weight.") for key in file.keys())  # noqa: SIM118  (not a mapping)
    except (OSError, SafetensorError):
        return False


def _add(total: Tensors, tensors: Tensors, part: float) -> None:
    for name, tensor in tensors.items():
        total[name] = total.get(name, torch.zeros_like(tensor, dtype=torch.float32)) + part * tensor.float()
