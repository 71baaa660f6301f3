"""The reader's weights file: what training changed in the bundled encoder, in a few bits a number, and how to put it back.

A safetensors file. Of each matrix the difference to the bundled encoder's, as 4-bit numbers in groups of 32 that share a scale
(absolute-maximum quantisation in blocks as in Dettmers et al. 2022, section 2.1); of vectors the difference in float16; the
heads as they are. The metadata name the encoder the differences are to, and hold the calibration.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from index.bundled import NAME, SHA256

from .errors import ReaderError

if TYPE_CHECKING:  # torch reads its settings when it is first imported: index.encode.prepare_process comes before
    import torch

GROUP = 32
LEVELS = 7
"""Numbers go from -7 to 7."""
WEIGHTS = Path(__file__).parent / "weights" / "reader.safetensors"
BASE = f"{NAME}@{SHA256[:16]}"

_SHRINKING = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """`differences` to the bundled encoder's tensors by their names there, `heads` by their names in ReaderNetwork.

    `kinds` has shape (kinds, dimensions + 1): weights for the question's vector, and the constant; see question_kind.py.
    """

    differences: "dict[str, torch.Tensor]"
    heads: "dict[str, torch.Tensor]"
    kinds: "torch.Tensor"
    metadata: dict[str, Any]


def write_weights(path: Path, weights: ReaderWeights) -> None:
    """Writes the file, the differences quantised, and its hash beside it."""
    import torch

    tensors = {f"head.{name}": tensor.float().contiguous() for name, tensor in weights.heads.items()}
    tensors["kinds"] = weights.kinds.float().contiguous()
    for name, difference in weights.differences.items():
        if difference.dim() < 2:
            tensors[f"vector.{name}"] = difference.half().contiguous()
        else:
            packed, scales = quantise(difference.float().numpy())
            tensors[f"packed.{name}"] = torch.from_numpy(packed)
            tensors[f"scales.{name}"] = torch.from_numpy(scales)
    _save(path, tensors, weights.metadata)


def with_metadata(path: Path, metadata: Mapping[str, Any]) -> None:
    """Writes a file of weights anew, as it is but for the metadata."""
    _save(path, _tensors(path), metadata)


def with_kinds(path: Path, kinds: "torch.Tensor") -> None:
    """Writes a file of weights anew, as it is but for `kinds`. Raises ReaderError."""
    _save(path, {**_tensors(path), "kinds": kinds.float().contiguous()}, read_weights(path).metadata)


def _tensors(path: Path) -> "dict[str, torch.Tensor]":
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (not a mapping)


def _save(path: Path, tensors: "dict[str, torch.Tensor]", metadata: Mapping[str, Any]) -> None:
    from safetensors.torch import save_file

    save_file(tensors, path, metadata={"base": BASE, "reader": json.dumps(metadata, sort_keys=True)})
    path.chmod(0o644)  # safetensors leaves it to its owner alone
    hash_file(path).write_text(hashlib.sha256(path.read_bytes()).hexdigest() + "\n", encoding="ascii")


def hash_file(path: Path) -> Path:
    """Where the SHA-256 (hex) of a weights file stands."""
    return path.with_suffix(".sha256")


def read_weights(path: Path = WEIGHTS) -> ReaderWeights:
    """The file's weights. Raises ReaderError where it is missing, altered, or made for another encoder."""
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != hash_file(path).read_text(encoding="ascii").strip():
            raise ReaderError(f"The reader's weights in {path} are not those that Quoth came with. Install Quoth anew.")
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (not a mapping)
    except (OSError, SafetensorError, UnicodeDecodeError) as error:
        raise ReaderError(f"The reader's weights in {path} cannot be read ({error}). Install Quoth anew.") from error
    if metadata.get("base") != BASE:
        raise ReaderError(
            f"The reader's weights in {path} are for the encoder {metadata.get('base')!r}; this is {BASE!r}. Install Quoth anew."
        )
    try:
        return ReaderWeights(_differences(tensors), _named(tensors, "head."), tensors["kinds"], json.loads(metadata["reader"]))
    except (KeyError, ValueError) as error:
        raise ReaderError(f"The reader's weights in {path} lack a part ({error}). Install Quoth anew.") from error


def _differences(tensors: "Mapping[str, torch.Tensor]") -> "dict[str, torch.Tensor]":
    import torch

    differences = {name: vector.float() for name, vector in _named(tensors, "vector.").items()}
    for name, packed in _named(tensors, "packed.").items():
        differences[name] = torch.from_numpy(restore(packed.numpy(), tensors[f"scales.{name}"].numpy()))
    return differences


def _named(tensors: "Mapping[str, torch.Tensor]", prefix: str) -> "dict[str, torch.Tensor]":
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def quantise(matrix: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """A matrix of shape (rows, columns), columns a multiple of 32, as packed numbers (rows, columns / 2) and scales.

    The scales have shape (rows, columns / 32). Of several scales, the one with the smallest squared error is taken: now and then
    it pays to cut off a group's largest number.
    """
    rows, columns = matrix.shape
    groups = matrix.reshape(-1, GROUP)
    largest = np.abs(groups).max(axis=1, keepdims=True)
    best_error = np.full((len(groups), 1), np.inf, np.float32)
    numbers = np.zeros(groups.shape, np.int8)
    scales = np.zeros((len(groups), 1), np.float16)
    for shrinking in _SHRINKING:
        scale = (largest * (shrinking / LEVELS)).astype(np.float16)
        divisor = np.where(scale == 0, np.float32(1), scale.astype(np.float32))
        tried = np.clip(np.rint(groups / divisor), -LEVELS, LEVELS)
        error = ((tried * scale.astype(np.float32) - groups) ** 2).sum(axis=1, keepdims=True)
        better = error < best_error
        best_error = np.where(better, error, best_error)
        numbers = np.where(better, tried.astype(np.int8), numbers)
        scales = np.where(better, scale, scales)
    halves = (numbers + 8).astype(np.uint8).reshape(rows, columns)
    packed = np.asarray(halves[:, 0::2] | halves[:, 1::2] << 4, np.uint8)
    return packed, scales.reshape(rows, columns // GROUP)


def restore(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """The inverse of `quantise`, but for rounding."""
    rows, half = packed.shape
    numbers = np.empty((rows, half * 2), np.float32)
    numbers[:, 0::2] = packed & 15
    numbers[:, 1::2] = packed >> 4
    numbers -= 8
    groups = numbers.reshape(rows, -1, GROUP)
    groups *= scales.astype(np.float32)[:, :, None]
    return numbers
