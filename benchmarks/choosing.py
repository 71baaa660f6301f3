"""Which threshold? `python -m benchmarks.choosing examples benchmarks/corpora/harbour --part choose`.

Each question of some evaluation sets is asked once, and answers are composed anew of what was read for every threshold (and every
least share of a list's items) that is to be compared. The tables tell by set, and over all of them, what each choice costs and
gains. With `--weights` other weights of the reader than those in force are asked; `--out` keeps one line a question and choice.

A set is a folder with `documents/` and `evaluation.jsonl`, as `python -m training.corpora OUT` makes one. Nothing may be chosen
on questions tagged `unseen`: `--part choose` leaves them out. Earlier turns of a conversation are answered as they
are now.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import load_encoder, prepare_process

prepare_process()  # before torch is imported

from assistant.build import build_assistant, index_documents  # noqa: E402
from assistant.cite import cite  # noqa: E402
from assistant.compose import LEAST_SHARE, compose  # noqa: E402
from assistant.datatypes import Answer  # noqa: E402
from assistant.evaluation.examples import Example, read_examples  # noqa: E402
from assistant.evaluation.judge import converse  # noqa: E402
from assistant.pipeline import Assistant, Work  # noqa: E402
from assistant.question_kind import Kind  # noqa: E402
from assistant.reader import load_reader  # noqa: E402
from assistant.reader_weights import read_weights  # noqa: E402
from assistant.settings import Settings, load_settings  # noqa: E402
from benchmarks.answers import PARTS, WAYS, Outcome, judge, share  # noqa: E402

Choice = tuple[float, float]
"""A threshold, and how likely an item of a list must be as a share of the likeliest."""
Judged = tuple[Example, dict[Choice, Outcome]]
"""A question and how it is answered by each choice."""


def main() -> None:
    """Asks all questions of all sets and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with documents/ and evaluation.jsonl")
    parser.add_argument("--part", choices=PARTS, default="choose", help="which questions (default choose)")
    parser.add_argument("--every", type=int, default=1, help="ask every so many of them (default 1)")
    parser.add_argument("--weights", type=Path, help="of the reader (default: those in force)")
    parser.add_argument("--thresholds", type=numbers, default=(Settings().threshold,), help="such as 0.04,0.06,0.08")
    parser.add_argument("--shares", type=numbers, default=(LEAST_SHARE[Kind.SEVERAL],), help="of lists, such as 0.2,0.3")
    parser.add_argument("--out", type=Path, help="write the outcomes here, JSON Lines")
    arguments = parser.parse_args()
    choices = [(threshold, least) for least in arguments.shares for threshold in arguments.thresholds]
    console = Console(width=130)
    everything: list[Judged] = []
    for folder in arguments.sets:
        rows = [
            row for row in read_examples(folder / "evaluation.jsonl") if arguments.part == "all" or arguments.part in row.tags
        ]
        with ExitStack() as stack:
            assistant = _assistant(folder, Path(stack.enter_context(tempfile.TemporaryDirectory())), arguments.weights)
            asked = track(rows[:: arguments.every], f"{folder.name}", console=console)
            judged = [(row, dict(outcomes(row, assistant, choices))) for row in asked]
        console.print(table(folder.name, judged, choices))
        everything += judged
    if len(arguments.sets) > 1:
        console.print(table("all sets", everything, choices))
    if arguments.out:
        lines = [
            json.dumps({"threshold": threshold, "share": least, **asdict(outcome)}, ensure_ascii=False)
            for _, by_choice in everything
            for (threshold, least), outcome in by_choice.items()
        ]
        arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def numbers(text: str) -> tuple[float, ...]:
    """Those between the commas."""
    return tuple(float(number) for number in text.split(","))


def _assistant(folder: Path, scratch: Path, weights: Path | None) -> Assistant:
    """One over the documents of a set."""
    settings = load_settings(documents=folder / "documents", index=scratch / "index.sqlite")
    index_documents(settings)
    assistant = build_assistant(settings)
    if weights:
        assistant.reader = load_reader(load_encoder(settings.model), read_weights(weights))
    return assistant


def outcomes(row: Example, assistant: Assistant, choices: Sequence[Choice]) -> Iterator[tuple[Choice, Outcome]]:
    """The question asked once, and its answer by each of the choices."""
    work = converse(assistant, row.question, row.history)
    in_force = LEAST_SHARE[Kind.SEVERAL]
    for threshold, least in choices:
        LEAST_SHARE[Kind.SEVERAL] = least
        yield (threshold, least), judge(row, composed(work, assistant, threshold), assistant)
    LEAST_SHARE[Kind.SEVERAL] = in_force


def composed(work: Work, assistant: Assistant, threshold: float) -> Answer:
    """What was read, composed anew at a threshold; without the closest passages."""

    def read_text(name: str) -> str | None:
        document = assistant.document(name)
        return document.text if document else None

    composition = compose(work.asked, work.held, threshold, assistant.settings.maximum_items)
    items, citations = cite(composition.drafts, read_text)
    disagreement = composition.disagreement and len(items) > 1
    return replace(work.answer, answered=bool(items), items=items, citations=citations, disagreement=disagreement, closest=())


def table(title: str, judged: Sequence[Judged], choices: Sequence[Choice]) -> Table:
    """A line for each choice."""
    answerable = sum(not row.unanswerable for row, _ in judged)
    shown = Table(
        *("threshold", "share of lists", "right first", *WAYS, "recall", "precision", "lists: recall", "precision"),
        *("wrongly refused", "rightly refused", "disagreements", "false ones"),
        title=f"{title}: {answerable} answerable, {len(judged) - answerable} not",
    )
    for threshold, least in choices:
        found = [(row, by_choice[threshold, least]) for row, by_choice in judged]
        shown.add_row(f"{threshold:g}", f"{least:g}", *_cells(found))
    return shown


def _cells(found: Sequence[tuple[Example, Outcome]]) -> Iterator[str]:
    answerable = [(row, outcome) for row, outcome in found if not row.unanswerable]
    for way in (None, *WAYS):
        yield share([outcome.first for row, outcome in answerable if way is None or way in row.tags])
    for chosen in (answerable, [(row, outcome) for row, outcome in answerable if "list" in row.tags]):
        yield share([outcome.recall for _, outcome in chosen])
        yield share([outcome.matching / outcome.items for _, outcome in chosen if outcome.items])
    yield share([not outcome.answered for _, outcome in answerable])
    yield share([not outcome.answered for row, outcome in found if row.unanswerable])
    for disagrees in (True, False):
        claimed = [outcome.claims_disagreement for _, outcome in found if outcome.disagrees == disagrees]
        yield f"{sum(claimed)} of {len(claimed)}"


if __name__ == "__main__":
    main()
