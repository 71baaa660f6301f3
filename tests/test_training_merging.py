"""From runs and weights files to the weights file that is their mean."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from assistant.calibration import PLAIN
from assistant.evidence import NO_EVIDENCE
from assistant.reader_weights import ReaderWeights, read_weights, write_weights
from index.bundled import bundled_model_folder
from training.export import NO_KINDS, main
from training.merging import checkpoint_differences, merged, read_trained
from training.rows import DataError

MATRIX = "encoder.layer.11.output.dense.weight"
OTHER = "encoder.layer.0.output.dense.bias"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that added a quarter to one matrix, and has a head of ones."""
    folder = tmp_path_factory.mktemp("run")
    with safe_open(bundled_model_folder() / "model.safetensors", framework="pt") as file:
        base, as_it_was = file.get_tensor(MATRIX), file.get_tensor(OTHER)
    tensors = {
        f"weight.encoder.{MATRIX}": base + 0.25,
        f"exp_avg.encoder.{MATRIX}": torch.full_like(base, 0.25),
        f"weight.encoder.{OTHER}": as_it_was,
        "weight.span.weight": torch.ones(2, 384),
        "step.span.weight": torch.tensor(7.0),
    }
    save_file(tensors, folder / "checkpoint.safetensors", metadata={"position": "{}"})
    (folder / "run.json").write_text(json.dumps({"starts": [{"command": "this run"}]}))
    return folder


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights file with one to each number of a vector, and a head of threes."""
    path = tmp_path_factory.mktemp("weights") / "reader.safetensors"
    metadata = {"calibration": PLAIN.to_json(), "evidence": NO_EVIDENCE.to_json(), "training": [{"starts": "those before"}]}
    write_weights(path, ReaderWeights({OTHER: torch.ones(384)}, {"span.weight": torch.full((2, 384), 3.0)}, NO_KINDS, metadata))
    return path


def test_a_checkpoints_differences_are_to_the_bundled_encoder(run: Path) -> None:
    differences, heads = checkpoint_differences(run / "checkpoint.safetensors")
    assert set(differences) == {MATRIX}
    assert torch.allclose(differences[MATRIX], torch.tensor(0.25), atol=1e-6)
    assert set(heads) == {"span.weight"}
    assert torch.equal(heads["span.weight"], torch.ones(2, 384))


def test_a_mean_takes_each_in_its_part_and_tells_of_all(run: Path, weights: Path) -> None:
    mean = merged([read_trained(run), read_trained(weights)], [0.8, 0.2])
    assert torch.allclose(mean.differences[MATRIX], torch.tensor(0.2), atol=1e-6)
    assert torch.allclose(mean.differences[OTHER], torch.tensor(0.2), atol=1e-3)
    assert torch.allclose(mean.heads["span.weight"], torch.tensor(1.4))
    assert [(one["part"], "this run" in str(one["of"])) for one in mean.records[0]["mean"]] == [(0.8, True), (0.2, False)]


def test_one_run_alone_is_its_own_mean(run: Path) -> None:
    mean = merged([read_trained(run)], [1.0])
    assert torch.allclose(mean.differences[MATRIX], torch.tensor(0.25), atol=1e-6)
    assert mean.records == [{"starts": [{"command": "this run"}]}]


@pytest.fixture
def export(run: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Exports the mean of the run and the weights file, and gives what is written."""

    def mean(*options: str) -> Path:
        out = tmp_path / "mean.safetensors"
        arguments = [str(run), str(weights), str(tmp_path), "--uncalibrated", "--out", str(out), *options]
        monkeypatch.setattr(sys, "argv", ["training.export", *arguments])
        assert main() == 0
        return out

    return mean


@pytest.mark.parametrize(("parts", "expected"), [([], 2.0), (["--parts", "0.25", "0.75"], 2.5)])
def test_the_mean_is_written_as_a_weights_file(export: Callable[..., Path], parts: list[str], expected: float) -> None:
    assert torch.allclose(read_weights(export(*parts)).heads["span.weight"], torch.tensor(expected))


@pytest.mark.parametrize("parts", [["0.5"], ["0.5", "0.6"], ["0.2", "0.3", "0.5"]])
def test_parts_that_are_no_mean_are_refused(
    export: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], parts: list[str]
) -> None:
    with pytest.raises(SystemExit):
        export("--parts", *parts)
    assert "give 2 numbers" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="neither a weights file nor the folder of a run"):
        read_trained(tmp_path)


def test_a_checkpoint_in_place_of_its_run_is_told(run: Path) -> None:
    with pytest.raises(DataError, match=f"is a checkpoint of the run in {run}"):
        read_trained(run / "checkpoint.safetensors")
