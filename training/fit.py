"""The training loop: blocks of the mixture, one pass of gradient descent, a checkpoint every few minutes.

AdamW (Loshchilov and Hutter 2019) with a rate that rises shortly, stays, and falls to zero over the last part (as in Hu et al.
2024, MiniCPM, section 4): the length of a run can be changed while it runs, as long as the fall has not begun. The embeddings and
the first layers stay as they are: they hold most of what makes the encoder multilingual, and leaving them saves a fifth of the
work. Passages are short at first and grow to their full length, since pointing at all is learned from short ones.

Where the processor multiplies matrices of bfloat16 (AMX), or is told to, the network is in it, and what training moves is kept in
float32 beside it (masters.py): most steps are smaller than what bfloat16 can tell apart, and would be lost.
"""

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import itemgetter
from pathlib import Path

import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from safetensors import safe_open
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch.nn import functional

from assistant.reader_network import ReaderNetwork, pad
from assistant.reader_weights import ReaderWeights
from index.encode import processor_has_bfloat16

from .features import Example, make_examples
from .masters import Masters
from .mixture import Mixture
from .rows import DataError

ANSWERABLE_WEIGHT = 0.5
"""Of the answerability loss beside that of the span."""
SELECTION_WEIGHT = 0.5
"""Of the loss of choosing among a group's passages, beside that of choosing among their places."""
LENGTHS = ((0.3, 64), (0.6, 128), (1.0, 256))
"""Up to this share of the run, at most so many tokens of a passage."""

MOMENTS = ("exp_avg", "exp_avg_sq", "step")
BEGINNING = LENGTHS[0][0]
"""The share of a run that a learner who goes on from earlier weights leaves out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does. `tokens` is its length; `rate` and `head_rate` are the highest learning rates."""

    tokens: int = 14_000_000
    batch_tokens: int = 2400
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    warmup: float = 0.02
    decay: float = 0.35
    frozen_layers: int = 4
    rank: int = 0
    """Of the difference to each of the encoder's matrices (LoRA); 0 moves them as a whole."""
    seed: int = 0
    minutes_a_checkpoint: float = 5
    goes_on: bool = False
    """From weights that were trained before: what only a beginner needs is left out."""
    bfloat16: bool = processor_has_bfloat16()
    """Whether a processor multiplies in bfloat16; a GPU always does."""

    def trains(self) -> dict[str, int]:
        """What tells which parameters are moved, and how: it stays the same from a run's start to its end."""
        return {"rank": self.rank, "frozen_layers": self.frozen_layers}

    def rate_factor(self, progress: float) -> float:
        """Of the highest rate, at this share of the run."""
        return max(0.0, min(1.0, progress / self.warmup, (1 - progress) / self.decay))

    def stage(self, progress: float) -> float:
        """How far a learner is, in shares of a whole run, at this share of this run: it decides what rows it meets."""
        return BEGINNING + (1 - BEGINNING) * progress if self.goes_on else progress

    def longest(self, progress: float) -> int:
        """Tokens of a passage, at this share of the run."""
        return next((tokens for share, tokens in LENGTHS if progress < share), LENGTHS[-1][1])


@dataclass(slots=True)
class Position:
    """Where a run stands: the block, the batch within it, the tokens seen."""

    block: int = 0
    batch: int = 0
    tokens: int = 0
    block_tokens: int = 0
    """Tokens seen when the block began: they decide how long its passages are."""


