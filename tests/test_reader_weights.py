"""The reader's weights file: nearly the numbers that went in, refused where anything is amiss, and put on the right encoder."""

import hashlib
import json
import tomllib
from dataclasses import replace
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file

from assistant.calibration import PLAIN, Calibration, Features, log_odds, logistic
from assistant.errors import ReaderError
from assistant.reader import Reader, load_reader
from assistant.reader_weights import (
    BASE,
    GROUP,
    WEIGHTS,
    ReaderWeights,
    hash_file,
    quantise,
    read_weights,
    restore,
    with_kinds,
    with_metadata,
    write_weights,
)
from index.bundled import bundled_model_folder
from index.encode import Encoder, processor_has_bfloat16
from index.errors import QuothError

REMEDY = "Install Quoth anew"

shapes = st.tuples(st.integers(1, 5), st.integers(1, 4).map(lambda groups: groups * GROUP))
magnitudes = st.sampled_from([1e-38, 1e-9, 1e-6, 1e-4, 1e-2, 1.0, 1e3, 4e5])


@st.composite
def matrices(draw: st.DrawFn) -> NDArray[np.float32]:
    numbers = draw(numpy_strategies.arrays(np.float32, draw(shapes), elements=st.floats(-1, 1, width=32)))
    return np.asarray(numbers * np.float32(draw(magnitudes)), np.float32)


def small_weights() -> ReaderWeights:
    generator = torch.Generator().manual_seed(3)
    differences = {
        "encoder.layer.0.output.dense.weight": torch.randn(6, 64, generator=generator) * 0.01,
        "encoder.layer.0.output.dense.bias": torch.randn(6, generator=generator) * 0.01,
    }
    heads = {"span.weight": torch.randn(2, 8, generator=generator), "span.bias": torch.randn(2, generator=generator)}
    return ReaderWeights(differences, heads, torch.randn(6, 9, generator=generator), {"calibration": PLAIN.to_json(), "é": "ع"})


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A small weights file that is fine, and its hash."""
    path = tmp_path_factory.mktemp("weights") / "reader.safetensors"
    write_weights(path, small_weights())
    return path.read_bytes(), hash_file(path).read_bytes()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where files are damaged."""
    return tmp_path_factory.mktemp("damaged")


def place(folder: Path, data: bytes, digest: bytes) -> Path:
    path = folder / "reader.safetensors"
    path.write_bytes(data)
    hash_file(path).write_bytes(digest)
    return path


def hashed(path: Path) -> Path:
    """The file with a hash that fits it, whatever it holds."""
    hash_file(path).write_text(hashlib.sha256(path.read_bytes()).hexdigest(), encoding="ascii")
    return path


def assert_refused(path: Path) -> None:
    with pytest.raises(ReaderError) as caught:
        read_weights(path)
    assert isinstance(caught.value, QuothError)
    assert str(path) in str(caught.value)
    assert REMEDY in str(caught.value)


