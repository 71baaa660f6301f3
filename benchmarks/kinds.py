"""Is it told what people want, however they put it? `python -m benchmarks.kinds`.

Over the messages of kinds.jsonl beside this file, each with what it wants: whole questions, requests ("list the members"), a few
words as for a search engine ("refund policy"), and small talk. None is learned from; but those of the part "seen" were looked at
while the ones that are were written.
"""

import argparse
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.reader import load_reader
from assistant.reader_weights import WEIGHTS, read_weights
from index.encode import load_encoder
from training.rows import json_lines

MESSAGES = Path(__file__).parent / "kinds.jsonl"
SMALL_TALK = "small talk"


def main() -> None:
    """Prints the share told right, of each part and of each kind, and what was told wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    reader = load_reader(load_encoder(), read_weights(parser.parse_args().weights))
    all_of, right_of = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    console = Console(width=110)
    for row in json_lines(MESSAGES):
        told = SMALL_TALK if reader.is_small_talk(row["question"]) else reader.kind(row["question"]).value
        for place in ((row["part"], row["kind"]), (row["part"], "all")):
            all_of[place] += 1
            right_of[place] += told == row["kind"]
        if told != row["kind"]:
            console.print(f"{row['part']}: {row['kind']} taken for {told}: {row['question']}", markup=False)
    table = Table("part", "wants", "told right", "of")
    for part, kind in sorted(all_of):
        table.add_row(part, kind, f"{right_of[part, kind] / all_of[part, kind]:.3f}", str(all_of[part, kind]))
    console.print(table)


if __name__ == "__main__":
    main()
