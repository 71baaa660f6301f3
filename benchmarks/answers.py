"""How good are whole answers? `python -m benchmarks.answers examples/evaluation.jsonl --documents examples/documents`.

Each question of an evaluation set is asked as a user would ask it, and the answer is held against the accepted ones: what its
first item holds, what all of them hold, and how many of them hold anything accepted; whether it was refused; whether it says
that the documents disagree; and whether every quote stands verbatim in its document. Questions are tagged `choose` or `unseen`:
nothing may be tuned on the latter. `--out` keeps the outcome of every question, `--compare` tells what got better and worse.

The set is one of `quoth evaluate` (docs/evaluation.md); the first tag of a question is its kind. `quoth evaluate` measures the
same and more; this command is for choosing: it tells the two splits apart.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import prepare_process

prepare_process()  # before torch is imported

from assistant.build import build_assistant, index_documents  # noqa: E402
from assistant.datatypes import Answer  # noqa: E402
from assistant.evaluation.answer_match import holds_any  # noqa: E402
from assistant.evaluation.examples import Example, read_examples  # noqa: E402
from assistant.evaluation.judge import converse, likeliest  # noqa: E402
from assistant.evaluation.measures.calibration_error import calibration_error  # noqa: E402
from assistant.pipeline import Assistant, Work  # noqa: E402
from assistant.settings import load_settings  # noqa: E402

WAYS = ("same-language", "cross-language")
PARTS = ("unseen", "choose", "all")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question was answered. `held[i]` is whether some item, or a quote under it, holds the i-th expected thing.

    `first` is whether the first item or a quote under it holds any; `matching` of the `items` hold any in their own text.
    `confidence` is that of the surest answer, given or not, and `likeliest_is_right` whether that answers the question.
    """

    id: str
    kind: str
    question: str
    answered: bool
    unanswerable: bool
    first: bool
    held: tuple[bool, ...]
    items: int
    matching: int
    disagrees: bool
    claims_disagreement: bool
    quotes: int
    false_quotes: int
    seconds: float
    text: str
    confidence: float = 0.0
    likeliest_is_right: bool = False

    @property
    def recall(self) -> float:
        """Of the things that are wanted, those that some item or quote holds."""
        return sum(self.held) / max(len(self.held), 1)


def main() -> None:
    """Asks all questions and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="evaluation set, JSON Lines")
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--index", type=Path, help="keep the index here (default: a temporary one)")
    parser.add_argument("--split", choices=PARTS, default="unseen", help="which part of the set (default unseen)")
    parser.add_argument("--out", type=Path, help="write the outcome of every question here")
    parser.add_argument("--compare", type=Path, help="an earlier --out file")
    arguments = parser.parse_args()
    earlier = read_outcomes(arguments.compare) if arguments.compare else None
    rows = part_of(read_examples(arguments.rows), arguments.split)
    console = Console(width=130)
    with ExitStack() as stack:
        index = arguments.index or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "index.sqlite"
        settings = load_settings(documents=arguments.documents, index=index)
        for failure in index_documents(settings).failures:
            console.print(f"Not indexed: {failure}")
        assistant = build_assistant(settings)
        outcomes = [
            judge(row, converse(assistant, row.question, row.history), assistant)
            for row in track(rows, f"Asking {len(rows)} questions")
        ]
    console.print(f"{arguments.split} questions, threshold {settings.threshold}, at most {settings.maximum_items} items")
    print_tables(rows, outcomes, console)
    if arguments.out:
        lines = ",\n".join(json.dumps(asdict(outcome), ensure_ascii=False) for outcome in outcomes)
        arguments.out.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    if earlier:
        print_changes(earlier, outcomes, console)


def read_outcomes(path: Path) -> dict[str, Outcome]:
    """What `--out` wrote, by the questions' ids."""
    outcomes = [Outcome(**{**entry, "held": tuple(entry["held"])}) for entry in json.loads(path.read_text(encoding="utf-8"))]
    return {outcome.id: outcome for outcome in outcomes}


def part_of(rows: Sequence[Example], part: str) -> list[Example]:
    """The questions of a part of a set, one of PARTS."""
    return [row for row in rows if part == "all" or part in row.tags]


def kind_of(row: Example) -> str:
    """The first tag."""
    return row.tags[0] if row.tags else "untagged"


def texts_of(answer: Answer) -> list[list[str]]:
    """Of each item its own text and the quotes under it."""
    quotes = {citation.number: citation.quote for citation in answer.citations}
    return [[item.text, *(quotes[number] for number in item.citations)] for item in answer.items]


def judge(row: Example, work: Work, assistant: Assistant) -> Outcome:
    """The answer held against what is expected, and its quotes against the documents."""
    answer = work.answer
    confidence, right = likeliest(work, row)
    texts = texts_of(answer)
    everything = [text for item in texts for text in item]
    cited = [*answer.citations, *answer.closest]
    documents = {name: assistant.document(name) for name in {citation.document for citation in cited}}
    whole = {name: document.text if document else "" for name, document in documents.items()}
    return Outcome(
        id=row.id,
        kind=kind_of(row),
        question=row.question,
        answered=answer.answered,
        unanswerable=row.unanswerable,
        first=bool(answer.items) and any(holds_any(texts[0], forms) for forms in row.expected),
        held=tuple(holds_any(everything, forms) for forms in row.expected),
        items=len(answer.items),
        matching=sum(any(holds_any([item.text], forms) for forms in row.expected) for item in answer.items),
        disagrees=row.disagreement,
        claims_disagreement=bool(answer.disagreement),
        quotes=len(cited),
        false_quotes=sum(whole[citation.document][citation.start : citation.end] != citation.quote for citation in cited),
        seconds=answer.seconds,
        text=answer.text,
        confidence=confidence,
        likeliest_is_right=right,
    )


