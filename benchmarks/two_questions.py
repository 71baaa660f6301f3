"""Is a question that asks two things answered to both? `python -m benchmarks.two_questions SET...`, as for benchmarks.choosing.

Of each set the questions that want one thing are joined in pairs of one language, the way that language says "and": "When was the
dam opened and who keeps the bees?" They are asked so, and, in the same run, as if they were one question; it is counted how often
some item or a quote under it holds what the first wants, the second, and both, and how many items hold any of it.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import prepare_process

prepare_process()  # before torch is imported

from assistant.datatypes import Answer  # noqa: E402
from assistant.evaluation.answer_match import holds_any  # noqa: E402
from assistant.evaluation.examples import Example, read_examples  # noqa: E402
from assistant.followup import language_of  # noqa: E402
from assistant.listing import list_patterns  # noqa: E402
from assistant.two_questions import two_questions  # noqa: E402

from .answers import PARTS, part_of, texts_of  # noqa: E402
from .choosing import assistant_over  # noqa: E402

LANGUAGES = ("en", "fr", "ar", "de", "es")
"""Of the pairs."""
OTHER_KINDS = {"list", "explain", "confirm", "followup", "follow-up", "unanswerable"}
WAYS = ("as two questions", "as one")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions as one; `wanted` are the forms of what each wants."""

    question: str
    wanted: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(slots=True)
class Count:
    """Of pairs: how often what the first and the second want was held, and both; items, those of them that hold any; refusals."""

    pairs: int = 0
    first: int = 0
    second: int = 0
    both: int = 0
    items: int = 0
    matching: int = 0
    refused: int = 0

    def add(self, pair: Pair, answer: Answer) -> None:
        """Counts one more answer."""
        texts = texts_of(answer)
        first, second = (any(holds_any(item, forms) for item in texts) for forms in pair.wanted)
        self.pairs += 1
        self.first += first
        self.second += second
        self.both += first and second
        self.items += len(texts)
        self.matching += sum(any(holds_any(item, forms) for forms in pair.wanted) for item in texts)
        self.refused += not answer.answered

    def row(self) -> list[str]:
        """As cells of a table."""
        return list(map(str, (self.pairs, self.first, self.second, self.both, self.items, self.matching, self.refused)))


def main() -> None:
    """Asks all pairs in both ways and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with documents/ and evaluation.jsonl")
    parser.add_argument("--split", choices=PARTS, default="unseen", help="which part of the sets (default unseen)")
    arguments = parser.parse_args()
    console = Console(width=110)
    counts = {way: Count() for way in WAYS}
    for folder in arguments.sets:
        found = list(pairs(part_of(read_examples(folder / "evaluation.jsonl"), arguments.split)))
        with tempfile.TemporaryDirectory() as scratch:
            assistant = assistant_over(folder, Path(scratch), console)
            for pair in track(found, folder.name, console=console):
                counts["as two questions"].add(pair, assistant.ask(pair.question))
                with patch("assistant.pipeline.two_questions", return_value=None):
                    counts["as one"].add(pair, assistant.ask(pair.question))
    table = Table("asked", "pairs", "first held", "second held", "both", "items", "right items", "refused")
    for way, count in counts.items():
        table.add_row(way, *count.row())
    console.print(table)


def pairs(rows: Sequence[Example]) -> Iterator[Pair]:
    """The questions that want one thing in pairs of one language, each in one pair at most, where the joined one asks twice."""
    by_language: dict[str, list[Example]] = {}
    for row in rows:
        if len(row.expected) == 1 and not row.history and not OTHER_KINDS.intersection(row.tags):
            by_language.setdefault(language_of(row.question, row.question), []).append(row)
    for language, found in by_language.items():
        for first, second in zip(found[::2], found[1::2], strict=False):
            if language in LANGUAGES:
                joined = _joined(first.question, second.question, language)
                if two_questions(joined, language):
                    yield Pair(joined, (tuple(first.expected[0]), tuple(second.expected[0])))


def _joined(first: str, second: str, language: str) -> str:
    pattern = list_patterns(language, "standard")["2"]
    return pattern.format(first.rstrip(" ?؟\u202f\u00a0"), second[:1].lower() + second[1:])


if __name__ == "__main__":
    main()
