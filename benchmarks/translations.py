"""Which items of a list translate each other? `python -m benchmarks.translations FOLDER`.

The questions of training/several_answers.jsonl that want several answers, over passages in Arabic, English and French. Of each
list in two languages one item is left out in either, so that many have no translation there, but near relations. What
assistant/translations.py then joins is held against which items stand at the same place of both lists (in a few the
order differs, which counts as wrong). `NEAR` and `NEARER` were chosen on every other question; `--split unseen` takes the rest.
"""

import argparse
import random
from itertools import combinations
from pathlib import Path

from index.datatypes import Chunk, Hit
from index.encode import load_encoder, prepare_process

prepare_process()  # before torch is imported

from assistant.datatypes import Span  # noqa: E402
from assistant.names import same_name  # noqa: E402
from assistant.translations import may_translate, translations_joined  # noqa: E402
from training.rows import ParallelQuestion, Row, read_rows  # noqa: E402
from training.several_answers import several_answers  # noqa: E402

SPLITS = ("choose", "unseen", "all")


def main() -> None:
    """Joins the items of all lists and prints how many of those that translate each other were found, and how many others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    parser.add_argument("--split", choices=SPLITS, default="unseen", help="which of the lists")
    arguments = parser.parse_args()
    encoder = load_encoder()
    questions = several_answers(read_rows(arguments.rows, held_out=False).sources)
    if arguments.split != "all":
        questions = questions[SPLITS.index(arguments.split) :: 2]
    rng = random.Random(1)
    there = right = wrong = 0
    for one, other in (lists for question in questions for lists in lists_in_two_languages(question)):
        kept = [spans_without(row, rng.randrange(len(row.answers))) for row in (one, other)]
        spans = {**kept[0], **kept[1]}
        pairs = [(kept[0][a], kept[1][b]) for a in kept[0] for b in kept[1] if a[1] == b[1]]
        there += sum(may_translate(*pair) and not same_name(pair[0].text, pair[1].text) for pair in pairs)
        place = {span: at for at, span in spans.items()}
        for group in translations_joined([[span] for span in spans.values()], encoder.encode_questions):
            if len(group) > 1:
                same = len({place[span][1] for span in group}) == 1
                right, wrong = right + same, wrong + (not same)
    print(f"{there} pairs of phrases translate each other: {right} joined ({right / there:.0%}), and {wrong} others", end=" ")
    print(f"({right / (right + wrong):.1%} of what is joined is right)")


def lists_in_two_languages(question: ParallelQuestion) -> list[tuple[Row, Row]]:
    """The question in each two languages, if it has as many answers in both, at least two."""
    rows = [row for row in question.rows.values() if len(row.answers) > 1]
    return [(one, other) for one, other in combinations(rows, 2) if len(one.answers) == len(other.answers)]


def spans_without(row: Row, left_out: int) -> dict[tuple[str, int], Span]:
    """The answers but one as spans, by language and place in the list."""
    hit = Hit(1, Chunk("a.txt", 0, len(row.context), row.context, row.passage_language), "", "", 0.0, 0.9, 1, 1)
    return {
        (row.passage_language, at): Span(hit, start, end, row.context[start:end], 0, len(row.context), 0.5, 0.5)
        for at, (start, end) in enumerate(row.answers)
        if at != left_out
    }


if __name__ == "__main__":
    main()
