"""Indexing speed: `python -m benchmarks.throughput xquad-parallel.jsonl.gz`.

The same documents (articles in several languages, as text files) and the same weights, one way after the other, each in a
process of its own, several rounds in turn, the best of each:

- raw: the model alone, on tokens made beforehand, in batches sorted by length: nothing can be faster without another model;
- quoth: `quoth index`'s own way from files to a finished index;
- llama-index: SimpleDirectoryReader, SentenceSplitter to chunks of the same size by the same tokenizer, HuggingFaceEmbedding,
  as an IngestionPipeline with its own defaults;
- llama-index, defaults: the same with SentenceSplitter's defaults. Its chunks are longer than the model's window, so that
  part of the text is never encoded; that is why speed is counted in tokens encoded.

Times of loading models are left out. Only the ratios mean something: machines differ, and so do moments.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.chunking import join_articles
from benchmarks.parallel import read_parallel
from index.bundled import bundled_model_folder
from index.chunk import SIZE, chunk_document
from index.encode import TOKENS_A_BATCH, batches_by_length, load_encoder, number_format, prepare_process
from index.load import detect_language, load_document
from index.store import Store
from index.sync import sync_folder

LANGUAGES = frozenset(("en", "ar", "ru", "zh"))


def main() -> None:
    """Runs all ways and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, default=8, help="articles a language (default 8)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        print(json.dumps(WAYS[arguments.way](arguments.data)))
        return
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_documents(arguments.data, Path(folder), arguments.articles)
        for _ in range(arguments.rounds):
            for way in WAYS:
                best[way] = max(best.get(way, 0.0), run_apart(way, Path(folder)))
    table = Table("way", "tokens encoded a second", "share of raw", "times llama-index")
    for way, rate in best.items():
        table.add_row(way, f"{rate:.0f}", f"{rate / best['raw']:.2f}", f"{rate / best['llama-index']:.2f}")
    console = Console()
    console.print(table)
    console.print(f"Quoth and the model alone multiply {number_format()} on this processor, llama-index float32.")


def write_documents(data: Path, folder: Path, articles: int) -> None:
    """The first articles of the data, one text file each a language."""
    chosen = read_parallel(data).chosen(reported=False, languages=LANGUAGES)
    for (language, article), document in join_articles(chosen)[0].items():
        if article < articles:
            (folder / f"{language}-{article}.txt").write_text(document.text, encoding="utf-8")


def run_apart(way: str, folder: Path) -> float:
    """Tokens encoded a second by one way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.throughput", str(folder), "--way", way]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    tokens, seconds = json.loads(run.stdout.splitlines()[-1])
    return float(tokens / seconds)


def raw(folder: Path) -> tuple[int, float]:
    """The model alone on prepared batches."""
    encoder = load_encoder()
    import torch

    texts = [
        "passage: " + chunk.text
        for file in sorted(folder.iterdir())
        for chunk in chunk_document(load_document(folder, file.name), encoder.count_tokens)
    ]
    lengths = encoder.count_tokens(texts)
    batches = [
        encoder.model.tokenizer([texts[i] for i in batch], padding=True, return_tensors="pt")
        for batch in batches_by_length(lengths, TOKENS_A_BATCH, encoder.window)
    ]
    with torch.inference_mode():
        encoder.model(dict(batches[0]))
        started = time.perf_counter()
        for batch in batches:
            encoder.model(dict(batch))
    return sum(lengths), time.perf_counter() - started


def quoth(folder: Path) -> tuple[int, float]:
    """From files to a finished index."""
    encoder = load_encoder()
    encoder.encode_passages(["warm"])
    detect_language("Which language is this?")
    with tempfile.TemporaryDirectory() as place:
        store = Store.create_or_open(
            Path(place) / "index.sqlite", fingerprint=encoder.fingerprint, dimensions=encoder.dimensions, folder=folder
        )
        started = time.perf_counter()
        report = sync_folder(folder, store, lambda: encoder)
        seconds = time.perf_counter() - started
        if report.failures:
            raise RuntimeError(str(report.failures[0]))
        ids = [int(i) for content in store.vectors_since(None, 0)[1].values() for i in content.ids]
        texts = ["passage: " + stored.chunk.text for stored in store.chunks(ids).values()]
        store.close()
    return sum(encoder.count_tokens(texts)), seconds


def llama_index(folder: Path, *, own_chunks: bool = True) -> tuple[int, float]:
    """LlamaIndex's own way, plainly put together, without our settings of the process."""
    from llama_index.core import SimpleDirectoryReader
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from transformers import AutoTokenizer

    model = bundled_model_folder()
    tokenizer = AutoTokenizer.from_pretrained(model)

    def tokenize(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])

    splitter = SentenceSplitter(chunk_size=SIZE, chunk_overlap=0, tokenizer=tokenize) if own_chunks else SentenceSplitter()
    embedding = HuggingFaceEmbedding(str(model), query_instruction="query: ", text_instruction="passage: ", device="cpu")
    embedding.get_text_embedding("warm")
    started = time.perf_counter()
    documents = SimpleDirectoryReader(str(folder)).load_data()
    nodes = IngestionPipeline(transformations=[splitter, embedding]).run(documents=documents)
    seconds = time.perf_counter() - started
    lengths = [len(tokenize("passage: " + node.get_content(metadata_mode="embed"))) for node in nodes]  # type: ignore[arg-type]
    return sum(min(length, 510) for length in lengths), seconds


def llama_index_defaults(folder: Path) -> tuple[int, float]:
    """With SentenceSplitter's default chunk size and overlap."""
    return llama_index(folder, own_chunks=False)


WAYS: dict[str, Callable[[Path], tuple[int, float]]] = {
    "raw": raw,
    "quoth": quoth,
    "llama-index": llama_index,
    "llama-index, defaults": llama_index_defaults,
}


if __name__ == "__main__":
    if not {"llama-index", "llama-index, defaults"} & set(sys.argv):
        prepare_process()
    main()