def fit(network: ReaderNetwork, mixture: Mixture, tokenizer: Tokenizer, plan: Plan, folder: Path) -> None:
    """Trains the network in place. Begins where the last checkpoint in `folder` ended, if there is one.

    Raises DataError where that is of a plan that trains other parameters, or there is nothing to learn from.
    """
    check_checkpoint(plan, folder)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device).eval()  # no dropout: in one pass over the rows nothing is learned by heart
    masters = Masters(trained_parameters(network, plan.frozen_layers), plan.rank)
    optimizer = _optimizer(masters, plan)
    position = _resume(network, masters, optimizer, folder)
    frozen = frozen_weights(network)
    if device.type == "cpu" and plan.bfloat16:
        network.encoder.to(torch.bfloat16)
    masters.put_back()
    log = (folder / "log.jsonl").open("a", encoding="utf-8")
    saved = time.monotonic()
    loss_sum, answerable_sum, batches = 0.0, 0.0, 0
    with _progress_bar() as bar:
        task = bar.add_task("training", total=plan.tokens, completed=position.tokens, loss=0.0)
        while position.tokens < plan.tokens:
            progress = plan.stage(position.block_tokens / plan.tokens)
            longest = plan.longest(progress)
            chooser = random.Random(f"{plan.seed} {position.block}")
            examples = make_examples(mixture.block(position.block, progress), tokenizer, longest, chooser)
            if not examples:
                raise DataError("The rows hold nothing to learn from. Give a folder of question-passage-answer rows.")
            for number, batch in enumerate(_batches(examples, plan.batch_tokens, chooser)):
                if number < position.batch:
                    continue
                if position.tokens >= plan.tokens:
                    break
                factor = plan.rate_factor(position.tokens / plan.tokens)
                for group in optimizer.param_groups:
                    group["lr"] = group["highest"] * factor
                loss, answerable = _losses(network, batch, device, bfloat16=device.type == "cuda" or plan.bfloat16)
                masters.take_gradients()
                torch.nn.utils.clip_grad_norm_(masters.moved.values(), 1.0)
                optimizer.step()
                network.zero_grad(set_to_none=True)
                masters.put_back()
                loss_sum, answerable_sum, batches = loss_sum + loss, answerable_sum + answerable, batches + 1
                position.batch = number + 1
                position.tokens += sum(len(example.ids) for example in batch)
                bar.update(task, completed=position.tokens, loss=loss_sum / batches)
                if batches == 50:
                    entry = {**asdict(position), "span_loss": loss_sum / batches, "answerable_loss": answerable_sum / batches}
                    log.write(json.dumps({**entry, "longest": longest, "rate": factor}) + "\n")
                    log.flush()
                    loss_sum, answerable_sum, batches = 0.0, 0.0, 0
                if time.monotonic() - saved > plan.minutes_a_checkpoint * 60:
                    _save(masters, frozen, optimizer, _metadata(position, plan), folder)
                    saved = time.monotonic()
            else:
                position.block, position.batch, position.block_tokens = position.block + 1, 0, position.tokens
    log.close()
    _save(masters, frozen, optimizer, _metadata(position, plan), folder)


def _losses(network: ReaderNetwork, batch: Sequence[Example], device: torch.device, *, bfloat16: bool) -> tuple[float, float]:
    """The losses of span and answerability; leaves their gradients at the network's parameters."""
    ids, mask, places = (tensor.to(device) for tensor in pad([(example.ids, example.offset) for example in batch]))
    starts, ends = (tensor.to(device) for tensor in targets(batch, ids.shape[1]))
    has_answer = torch.tensor([bool(example.answers) for example in batch], device=device)
    with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
        start, end, answerable = network(ids, mask, places)
    start, end, answerable = start.float(), end.float(), answerable.float()
    span_loss = (functional.cross_entropy(start, starts) + functional.cross_entropy(end, ends)) / 2
    answerable_loss = functional.binary_cross_entropy_with_logits(answerable, has_answer.float())
    loss = span_loss + ANSWERABLE_WEIGHT * answerable_loss
    for members in groups_of(batch):
        shared = (chosen(start[members, 1:], starts[members, 1:]) + chosen(end[members, 1:], ends[members, 1:])) / 2
        selection = chosen(answerable[members], has_answer[members])
        loss = loss + len(members) / len(batch) * (shared + SELECTION_WEIGHT * selection)
    loss.backward()  # type: ignore[no-untyped-call]
    return span_loss.item(), answerable_loss.item()


def groups_of(batch: Sequence[Example]) -> list[list[int]]:
    """Positions in the batch of the examples of each group that has an answer."""
    groups: dict[int, list[int]] = defaultdict(list)
    for position, example in enumerate(batch):
        if example.group:
            groups[example.group].append(position)
    return [members for members in groups.values() if any(batch[position].answers for position in members)]


