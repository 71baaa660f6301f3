"""The loop: a run that stops goes on as if it had not, and what is easily learned is learned."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import training.fit
from assistant.reader_network import ReaderNetwork, pad
from assistant.reader_weights import ReaderWeights
from tests.training_rows import WORDS, row, tiny_network, word_tokenizer
from training.features import make_examples
from training.fit import LENGTHS, Plan, fit, put_on
from training.mixture import Drawn, Mixture
from training.rows import DataError


class Blocks:
    """A mixture of given rows."""

    def __init__(self, rows: Sequence[Drawn]) -> None:
        self.rows = rows

    def block(self, number: int, progress: float) -> list[Drawn]:
        chooser = random.Random(number)
        return chooser.sample(list(self.rows), len(self.rows))


def lamp_rows(number: int = 60) -> list[Drawn]:
    """The lamp is by the harbour, where there is one: easily learned."""
    chooser = random.Random(5)
    drawn = []
    for i in range(number):
        words = [chooser.choice([word for word in WORDS if word != "harbour"]) for _ in range(chooser.randint(6, 14))]
        if i % 3:
            words[chooser.randrange(len(words))] = "harbour"
        drawn.append(Drawn("own", row(" ".join(words), *(["harbour"] if i % 3 else []))))
    return drawn


def train(
    folder: Path, plan: Plan, rows: Sequence[Drawn] | None = None, minutes: float = 60, network: ReaderNetwork | None = None
) -> ReaderNetwork:
    folder.mkdir(exist_ok=True)
    network = network or tiny_network()
    blocks = cast(Mixture, Blocks(lamp_rows() if rows is None else rows))
    fit(network, blocks, word_tokenizer(), replace(plan, minutes_a_checkpoint=minutes), folder)
    return network


def checkpoint(folder: Path) -> tuple[dict[str, torch.Tensor], dict[str, int]]:
    with safe_open(folder / "checkpoint.safetensors", framework="pt") as file:
        position = json.loads(file.metadata()["position"])
        return {name: file.get_tensor(name) for name in file.keys()}, position  # noqa: SIM118


SHORT = Plan(tokens=3000, batch_tokens=150, rate=1e-3, head_rate=1e-2, frozen_layers=1, seed=2)


class StoppedError(BaseException):
    """As when the power goes."""


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing stopped."""
    folder = tmp_path_factory.mktemp("runs") / "unbroken"
    train(folder, SHORT)
    return folder


def assert_same_end(folder: Path, unbroken: Path) -> None:
    (tensors, position), (expected, expected_position) = checkpoint(folder), checkpoint(unbroken)
    assert position == expected_position
    assert set(tensors) == set(expected)
    for name, tensor in expected.items():
        assert torch.allclose(tensors[name], tensor, rtol=1e-4, atol=1e-6), name