@given(matrices())
def test_quantised_numbers_stay_near(matrix: NDArray[np.float32]) -> None:
    packed, scales = quantise(matrix)
    assert packed.dtype == np.uint8
    assert packed.shape == (matrix.shape[0], matrix.shape[1] // 2)
    assert scales.dtype == np.float16
    assert scales.shape == (matrix.shape[0], matrix.shape[1] // GROUP)
    restored = restore(packed, scales)
    assert restored.dtype == np.float32
    assert restored.shape == matrix.shape
    groups = matrix.astype(np.float64).reshape(-1, GROUP)
    errors = restored.astype(np.float64).reshape(-1, GROUP) - groups
    largest = np.abs(groups).max(axis=1)
    # Half a step of fifteen, or what rounding the scale to float16 costs.
    assert np.all(np.sqrt((errors**2).mean(axis=1)) <= largest / 14 * 1.01 + 3e-7)
    assert np.all(np.abs(restored.reshape(-1, GROUP)).max(axis=1) <= largest * 1.01 + 3e-7)


@given(shapes)
def test_zeros_stay_zeros(shape: tuple[int, int]) -> None:
    assert not restore(*quantise(np.zeros(shape, np.float32))).any()


@given(st.data(), shapes)
def test_numbers_on_the_steps_come_back_exactly(data: st.DataObject, shape: tuple[int, int]) -> None:
    steps = data.draw(numpy_strategies.arrays(np.int8, shape, elements=st.integers(-7, 7)))
    steps.reshape(-1, GROUP)[:, 0] = 7
    scale = np.float32(np.float16(data.draw(st.floats(2**-14, 1000))))
    matrix = steps.astype(np.float32) * scale
    assert np.array_equal(restore(*quantise(matrix)), matrix)


@given(matrices())
def test_quantising_twice_is_no_worse_than_once(matrix: NDArray[np.float32]) -> None:
    once = restore(*quantise(matrix))
    assert np.allclose(restore(*quantise(once)), once, rtol=1e-3, atol=1e-6 + np.abs(once).max() * 2e-3)


def test_groups_do_not_disturb_each_other() -> None:
    matrix = np.full((2, 2 * GROUP), 1e-3, np.float32)
    matrix[0, 0] = 900.0
    restored = restore(*quantise(matrix))
    assert np.allclose(restored[0, GROUP:], 1e-3, rtol=0.01)
    assert np.allclose(restored[1], 1e-3, rtol=0.01)
    assert restored[0, 0] == pytest.approx(900, rel=0.01)


def test_weights_of_another_version_are_refused_with_what_to_do(encoder: Encoder) -> None:
    weights = read_weights()
    older = replace(weights, metadata={**weights.metadata, "evidence": {"spans": [], "sentences": []}})
    fewer_heads = replace(weights, kinds=weights.kinds[:-1])
    for other in (older, fewer_heads):
        with pytest.raises(ReaderError, match="another version"):
            load_reader(encoder, other)


def test_a_written_file_reads_back(tmp_path: Path) -> None:
    path, weights = tmp_path / "reader.safetensors", small_weights()
    write_weights(path, weights)
    assert hash_file(path).read_text().strip() == hashlib.sha256(path.read_bytes()).hexdigest()
    back = read_weights(path)
    assert back.metadata == weights.metadata
    assert torch.equal(back.kinds, weights.kinds)
    assert set(back.heads) == set(weights.heads)
    assert all(torch.equal(back.heads[name], tensor) for name, tensor in weights.heads.items())
    assert set(back.differences) == set(weights.differences)
    for name, difference in weights.differences.items():
        assert back.differences[name].shape == difference.shape
        assert back.differences[name].dtype == torch.float32
        assert torch.allclose(back.differences[name], difference, atol=float(difference.abs().max()) / 10)


@given(data=st.data())
def test_any_flipped_bit_is_told(data: st.DataObject, good: tuple[bytes, bytes], folder: Path) -> None:
    weights, digest = (bytearray(part) for part in good)
    damaged = weights if data.draw(st.booleans()) else digest
    length = len(damaged) if damaged is weights else 64
    damaged[data.draw(st.integers(0, length - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert_refused(place(folder, bytes(weights), bytes(digest)))


@given(data=st.data(), fits=st.booleans())
def test_a_file_that_was_cut_off_is_told(data: st.DataObject, good: tuple[bytes, bytes], folder: Path, fits: bool) -> None:
    path = place(folder, good[0][: data.draw(st.integers(0, len(good[0]) - 1))], good[1])
    assert_refused(hashed(path) if fits else path)


@given(data=st.binary(max_size=200))
def test_something_else_in_the_files_place_is_told(folder: Path, data: bytes) -> None:
    assert_refused(hashed(place(folder, data, b"")))


@pytest.mark.parametrize("damage", ["no file", "no hash", "neither", "empty hash", "a hash of other signs", "a folder"])
def test_a_file_or_hash_that_is_not_there_is_told(good: tuple[bytes, bytes], tmp_path: Path, damage: str) -> None:
    path = place(tmp_path, *good)
    if damage in ("no file", "neither", "a folder"):
        path.unlink()
    if damage in ("no hash", "neither"):
        hash_file(path).unlink()
    if damage == "a folder":
        path.mkdir()
    if damage == "empty hash":
        hash_file(path).write_bytes(b"")
    if damage == "a hash of other signs":
        hash_file(path).write_bytes(b"\xff\xfe" + good[1])
    assert_refused(path)


def test_weights_for_another_encoder_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "reader.safetensors"
    monkeypatch.setattr("assistant.reader_weights.BASE", "another-encoder@0123456789abcdef")
    write_weights(path, small_weights())
    monkeypatch.undo()
    assert_refused(path)
    with pytest.raises(ReaderError, match="another-encoder@0123456789abcdef"):
        read_weights(path)


@pytest.mark.parametrize("missing", ["kinds", "reader", "metadata", "scales"])
def test_a_file_that_lacks_a_part_is_told(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "reader.safetensors"
    tensors = {
        "kinds": torch.zeros(6, 9),
        "packed.a": torch.zeros(2, 16, dtype=torch.uint8),
        "scales.a": torch.zeros(2, 1).half(),
    }
    metadata = {"base": BASE, "reader": json.dumps({"calibration": PLAIN.to_json()})}
    save_file(
        {name: tensor for name, tensor in tensors.items() if not name.startswith(missing)},
        path,
        metadata=None if missing == "metadata" else {name: value for name, value in metadata.items() if name != missing},
    )
    assert_refused(hashed(path))


def test_a_reader_is_not_made_from_damaged_weights(
    encoder: Encoder, good: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place(tmp_path, good[0][:-1], good[1])
    monkeypatch.setattr(read_weights, "__defaults__", (path,))
    with pytest.raises(ReaderError, match=REMEDY):
        load_reader(encoder)


def test_the_shipped_file_holds_numbers_only_and_is_small() -> None:
    data = WEIGHTS.read_bytes()
    assert len(data) <= 25_000_000
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    assert metadata["base"] == BASE
    assert {tensor["dtype"] for tensor in header.values()} <= {"U8", "F16", "F32"}
    ends = sorted(tuple(tensor["data_offsets"]) for tensor in header.values())
    assert ends[0][0] == 0
    assert ends[-1][1] == len(data) - 8 - length  # nothing but tensors after the header
    assert all(first[1] == second[0] for first, second in pairwise(ends))


def test_the_shipped_file_is_whole_and_its_numbers_are_finite() -> None:
    weights = read_weights()
    assert all(tensor.isfinite().all() for tensor in (*weights.differences.values(), *weights.heads.values(), weights.kinds))
    calibration = Calibration.from_json(weights.metadata["calibration"])
    for foreign in (False, True):
        sure, unsure = (calibration.answers(Features(value, value, foreign)) for value in (8.0, -8.0))
        assert sure > unsure
        assert calibration.place(sure, -0.1, foreign=foreign) > calibration.place(sure, -6.0, foreign=foreign)


def test_the_weights_and_their_hash_are_installed_with_the_program() -> None:
    project = tomllib.loads((WEIGHTS.parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["assistant"]
    for file in (WEIGHTS, hash_file(WEIGHTS)):
        assert any(fnmatch(f"{file.parent.name}/{file.name}", pattern) for pattern in patterns), file.name


def test_loading_the_reader_leaves_the_encoder_as_it_was(encoder: Encoder, reader: Reader) -> None:
    questions, passages = ["When was the bridge opened?", "متى افتُتح الجسر؟"], ["The bridge was opened in 1932."]
    model: Any = encoder.model[0].auto_model
    before = encoder.encode_questions(questions), encoder.encode_passages(passages)
    layers = {name: tensor.clone() for name, tensor in model.encoder.state_dict().items()}
    loaded = load_reader(encoder)
    loaded.read(questions[0], "en", passages, ["en"])
    assert np.array_equal(encoder.encode_questions(questions), before[0])
    assert np.array_equal(encoder.encode_passages(passages), before[1])
    assert all(torch.equal(tensor, layers[name]) for name, tensor in model.encoder.state_dict().items())
    assert all(tensor.device.type == "cpu" for tensor in (*model.parameters(), *model.buffers()))
    assert loaded.network is not reader.network


def test_only_the_embeddings_are_shared_with_the_encoder(encoder: Encoder, reader: Reader) -> None:
    def memory(module: torch.nn.Module) -> set[int]:
        int8 = (matrix for name, matrix in module.named_buffers() if name.endswith("weight"))
        return {matrix.data_ptr() for matrix in (*module.parameters(), *int8)}

    model: Any = encoder.model[0].auto_model
    network: Any = reader.network
    assert memory(network.encoder.embeddings) == memory(model.embeddings)
    own = memory(network) - memory(model.embeddings)
    assert not own & memory(model)
    assert len(own) == len(memory(network.encoder.encoder)) + 4


def test_the_network_is_the_bundled_encoder_and_the_differences(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.int8.processor_has_int8", lambda: False)
    differences = read_weights().differences
    assert differences
    parameters = dict(load_reader(encoder).network.encoder.named_parameters())
    tolerance = 1e-2 if processor_has_bfloat16() else 1e-6
    with safe_open(bundled_model_folder() / "model.safetensors", framework="pt") as file:
        for name, parameter in parameters.items():
            if name.startswith("embeddings."):
                continue
            expected = file.get_tensor(name)
            if name in differences:
                expected = expected + differences[name]
            assert torch.allclose(parameter.float(), expected, rtol=tolerance, atol=tolerance), name
    assert set(differences) <= set(parameters)


probabilities = st.floats(0, 1)
logits = st.floats(-50, 50)


@given(probabilities, st.floats(-60, 0), st.booleans())
def test_a_span_is_never_likelier_than_its_passage(answers: float, log_share: float, foreign: bool) -> None:
    calibration = Calibration(((1.0, 0.4, -1.0), (0.7, 0.3, 0.5)), ((1.3, 0.8, 4.0), (0.9, 1.1, -2.0)))
    assert 0 <= calibration.place(answers, log_share, foreign=foreign) <= answers


@given(logits, logits, st.booleans())
def test_calibration_survives_its_file(answerable: float, margin: float, foreign: bool) -> None:
    calibration = Calibration(((1.0, 0.4, -1.0), (0.7, 0.3, 0.5)), ((1.3, 0.8, 4.0), (0.9, 1.1, -2.0)))
    back = Calibration.from_json(json.loads(json.dumps(calibration.to_json())))
    assert back == calibration
    assert 0 <= back.answers(Features(answerable, margin, foreign)) <= 1


@given(probabilities)
def test_log_odds_are_finite_and_undone_by_the_logistic_function(probability: float) -> None:
    assert logistic((1.0, 0.0, 0.0), log_odds(probability), 7.0) == pytest.approx(probability, abs=1e-6)


def test_other_metadata_leave_the_weights_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "reader.safetensors"
    write_weights(path, small_weights())
    before = read_weights(path)
    with_metadata(path, {**before.metadata, "evidence": [1]})
    after = read_weights(path)
    assert after.metadata == {**before.metadata, "evidence": [1]}
    assert before.differences.keys() == after.differences.keys()
    assert all(torch.equal(before.differences[name], after.differences[name]) for name in before.differences)


def test_other_kinds_leave_the_rest_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "reader.safetensors"
    write_weights(path, small_weights())
    before = read_weights(path)
    kinds = torch.arange(54.0).reshape(6, 9)
    with_kinds(path, kinds)
    after = read_weights(path)
    assert torch.equal(after.kinds, kinds)
    assert after.metadata == before.metadata
    assert before.differences.keys() == after.differences.keys()
    assert all(torch.equal(before.differences[name], after.differences[name]) for name in before.differences)
