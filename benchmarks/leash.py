"""How well does the leash tell what a source says from what it does not? `python -m benchmarks.leash`.

benchmarks/statements.jsonl holds, for quotes of the example documents, sentences in five languages that say what the quote
says, and lies: another number, another name, a denial, an invention. Right sentences are also put beside a quote of another
document (the wrong passage) and beside a number that no evidence has. Every second quote is for choosing constants, the others
are for reporting.

With --relations it is benchmarks/relations.jsonl: passages of our own in six languages, and lies made of their own names and
words. Two names have changed places, a name of the passage has a part that another one has, or what is so is denied in a
roundabout way. The first half is for choosing; the second was not looked at before the checks were made (docs/phrasing.md
tells of what came of that look).
"""

import argparse
import json
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from index.encode import load_encoder, prepare_process

prepare_process()  # before torch is imported

from assistant.build import build_assistant, index_documents  # noqa: E402
from assistant.datatypes import Citation  # noqa: E402
from assistant.phrasing.leash import Leash, Source  # noqa: E402
from assistant.phrasing.phrase import source_of  # noqa: E402
from assistant.phrasing.sentences import Said  # noqa: E402
from assistant.pipeline import Assistant  # noqa: E402
from assistant.settings import load_settings  # noqa: E402
from index.chunk import chunk_document  # noqa: E402
from index.loaders.language import detect_language  # noqa: E402

STATEMENTS = Path(__file__).with_name("statements.jsonl")
RELATIONS = Path(__file__).with_name("relations.jsonl")
DOCUMENTS = Path(__file__).parent.parent / "examples" / "documents"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence that cites evidence `number`. `kind` is "supported" or what is wrong with it."""

    kind: str
    split: str
    question: str
    sentence: str
    number: int
    sources: dict[int, Source]


def main() -> None:
    """Judges every case and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=["choose", "unseen", "all"], default="unseen")
    parser.add_argument("--relations", action="store_true", help="the lies made of the passage's own names and words")
    parser.add_argument("--wrong", action="store_true", help="print each case that is judged wrongly")
    parser.add_argument("--cosines", action="store_true", help="print the cosines of sentences with what they cite")
    arguments = parser.parse_args()
    console = Console(width=160)
    encoder = load_encoder()
    found = relations() if arguments.relations else statements()
    cases = [case for case in found if arguments.split in {case.split, "all"}]
    leash = Leash(encoder)
    faults: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        language = detect_language(case.sentence, detect_language(case.question))
        fault = leash.fault(Said(case.sentence, (case.number,)), language, case.sources, case.question, asked=language)
        faults[case.kind][fault or "sure"] += 1
        if arguments.cosines and case.number in case.sources:
            source = case.sources[case.number]
            cosine = leash.closeness(case.sentence, source)[0]
            console.print(
                f"{case.kind}\t{language == source.citation.language}\t{cosine:.3f}\t{fault}\t{case.sentence}", markup=False
            )
        if arguments.wrong and (case.kind == "supported") == bool(fault):
            console.print(f"{case.kind}: {fault or 'sure'}: {case.sentence}", markup=False)
    table = Table("sentence", "cases", "shown as sure", "struck, by reason")
    for kind, counts in faults.items():
        reasons = ", ".join(f"{reason} {count}" for reason, count in counts.most_common() if reason != "sure")
        table.add_row(kind, str(counts.total()), f"{counts['sure']} ({counts['sure'] / counts.total():.0%})", reasons)
    console.print(table)


def statements() -> Iterator[Case]:
    """The cases of statements.jsonl. The evidence of each is its own quote (1) and those of three others (2 to 4)."""
    rows = [json.loads(line) for line in STATEMENTS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(documents=DOCUMENTS, index=Path(folder) / "index.sqlite")
        index_documents(settings)
        assistant = build_assistant(settings)
        sources = [source_of(_citation(assistant, row["document"], row["quote"]), assistant.document) for row in rows]
    draw = random.Random(7)
    for place, row in enumerate(rows):
        split = ("choose", "unseen")[place % 2]
        others = [other for other, candidate in enumerate(rows) if candidate["document"] != row["document"]]
        evidence = {number: sources[at] for number, at in enumerate([place, *draw.sample(others, 3)], 1)}
        for sentence in row["supported"]:
            yield Case("wrong passage", split, row["question"], sentence, 3, evidence)
            yield Case("made-up citation", split, row["question"], sentence, 9, evidence)
        yield from _cases(row, split, evidence)


def relations() -> Iterator[Case]:
    """The cases of relations.jsonl, whose evidence is the passage alone."""
    rows = [json.loads(line) for line in RELATIONS.read_text(encoding="utf-8").splitlines()]
    for place, row in enumerate(rows):
        start = row["passage"].index(row["quote"])
        where = (start, start + len(row["quote"]), row["quote"], row["passage"], 0)
        source = Source(Citation(1, "", row["title"], row["date"], row["language"], *where), f"{row['title']}\n{row['passage']}")
        yield from _cases(row, ("choose", "unseen")[2 * place >= len(rows)], {1: source})


def _cases(row: dict[str, Any], split: str, evidence: dict[int, Source]) -> Iterator[Case]:
    for kind, sentences in {"supported": row["supported"], **row["lies"]}.items():
        for sentence in sentences:
            yield Case(kind, split, row["question"], sentence, 1, evidence)


def _citation(assistant: Assistant, name: str, quote: str) -> Citation:
    document = assistant.document(name)
    found = document and re.search(r"\s+".join(map(re.escape, quote.split())), document.text)
    if not document or not found:
        raise SystemExit(f"{STATEMENTS} quotes what {name} does not say: {quote}")
    start, end = found.span()
    chunk = next(chunk for chunk in chunk_document(document, assistant.encoder.count_tokens) if chunk.start <= start < chunk.end)
    return Citation(0, name, document.title, document.date, document.language, start, end, found[0], chunk.text, chunk.start)


if __name__ == "__main__":
    main()