def train_and_stop(folder: Path, plan: Plan, stop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trains as far as before this step, with a checkpoint after each."""
    losses, steps = training.fit._losses, count(1)

    def stopping(*arguments: Any, bfloat16: bool) -> tuple[float, float]:
        if next(steps) == stop:
            raise StoppedError
        return losses(*arguments, bfloat16=bfloat16)

    with monkeypatch.context() as patched:
        patched.setattr(training.fit, "_losses", stopping)
        with pytest.raises(StoppedError):
            train(folder, plan, minutes=-1)


@pytest.mark.parametrize("stops", [[1], [2], [5], [8], [23], [3, 1, 4], [1, 1, 1, 9, 2]])
def test_a_run_that_stops_goes_on_as_if_it_had_not(
    tmp_path: Path, unbroken: Path, monkeypatch: pytest.MonkeyPatch, stops: list[int]
) -> None:
    for stop in stops:
        train_and_stop(tmp_path, SHORT, stop, monkeypatch)
    network = train(tmp_path, SHORT)
    assert_same_end(tmp_path, unbroken)
    again = train(tmp_path, SHORT)  # at its end already: nothing is learned anew
    assert all(torch.equal(tensor, again.state_dict()[name]) for name, tensor in network.state_dict().items())


def test_steps_too_small_for_bfloat16_are_kept(tmp_path: Path) -> None:
    before = tiny_network().state_dict()
    network = train(tmp_path, replace(SHORT, rate=1e-5, bfloat16=True))
    tensors, _ = checkpoint(tmp_path)
    name = "encoder.encoder.layer.1.output.dense.weight"
    moved = (tensors[f"weight.{name}"] - before[name]).abs() / before[name].abs()
    assert ((moved > 0) & (moved < 2**-9)).any()  # half of bfloat16's last place
    assert torch.equal(network.state_dict()[name], tensors[f"weight.{name}"].to(torch.bfloat16))


LOW_RANK = replace(SHORT, rank=3, rate=1e-2, bfloat16=False)


def test_with_a_rank_each_matrix_of_the_encoder_changes_by_a_product_of_that_rank_and_all_else_as_a_whole(tmp_path: Path) -> None:
    before = tiny_network().state_dict()
    network = train(tmp_path, LOW_RANK)
    tensors, _ = checkpoint(tmp_path)
    for name in ("attention.self.query", "intermediate.dense", "output.dense"):
        key = f"encoder.encoder.layer.1.{name}.weight"
        assert torch.linalg.matrix_rank(tensors[f"weight.{key}"] - before[key], rtol=1e-3) == 3
        assert torch.equal(tensors[f"weight.{key}"], network.state_dict()[key])
    for key in ("encoder.encoder.layer.1.output.dense.bias", "span.weight"):
        assert not torch.equal(tensors[f"weight.{key}"], before[key])


def test_with_a_rank_a_run_that_stops_goes_on_as_if_it_had_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(3)
    train(tmp_path / "unbroken", LOW_RANK)
    torch.manual_seed(3)
    train_and_stop(tmp_path / "stopped", LOW_RANK, 5, monkeypatch)
    torch.manual_seed(4)  # the narrow matrices come from the checkpoint, not from chance
    train(tmp_path / "stopped", LOW_RANK)
    assert_same_end(tmp_path / "stopped", tmp_path / "unbroken")


@pytest.mark.parametrize("plan", [SHORT, LOW_RANK])
def test_a_run_that_has_ended_has_its_own_weights_whatever_it_is_started_from_again(tmp_path: Path, plan: Plan) -> None:
    expected = train(tmp_path, plan).state_dict()
    network = train(tmp_path, plan, network=tiny_network(seed=9)).state_dict()
    for name, tensor in expected.items():
        if "embeddings" not in name:
            assert torch.allclose(network[name], tensor, atol=1e-5), name


def test_with_a_rank_a_run_goes_on_from_its_own_weights_whatever_it_is_started_from_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_and_stop(tmp_path, LOW_RANK, 5, monkeypatch)
    network = train(tmp_path, LOW_RANK, network=tiny_network(seed=9)).state_dict()
    begun = tiny_network().state_dict()
    name = "encoder.encoder.layer.1.intermediate.dense.weight"
    assert torch.linalg.matrix_rank(network[name] - begun[name], rtol=1e-3) == LOW_RANK.rank


@pytest.mark.parametrize(("before", "after"), [(0, 3), (3, 0), (3, 5), (1, 3)])
def test_a_checkpoint_of_another_rank_is_told_with_the_option_that_goes_on(tmp_path: Path, before: int, after: int) -> None:
    train(tmp_path, replace(LOW_RANK, rank=before))
    with pytest.raises(DataError, match=f"--rank {before} "):
        train(tmp_path, replace(LOW_RANK, rank=after))


def test_training_can_go_on_from_a_weights_file() -> None:
    network, other = tiny_network(), tiny_network()
    name = "encoder.layer.1.output.dense.weight"
    difference = torch.ones_like(network.encoder.state_dict()[name])
    heads = {"span.bias": torch.tensor([3.0, 4.0])}
    put_on(network, ReaderWeights({name: difference}, heads, torch.zeros(6, 9), {}))
    assert torch.allclose(network.encoder.state_dict()[name], other.encoder.state_dict()[name] + 1)
    assert network.span.bias.tolist() == [3.0, 4.0]
    assert torch.equal(network.answerable.weight, other.answerable.weight)


@pytest.mark.parametrize("bfloat16", [False, True])
def test_a_checkpoint_holds_what_earlier_weights_changed_in_layers_that_are_frozen(tmp_path: Path, bfloat16: bool) -> None:
    train(tmp_path, replace(SHORT, frozen_layers=1, bfloat16=bfloat16))
    tensors, _ = checkpoint(tmp_path)
    before = tiny_network().state_dict()
    for name in ("attention.self.query.weight", "output.dense.bias"):
        assert torch.equal(tensors[f"weight.encoder.encoder.layer.0.{name}"], before[f"encoder.encoder.layer.0.{name}"])
    assert not any("embeddings" in name for name in tensors)


def test_a_run_that_stops_while_it_saves_keeps_the_checkpoint_before(
    tmp_path: Path, unbroken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = count(1)

    def save(tensors: dict[str, torch.Tensor], path: Path, metadata: dict[str, str]) -> None:
        if next(saves) == 6:
            path.write_bytes(b"half a file")
            raise StoppedError
        save_file(tensors, path, metadata=metadata)

    monkeypatch.setattr(training.fit, "save_file", save)
    with pytest.raises(StoppedError):
        train(tmp_path, SHORT, minutes=-1)
    monkeypatch.undo()
    tensors, _ = checkpoint(tmp_path)
    assert all(tensor == 5 for name, tensor in tensors.items() if name.startswith("step."))
    train(tmp_path, SHORT)
    assert_same_end(tmp_path, unbroken)


def test_a_run_that_has_ended_is_left_as_it_is(tmp_path: Path) -> None:
    train(tmp_path, SHORT)
    before, position = checkpoint(tmp_path)
    train(tmp_path, SHORT)
    after, same = checkpoint(tmp_path)
    assert same == position
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())


def test_a_longer_plan_goes_on_from_where_the_shorter_one_ended(tmp_path: Path) -> None:
    train(tmp_path, Plan(tokens=900, batch_tokens=150, frozen_layers=1))
    tensors, position = checkpoint(tmp_path)
    train(tmp_path, Plan(tokens=2000, batch_tokens=150, frozen_layers=1))
    later, later_position = checkpoint(tmp_path)
    assert position["tokens"] < 2000 <= later_position["tokens"]
    assert int(later["step.span.bias"]) > int(tensors["step.span.bias"]) > 0


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    plan = Plan()
    factors = [plan.rate_factor(progress / 200) for progress in range(201)]
    assert factors[0] == 0 == factors[-1]
    assert all(0 <= factor <= 1 for factor in factors)
    highest = [position for position, factor in enumerate(factors) if factor == 1]
    assert len(highest) > 100
    assert sorted(factors[: highest[0]]) == factors[: highest[0]]
    assert sorted(factors[highest[-1] :], reverse=True) == factors[highest[-1] :]
    lengths = [plan.longest(progress / 200) for progress in range(250)]
    assert sorted(lengths) == lengths


def test_who_goes_on_from_earlier_weights_needs_no_beginning() -> None:
    whole, going_on = Plan(), Plan(goes_on=True)
    stages = [going_on.stage(progress / 200) for progress in range(201)]
    assert stages[0] > max(stage for stage in (whole.stage(i / 200) for i in range(201)) if whole.longest(stage) == LENGTHS[0][1])
    assert stages == sorted(stages)
    assert stages[-1] == whole.stage(1.0) == 1.0


def losses(network: ReaderNetwork, rows: Sequence[Drawn]) -> tuple[float, float]:
    """Mean span loss, and how often passage and place are told rightly."""
    examples = make_examples(rows, word_tokenizer(), 60, random.Random(0))
    with torch.inference_mode():
        start, end, answerable = network.eval()(*pad([(example.ids, example.offset) for example in examples]))
    places = torch.tensor([example.answers[0] if example.answers else (0, 0) for example in examples])
    starts, ends = places[:, 0], places[:, 1]
    loss = torch.nn.functional.cross_entropy(start, starts) + torch.nn.functional.cross_entropy(end, ends)
    right = (start.argmax(1) == starts) & (end.argmax(1) == ends) & ((answerable > 0) == (starts > 0))
    return float(loss) / 2, float(right.float().mean())


def test_what_is_easily_learned_is_learned(tmp_path: Path) -> None:
    plan = Plan(tokens=60_000, batch_tokens=400, rate=3e-3, head_rate=1e-2, frozen_layers=0)
    before, _ = losses(tiny_network(), lamp_rows())
    network = train(tmp_path, plan)
    after, right = losses(network, lamp_rows())
    assert after < before / 4
    assert right > 0.9
    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(entries) > 1
    assert entries[-1]["span_loss"] < entries[0]["span_loss"]
    assert entries[-1]["answerable_loss"] < entries[0]["answerable_loss"]


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_frozen_layers_stay_and_the_others_move(tmp_path: Path, frozen: int) -> None:
    before = {name: tensor.clone() for name, tensor in tiny_network().state_dict().items()}
    plan = Plan(tokens=1500, batch_tokens=150, rate=1e-3, head_rate=1e-2, frozen_layers=frozen)
    after = train(tmp_path, plan).state_dict()
    stays = ("encoder.embeddings.", *(f"encoder.encoder.layer.{layer}." for layer in range(frozen)))
    for name, tensor in before.items():
        # A bias of the keys moves all attention scores alike, so that nothing pulls at it.
        if name.startswith(stays):
            assert torch.equal(tensor.to(after[name].dtype), after[name]), name
        elif not name.endswith("attention.self.key.bias"):
            assert not torch.equal(tensor.to(after[name].dtype), after[name]), name
    moments = {name for name in checkpoint(tmp_path)[0] if not name.startswith("weight.")}
    assert moments
    assert not any(name.partition(".")[2].startswith(stays) for name in moments)


def test_nothing_to_learn_from_is_told(tmp_path: Path) -> None:
    blocks = count()

    class Empty:
        def block(self, number: int, progress: float) -> list[Drawn]:
            assert next(blocks) < 5, "it goes on for ever"
            return []

    with pytest.raises(DataError):
        fit(tiny_network(), cast(Mixture, Empty()), word_tokenizer(), SHORT, tmp_path)


def test_padding_changes_nothing() -> None:
    network = tiny_network().eval()
    examples = [(one.ids, one.offset) for one in make_examples(lamp_rows(12), word_tokenizer(), 60, random.Random(0))]
    with torch.inference_mode():
        start, end, answerable = network(*pad(examples))
        for i, (ids, offset) in enumerate(examples):
            alone = network(*pad([(ids, offset)]))
            assert torch.allclose(start[i, : len(ids)], alone[0][0], atol=1e-4)
            assert torch.allclose(end[i, : len(ids)], alone[1][0], atol=1e-4)
            assert torch.allclose(answerable[i], alone[2][0], atol=1e-4)
            allowed = {0, *range(offset, len(ids) - 1)}
            assert {k for k in range(start.shape[1]) if start[i, k] > -9e3} == allowed
