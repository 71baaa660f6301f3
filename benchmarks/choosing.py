"""Which threshold? `python -m benchmarks.choosing examples benchmarks/corpora/harbour --split choose`.

Each question of some evaluation sets is asked once, and answers are composed anew of what was read for every threshold (and every
least share of a list's items) that is to be compared. The tables tell by set, and over all of them, what each choice costs and
gains; below them stands how far confidence (assistant/confidence.py) is off, and what it would be fitted on these sets. With
`--weights` other weights of the reader than those in force are asked; `--out` keeps one line a question and choice.

A set is a folder with `documents/` and `evaluation.jsonl`, as `python -m training.corpora OUT` makes one. Nothing may be chosen
on questions tagged `unseen`: `--split choose` leaves them out. Earlier turns of a conversation are answered as they
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
from assistant.calibration import log_odds, probability_of  # noqa: E402
from assistant.compose import LEAST_SHARE, compose  # noqa: E402
from assistant.confidence import CONSTANT, SLOPE, probability_at  # noqa: E402
from assistant.datatypes import Answer  # noqa: E402
from assistant.evaluation.examples import Example, read_examples  # noqa: E402
from assistant.evaluation.judge import converse  # noqa: E402
from assistant.pipeline import Assistant, Work, said  # noqa: E402
from assistant.question_kind import Kind  # noqa: E402
from assistant.read import whole  # noqa: E402
from assistant.reader import load_reader  # noqa: E402
from assistant.reader_weights import read_weights  # noqa: E402
from assistant.settings import load_settings  # noqa: E402
from benchmarks.answers import PARTS, WAYS, Outcome, confidence_error, count, judge, part_of, share  # noqa: E402
from training.evidence import logistic_regression  # noqa: E402

MANY_SETS = 3
"""So many it takes to fit confidence on all but one."""
LEAST = 1e-4
"""Less likely places count as this likely, where confidence is fitted."""
Choice = tuple[float, float]
"""A threshold, and how likely an item of a list must be as a share of the likeliest."""
Judged = tuple[Example, dict[Choice, Outcome]]
"""A question and how it is answered by each choice."""


def main() -> None:
    """Asks all questions of all sets and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with documents/ and evaluation.jsonl")
    parser.add_argument("--split", choices=PARTS, default="choose", help="which part of the sets (default choose)")
    parser.add_argument("--every", type=int, default=1, help="ask every so many of them (default 1)")
    parser.add_argument("--weights", type=Path, help="of the reader (default: those in force)")
    parser.add_argument("--thresholds", type=numbers, default=(load_settings().threshold,), help="such as 0.3,0.34,0.4")
    parser.add_argument("--shares", type=numbers, default=(LEAST_SHARE[Kind.SEVERAL],), help="of lists, such as 0.2,0.3")
    parser.add_argument("--out", type=Path, help="write the outcomes here, JSON Lines")
    arguments = parser.parse_args()
    choices = [(threshold, least) for least in arguments.shares for threshold in arguments.thresholds]
    console = Console(width=130)
    sets = {folder: part_of(read_examples(folder / "evaluation.jsonl"), arguments.split) for folder in arguments.sets}
    if empty := [str(folder) for folder, rows in sets.items() if not rows]:
        parser.error(f"No question is tagged {arguments.split} in {', '.join(empty)}. Give another --split, or leave these out.")
    judged: dict[Path, list[Judged]] = {}
    for folder, rows in sets.items():
        with ExitStack() as stack:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            assistant = assistant_over(folder, scratch, console, arguments.weights)
            asked = track(rows[:: arguments.every], folder.name, console=console)
            judged[folder] = [(row, outcomes(row, assistant, choices)) for row in asked]
        console.print(table(folder.name, judged[folder], choices))
    if len(judged) > 1:
        console.print(table("all sets", [one for found in judged.values() for one in found], choices))
    if arguments.out:
        lines = [
            json.dumps({"set": str(folder), "threshold": threshold, "share": least, **asdict(outcome)}, ensure_ascii=False)
            for folder, found in judged.items()
            for _, by_choice in found
            for (threshold, least), outcome in by_choice.items()
        ]
        arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    console.print(confidence_line([[next(iter(by_choice.values())) for _, by_choice in found] for found in judged.values()]))


def numbers(text: str) -> tuple[float, ...]:
    """Those between the commas."""
    return tuple(float(number) for number in text.split(","))


def assistant_over(folder: Path, scratch: Path, console: Console, weights: Path | None = None) -> Assistant:
    """One over the documents of a set."""
    settings = load_settings(documents=folder / "documents", index=scratch / "index.sqlite")
    for failure in index_documents(settings).failures:
        console.print(f"Not indexed: {failure}")
    assistant = build_assistant(settings)
    if weights:
        assistant.reader = load_reader(load_encoder(settings.model), read_weights(weights))
    return assistant


def outcomes(row: Example, assistant: Assistant, choices: Sequence[Choice]) -> dict[Choice, Outcome]:
    """The question asked once, and its answer by each of the choices."""
    work = converse(assistant, row.question, row.history)
    in_force = LEAST_SHARE[Kind.SEVERAL]
    found: dict[Choice, Outcome] = {}
    try:
        for threshold, least in choices:
            LEAST_SHARE[Kind.SEVERAL] = least
            anew = replace(work, answer=composed(work, assistant, threshold))
            found[threshold, least] = judge(row, anew, assistant)
    finally:
        LEAST_SHARE[Kind.SEVERAL] = in_force
    return found


def composed(work: Work, assistant: Assistant, threshold: float) -> Answer:
    """What was read, composed anew at a threshold."""
    composition = compose(work.asked, work.held, probability_at(threshold), assistant.settings.maximum_items)
    near = work.held or whole(work.hits)
    answer = said(work.answer.question, work.asked.language, composition, near, assistant.text)
    return replace(answer, seconds=work.answer.seconds)


def confidence_line(sets: Sequence[Sequence[Outcome]]) -> str:
    """How far the confidences of all sets are off, as they are and if fitted anew, each set's on all others."""
    everything = [one for outcomes in sets for one in outcomes]
    told = f"Confidence: calibration error {confidence_error(everything):.3f} with slope {SLOPE} and constant {CONSTANT}"
    if len(sets) < MANY_SETS:
        return told
    left_out = []
    for number, held in enumerate(sets):
        slope, constant = fit_confidence([one for other, outcomes in enumerate(sets) if other != number for one in outcomes])
        left_out += [replace(one, confidence=probability_of(slope * _odds(one) + constant)) for one in held]
    slope, constant = fit_confidence(everything)
    off = confidence_error(left_out)
    return f"{told}; fitted anew {slope:.2f} and {constant:.2f}; with what is fitted on all other sets {off:.3f}"


def fit_confidence(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Slope and constant by maximum likelihood with a light penalty; those in force where all answers are right, or none."""
    if len({one.likeliest_is_right for one in outcomes}) < 2:
        return SLOPE, CONSTANT
    slope, constant = logistic_regression([[_odds(one)] for one in outcomes], [one.likeliest_is_right for one in outcomes])
    return slope, constant


def _odds(outcome: Outcome) -> float:
    """The log-odds of the likeliest place, from -9.2 on."""
    return log_odds(max(LEAST, probability_at(outcome.confidence)))


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
        yield count([outcome.claims_disagreement for _, outcome in found if outcome.disagrees == disagrees])


if __name__ == "__main__":
    main()
