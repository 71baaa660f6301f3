"""How fast does the reader read? `python -m benchmarks.reading_speed`.

Twenty-four passages of about 200 tokens, cut from the example documents, are read for one question, and the encoder's bare
transformer is run over the same batches of tokens, turn by turn for several rounds; the medians are compared. What is missing
to 1 goes to tokenizing, to the heads, and to finding the spans; both multiply the same kind of numbers. Beside it, the time of
reading the weights file and of putting it on the encoder, as a share of the time of loading the encoder; imports are left out of
both.

Only the ratios mean something: machines differ, and so do moments.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import TOKENS_A_BATCH, Encoder, batches_by_length, load_encoder, prepare_process

prepare_process()  # before torch is imported

import torch  # noqa: E402

from assistant.reader import WINDOW, Reader, load_reader  # noqa: E402
from assistant.reader_network import input_ids, pad  # noqa: E402
from assistant.reader_weights import read_weights  # noqa: E402
from index.load import list_files, load_document  # noqa: E402

QUESTION, LANGUAGE = "Who signed the agreement, and when did it enter into force?", "en"
PASSAGES = 24
PASSAGE_TOKENS = 200


def main() -> None:
    """Measures reading and loading, and prints a table of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=Path("examples/documents"))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--loadings", type=int, default=3, help="rounds of loading (default 3)")
    arguments = parser.parse_args()
    console, encoder = Console(width=110), load_encoder()
    passages = cut_passages(arguments.documents, encoder)
    tokens = sum(encoder.count_tokens([text for text, _ in passages]))
    ways = {"raw: the bare transformer": raw(encoder, passages), "reader": reading(load_reader(encoder), passages)}
    print_speed(tokens, alternate(ways, arguments.rounds, "Reading"), console)
    del ways
    print_loading(alternate(loading(), arguments.loadings, "Loading"), console)


def cut_passages(folder: Path, encoder: Encoder) -> list[tuple[str, str]]:
    """(text, language) of pieces of about 200 tokens of the documents in a folder; they begin anew where there are too few."""
    passages: list[tuple[str, str]] = []
    for name in list_files(folder)[0]:
        document = load_document(folder, name)
        encoded = encoder.model.tokenizer(document.text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        offsets = encoded["offset_mapping"]
        for first in range(0, len(offsets) - PASSAGE_TOKENS + 1, PASSAGE_TOKENS):
            start, end = offsets[first][0], offsets[first + PASSAGE_TOKENS - 1][1]
            passages.append((document.text[start:end], document.language))
    if not passages:
        raise SystemExit(f"{folder} holds no text of {PASSAGE_TOKENS} tokens.")
    return [passages[number % len(passages)] for number in range(PASSAGES)]


def raw(encoder: Encoder, passages: list[tuple[str, str]]) -> Callable[[], object]:
    """The encoder's transformer over the batches that the reader makes of the passages, made beforehand."""

    def ids(text: str) -> list[int]:
        return list(encoder.model.tokenizer(text, add_special_tokens=False)["input_ids"])

    transformer: Any = encoder.model[0].auto_model
    asked = ids(QUESTION)
    inputs = [input_ids(asked, ids(text)) for text, _ in passages]
    batches = [
        pad([inputs[i] for i in batch]) for batch in batches_by_length([len(i) for i, _ in inputs], TOKENS_A_BATCH, WINDOW)
    ]

    def run() -> None:
        with torch.inference_mode():
            for batch, mask, _ in batches:
                transformer(input_ids=batch, attention_mask=mask)

    return run


def reading(reader: Reader, passages: list[tuple[str, str]]) -> Callable[[], object]:
    """The reader from texts to readings."""
    texts, languages = [text for text, _ in passages], [language for _, language in passages]
    return lambda: reader.read(QUESTION, LANGUAGE, texts, languages)


def loading() -> dict[str, Callable[[], object]]:
    """Loading the encoder, reading the weights file, and putting it on the encoder."""
    encoder, weights = load_encoder(), read_weights()
    return {
        "the encoder": load_encoder,
        "the weights file": read_weights,
        "putting it on": lambda: load_reader(encoder, weights),
    }


def alternate(ways: dict[str, Callable[[], object]], rounds: int, title: str) -> dict[str, list[float]]:
    """Seconds of each way in each round, turn by turn, forwards and backwards; a first round, to warm up, does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in track(range(rounds + 1), title):
        for name in list(ways)[:: 1 if number % 2 else -1]:
            gc.collect()
            started = time.perf_counter()
            kept = ways[name]()
            elapsed = time.perf_counter() - started
            del kept
            if number:
                seconds[name].append(elapsed)
    return seconds


def print_speed(tokens: int, seconds: dict[str, list[float]], console: Console) -> None:
    """Medians, and throughput as a share of the raw one, of medians and of single rounds."""
    base = next(iter(seconds.values()))
    table = Table(
        "way", "median seconds", "passage tokens a second", "share of raw", "single rounds", title=f"{PASSAGES} passages"
    )
    for name, measured in seconds.items():
        shares = [first / second for first, second in zip(base, measured, strict=True)]
        middle = statistics.median(measured)
        share = f"{statistics.median(base) / middle:.3f}"
        table.add_row(name, f"{middle:.2f}", f"{tokens / middle:.0f}", share, f"{min(shares):.2f} to {max(shares):.2f}")
    console.print(table)


def print_loading(seconds: dict[str, list[float]], console: Console) -> None:
    """Medians, and shares of loading the encoder."""
    middle = {name: statistics.median(measured) for name, measured in seconds.items()}
    encoder, file, merge = middle.values()
    table = Table("loading", "median seconds", "share of loading the encoder")
    for name, value in {**middle, "the reader: file and putting it on": file + merge}.items():
        table.add_row(name, f"{value:.3f}", f"{value / encoder:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