def chosen(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """How unlikely the right ones are among all: -ln of their share, where logits of any shape stand for shares of one whole."""
    flat = logits.flatten()
    return torch.logsumexp(flat, 0) - torch.logsumexp(flat[right.flatten() > 0], 0)


def targets(batch: Sequence[Example], length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the answers begin and where they end, each of shape (batch, length), in shares that sum to 1 for each example.

    The first token stands for "no answer".
    """
    starts, ends = torch.zeros(len(batch), length), torch.zeros(len(batch), length)
    for row, example in enumerate(batch):
        answers = example.answers or ((0, 0),)
        for start, end in answers:
            starts[row, start] += 1 / len(answers)
            ends[row, end] += 1 / len(answers)
    return starts, ends


def trained_parameters(network: ReaderNetwork, frozen_layers: int) -> dict[str, torch.nn.Parameter]:
    """The parameters that training moves, by name; the others are told to want no gradient."""
    network.encoder.embeddings.requires_grad_(False)
    for layer in network.encoder.encoder.layer[:frozen_layers]:
        layer.requires_grad_(False)
    return {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}


def frozen_weights(network: ReaderNetwork) -> dict[str, torch.Tensor]:
    """The layers that training leaves as they are, in float32: earlier weights may have changed them."""
    return {
        name: parameter.detach().float().cpu()
        for name, parameter in network.named_parameters()
        if not parameter.requires_grad and ".embeddings." not in name
    }


def _optimizer(masters: Masters, plan: Plan) -> torch.optim.AdamW:
    encoder = [parameter for name, parameter in masters.moved.items() if name.startswith("encoder.")]
    heads = [parameter for name, parameter in masters.moved.items() if not name.startswith("encoder.")]
    groups = [{"params": encoder, "highest": plan.rate}, {"params": heads, "highest": plan.head_rate}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.98), weight_decay=0.01, fused=True)


def _batches(examples: Sequence[Example], budget: int, chooser: random.Random) -> Iterator[list[Example]]:
    """Batches of examples of about one length, those of a group together, in a shuffled order."""
    groups: dict[int, list[Example]] = defaultdict(list)
    for number, example in enumerate(examples):
        groups[example.group or -number - 1].append(example)
    batches: list[list[Example]] = [[]]
    for longest, group in sorted(((max(len(one.ids) for one in group), group) for group in groups.values()), key=itemgetter(0)):
        if batches[-1] and longest * (len(batches[-1]) + len(group)) > budget:
            batches.append([])
        batches[-1] += group
    chooser.shuffle(batches)
    yield from batches


def _save(
    masters: Masters,
    frozen: Mapping[str, torch.Tensor],
    optimizer: torch.optim.AdamW,
    metadata: dict[str, str],
    folder: Path,
) -> None:
    """Weights, moments and metadata in one file, put in place at once."""
    tensors = {f"weight.{name}": weight.cpu().contiguous() for name, weight in {**frozen, **masters.weights()}.items()}
    tensors |= {f"factor.{name}": factor.cpu().contiguous() for name, factor in masters.factors().items()}
    for name, parameter in masters.moved.items():
        for moment in MOMENTS:
            tensors[f"{moment}.{name}"] = optimizer.state[parameter][moment].detach().cpu().contiguous()
    part = folder / "checkpoint.part"
    save_file(tensors, part, metadata=metadata)
    part.replace(folder / "checkpoint.safetensors")


def _metadata(position: Position, plan: Plan) -> dict[str, str]:
    return {"position": json.dumps(asdict(position)), "trains": json.dumps(plan.trains())}


def check_checkpoint(plan: Plan, folder: Path) -> None:
    """Raises DataError where the last checkpoint in `folder` is of a plan that trains other parameters."""
    path = folder / "checkpoint.safetensors"
    if not path.exists():
        return
    with safe_open(path, framework="pt") as file:
        trains = json.loads(file.metadata().get("trains", "null"))
    if trains and trains != plan.trains():
        options = f"--rank {trains['rank']} --frozen-layers {trains['frozen_layers']}"
        raise DataError(f"{path} was begun with {options}. Give the same again, or another folder as --out.")


def _resume(network: ReaderNetwork, masters: Masters, optimizer: torch.optim.AdamW, folder: Path) -> Position:
    """Puts everything as the last checkpoint has it, also what training leaves as it is."""
    path = folder / "checkpoint.safetensors"
    if not path.exists():
        return Position()
    with safe_open(path, framework="pt") as file:
        position = Position(**json.loads(file.metadata()["position"]))
        weights = {key.removeprefix("weight."): file.get_tensor(key) for key in file.keys() if key.startswith("weight.")}  # noqa: SIM118
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                if not parameter.requires_grad and name in weights:
                    parameter.copy_(weights[name])
        masters.restore(weights, {name: file.get_tensor(f"factor.{name}") for name in masters.factors()})
        for name, parameter in masters.moved.items():
            state = {moment: file.get_tensor(f"{moment}.{name}").float() for moment in MOMENTS}
            optimizer.state[parameter] = {moment: tensor.to(parameter.device) for moment, tensor in state.items()}
    return position


def put_on(network: ReaderNetwork, weights: ReaderWeights) -> None:
    """Turns a network made of the bundled encoder into the one that a weights file describes."""
    parameters = dict(network.named_parameters())
    with torch.no_grad():
        for name, difference in weights.differences.items():
            parameters[f"encoder.{name}"].add_(difference)
        for name, head in weights.heads.items():
            parameters[name].copy_(head)


def _progress_bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}/{task.total:,} tokens, loss {task.fields[loss]:.3f}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
