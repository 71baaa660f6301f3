"""How long does an answer take? `python -m benchmarks.answer_speed FOLDER`.

A folder of documents is made of the passages of the rows, so many that the index has about as many chunks as asked for; questions
of the rows are then asked of a warm assistant. Prints the median and the 95th percentile of the whole answer and of each step,
and the median as a multiple of what the network alone takes for as many tokens as were read (so that machines can be compared).
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import prepare_process

prepare_process()  # before torch is imported

from assistant.build import build_assistant, index_documents  # noqa: E402
from assistant.pipeline import STEPS, Assistant, Work  # noqa: E402
from assistant.settings import load_settings  # noqa: E402
from training.rows import Row, read_rows  # noqa: E402

A_FILE = 20
"""Passages put into one document."""


def main() -> None:
    """Makes the index, asks, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--languages", nargs="*", default=["en"], help="languages of the passages (default: en)")
    arguments = parser.parse_args()
    sources = read_rows(arguments.rows, held_out=False).sources
    rows = [row for found in sources.values() for row in found if row.passage_language in arguments.languages and row.answers]
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as folder:
        chosen = write_documents(rows, Path(folder) / "documents", arguments.chunks)
        settings = load_settings(documents=Path(folder) / "documents", index=Path(folder) / "index.sqlite")
        report = index_documents(settings)
        console.print(f"{report.chunks:,} chunks indexed in {report.seconds:.0f} s")
        assistant = build_assistant(settings)
        questions = random.Random(1).sample([row.question for row in chosen], arguments.questions + 3)
        for question in questions[:3]:
            assistant.ask(question)
        works = [assistant.work(question) for question in track(questions[3:], "Asking")]
        print_table(works, console)
        alone = statistics.median(network_seconds(assistant, work) for work in works)
        whole = statistics.median(work.answer.seconds for work in works)
        console.print(
            f"The median answer takes {whole / alone:.2f} times what the network takes to read its passages ({alone:.2f} s)."
        )


def write_documents(rows: list[Row], folder: Path, chunks: int) -> list[Row]:
    """Passages in documents of twenty, about one a chunk; gives the rows whose passages are there."""
    folder.mkdir()
    passages = list(dict.fromkeys(row.context for row in random.Random(0).sample(rows, len(rows))))[:chunks]
    for first in range(0, len(passages), A_FILE):
        text = "\n\n".join(passages[first : first + A_FILE])
        (folder / f"{first // A_FILE:04}.txt").write_text(text, encoding="utf-8")
    kept = set(passages)
    return [row for row in rows if row.context in kept]


def network_seconds(assistant: Assistant, work: Work) -> float:
    """What the reader's network takes for the passages that were read, and nothing else."""
    texts = [hit.chunk.text for hit in work.hits]
    started = time.perf_counter()
    assistant.reader.read(work.asked.question, work.asked.language, texts, [hit.chunk.language for hit in work.hits])
    return time.perf_counter() - started


def print_table(works: list[Work], console: Console) -> None:
    """Median and 95th percentile of the whole and of each step."""
    table = Table("seconds", "median", "95th percentile")
    lines = {"whole answer": [work.answer.seconds for work in works]}
    lines |= {step: [work.seconds[step] for work in works] for step in STEPS}
    for name, seconds in lines.items():
        table.add_row(name, f"{statistics.median(seconds):.3f}", f"{np.quantile(seconds, 0.95):.3f}")
    console.print(table)


if __name__ == "__main__":
    main()
