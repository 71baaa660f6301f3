"""`python -m training FOLDER --out RUN`: trains the reader on the rows in a folder; run again, it goes on where it stopped."""

import argparse
import ctypes
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from assistant.reader_network import ReaderNetwork
from assistant.reader_weights import read_weights
from index.bundled import bundled_model_folder
from index.encode import load_encoder

from .fit import Plan, check_checkpoint, fit, put_on
from .mixture import Mixture
from .rows import DataError, data_hashes, read_rows


def main() -> int:
    """Reads the arguments and trains."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows, *.jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and the log")
    parser.add_argument("--tokens", type=int, default=Plan().tokens, help="length of the run (default %(default)s)")
    parser.add_argument("--frozen-layers", type=int, default=Plan().frozen_layers)
    parser.add_argument(
        "--rank", type=_rank, default=Plan().rank, help="of the change to each matrix, as in LoRA; 0 (default): any"
    )
    parser.add_argument("--rate", type=float, default=Plan().rate)
    parser.add_argument("--head-rate", type=float, default=Plan().head_rate)
    parser.add_argument("--seed", type=int, default=Plan().seed)
    parser.add_argument("--start", type=Path, help="weights file to go on from, where the run has no checkpoint yet")
    parser.add_argument(
        "--bfloat16",
        action=argparse.BooleanOptionalAction,
        default=Plan().bfloat16,
        help="multiply in bfloat16 on the processor (default: where it has AMX; twice as fast on some others with avx512_bf16)",
    )
    arguments = parser.parse_args()
    plan = Plan(
        tokens=arguments.tokens,
        frozen_layers=arguments.frozen_layers,
        rank=arguments.rank,
        rate=arguments.rate,
        head_rate=arguments.head_rate,
        seed=arguments.seed,
        goes_on=arguments.start is not None,
        bfloat16=arguments.bfloat16,
    )
    try:
        _train(plan, arguments.rows, arguments.out, arguments.start)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _train(plan: Plan, folder: Path, out: Path, start: Path | None) -> None:
    """Reads the rows, then goes on from the last checkpoint, the weights to start from, or the bundled encoder."""
    rows = read_rows(folder, held_out=False)
    _keep_freed_memory()
    torch.manual_seed(plan.seed)
    out.mkdir(parents=True, exist_ok=True)
    check_checkpoint(plan, out)
    _record(out / "run.json", plan, data_hashes(folder))
    encoder = load_encoder()
    mixture = Mixture(rows, encoder, plan.seed)
    tokenizer = encoder.model.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    network = ReaderNetwork(_transformer(plan))
    if start:
        put_on(network, read_weights(start))
    fit(network, mixture, tokenizer, plan, out)


def _rank(value: str) -> int:
    """A rank that is told on the command line."""
    if not value.isdecimal():
        raise argparse.ArgumentTypeError("give 0 for any rank, or a whole number such as 64")
    return int(value)


def _transformer(plan: Plan) -> Any:
    """The bundled encoder's transformer, in float32 as it is stored."""
    from transformers import BertModel

    # The fused attention's backward pass is slow in bfloat16 on processors.
    attention = "eager" if plan.bfloat16 and not torch.cuda.is_available() else "sdpa"
    return BertModel.from_pretrained(
        bundled_model_folder(), add_pooling_layer=False, attn_implementation=attention, dtype=torch.float32
    )


def _record(path: Path, plan: Plan, data: dict[str, str]) -> None:
    """Adds to the run's record how this start of it was asked for, and on which data."""
    starts = json.loads(path.read_text(encoding="utf-8"))["starts"] if path.exists() else []
    command = f"python -m training FOLDER --out RUN --tokens {plan.tokens} --frozen-layers {plan.frozen_layers}"
    rank = f" --rank {plan.rank}" if plan.rank else ""
    switches = rank + (" --start WEIGHTS" if plan.goes_on else "") + (" --bfloat16" if plan.bfloat16 else "")
    rates = f"--rate {plan.rate} --head-rate {plan.head_rate}"
    start = {"command": f"{command} {rates} --seed {plan.seed}{switches}", "plan": asdict(plan)}
    if start not in starts:
        starts.append(start)
    path.write_text(json.dumps({"starts": starts, "data": data}, indent=1) + "\n", encoding="utf-8")


def _keep_freed_memory() -> None:
    """Lets the C library keep what is freed: asking the kernel for the same pages at each step takes much of the time."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(-3, 1 << 25)  # M_MMAP_THRESHOLD; more than 32 MiB is refused
        library.mallopt(-1, 1 << 30)  # M_TRIM_THRESHOLD


if __name__ == "__main__":
    sys.exit(main())