def print_tables(rows: Sequence[Example], outcomes: Sequence[Outcome], console: Console) -> None:
    """One line a kind and one for each of same and cross language; then what counts over all questions."""
    groups = {kind: [outcome for outcome in outcomes if outcome.kind == kind] for kind in dict.fromkeys(map(kind_of, rows))}
    ways = {way: [outcome for row, outcome in zip(rows, outcomes, strict=True) if way in row.tags] for way in WAYS}
    table = Table(
        "questions", "", "right first", "found any", "found all", "recall", "precision", "wrongly refused", "rightly refused"
    )
    for name, group in groups.items():
        table.add_row(name, *_cells(group))
    table.add_section()
    for name, group in {**ways, "all": list(outcomes)}.items():
        table.add_row(name, *_cells(group))
    console.print(table)
    disagreeing = [outcome.claims_disagreement for outcome in outcomes if outcome.disagrees]
    agreeing = [outcome.claims_disagreement for outcome in outcomes if not outcome.disagrees]
    console.print(f"Disagreement found: {count(disagreeing)}; claimed where there is none: {count(agreeing)}")
    false, quotes = sum(outcome.false_quotes for outcome in outcomes), sum(outcome.quotes for outcome in outcomes)
    console.print(f"Verbatim citations: {quotes - false} of {quotes}" + (" — NOT ALL" if false else ""))
    for outcome in outcomes:
        if outcome.false_quotes:
            console.print(f"  false quotes: {outcome.id} {outcome.question}", markup=False)
    if outcomes:
        console.print(f"Calibration error of how sure the surest answers are: {confidence_error(outcomes):.3f}")
        console.print(f"Median seconds: {statistics.median(outcome.seconds for outcome in outcomes):.2f}")


def confidence_error(outcomes: Sequence[Outcome]) -> float:
    """How far the confidences of the surest answers are off (calibration_error.py), given or not."""
    sure = np.array([outcome.confidence for outcome in outcomes], np.float64)
    return calibration_error(sure, np.array([outcome.likeliest_is_right for outcome in outcomes], np.bool_))


def _cells(group: Sequence[Outcome]) -> list[str]:
    """Number, right first, found, item recall and precision (of those answered), refusals."""
    answerable = [outcome for outcome in group if not outcome.unanswerable]
    return [
        str(len(group)),
        share([outcome.first for outcome in answerable]),
        share([any(outcome.held) for outcome in answerable]),
        share([all(outcome.held) for outcome in answerable]),
        share([outcome.recall for outcome in answerable]),
        share([outcome.matching / outcome.items for outcome in answerable if outcome.items]),
        share([not outcome.answered for outcome in answerable]),
        share([not outcome.answered for outcome in group if outcome.unanswerable]),
    ]


def share(values: Sequence[float]) -> str:
    """Their mean, to three places."""
    return f"{statistics.fmean(values):.3f}" if values else "–"


def count(values: Sequence[bool]) -> str:
    """How many of how many are true."""
    return f"{sum(values)} of {len(values)}"


def print_changes(earlier: dict[str, Outcome], outcomes: Sequence[Outcome], console: Console) -> None:
    """The questions answered better and worse than in an earlier run, with what changed and the answer now."""
    changed: dict[str, list[str]] = {"Better": [], "Worse": [], "Some better, some worse": []}
    for outcome in outcomes:
        if outcome.id not in earlier:
            continue
        before, now = _marks(earlier[outcome.id]), _marks(outcome)
        changes = [f"{name} {before[name]:.2f} -> {now[name]:.2f}" for name in now if before[name] != now[name]]
        if not changes:
            continue
        better, worse = (any(sign * (now[name] - before[name]) > 0 for name in now) for sign in (1, -1))
        kind = "Some better, some worse" if better and worse else "Better" if better else "Worse"
        answer = "refused" if not outcome.answered else " | ".join(outcome.text.splitlines())[:200]
        changed[kind].append(f"  {outcome.id} {outcome.kind}: {outcome.question}\n    {', '.join(changes)}\n    now: {answer}")
    for kind, entries in changed.items():
        console.print(f"{kind}: {len(entries)}", style="bold")
        for entry in entries:
            console.print(entry, markup=False, highlight=False)
    shared = sum(outcome.id in earlier for outcome in outcomes)
    console.print(f"Compared: {shared} questions; {len(outcomes) - shared} were not asked before.")


def _marks(outcome: Outcome) -> dict[str, float]:
    """What is compared, each the better the higher."""
    marks = {"no false disagreement": float(not outcome.claims_disagreement)}
    if outcome.disagrees:
        marks = {"disagreement": float(outcome.claims_disagreement)}
    marks["verbatim"] = float(not outcome.false_quotes)
    if outcome.unanswerable:
        return {**marks, "refused": float(not outcome.answered)}
    precision = outcome.matching / outcome.items if outcome.items else 0.0
    return {**marks, "right first": float(outcome.first), "recall": outcome.recall, "precision": precision}


if __name__ == "__main__":
    main()
