"""Does the encoder's word help the reader's? `python -m benchmarks.open_questions FOLDER`.

Held-out questions put to small indexes of held-out passages (training/open_questions.py), the half of them on which nothing was
fitted: how often the likeliest span of all passages is right where the right passage is there, or the likeliest sentence where an
explanation is wanted; how well questions whose passage is there are told from those whose passage was taken out, by the
probability of the likeliest (area under the ROC curve); and how far that probability is from how often the likeliest is right
(expected calibration error). Once with the reader's word alone, once with reader and encoder weighed together
(assistant/evidence.py).
"""

import argparse
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import load_encoder, prepare_process

prepare_process()  # before torch is imported

from assistant.datatypes import Span  # noqa: E402
from assistant.evaluation.measures.calibration_error import calibration_error  # noqa: E402
from assistant.evidence import sort_wanted, weigh  # noqa: E402
from assistant.reader import load_reader  # noqa: E402
from training.development import Case, area_under_curve, for_fitting  # noqa: E402
from training.evidence import A_GROUP  # noqa: E402
from training.open_questions import OpenQuestion, open_questions  # noqa: E402
from training.rows import read_rows  # noqa: E402


def main() -> None:
    """Reads all questions and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    arguments = parser.parse_args()
    encoder = load_encoder()
    reader = load_reader(encoder)
    questions = open_questions(read_rows(arguments.rows, held_out=True), encoder, reader.kind, A_GROUP)
    questions = [question for question in questions if not for_fitting(Case("", question.row))]
    best: dict[str, list[tuple[float, bool]]] = {}
    there: dict[str, list[bool]] = {}
    for question in track(questions, f"Asking {len(questions)} questions"):
        asked, found = question.asked, question.read(reader, encoder)
        sort = sort_wanted(asked.kind)
        together = weigh(found, asked.query, asked.language, encoder, reader.evidence.where_wanted(asked.kind))
        for line, spans in ((f"{sort}, reader alone", found), (f"{sort}, reader and encoder", together)):
            best.setdefault(line, []).append(likeliest(question, spans))
            there.setdefault(line, []).append(bool(question.answers))
    console = Console(width=110)
    table = Table("", "questions", "taken out", "right first", "AUC: the passage is there", "calibration error")
    for line, outcomes in sorted(best.items()):
        chances, right = np.array([chance for chance, _ in outcomes]), np.array([found for _, found in outcomes])
        is_there = np.array(there[line])
        figures = (right[is_there].mean(), area_under_curve(chances, is_there), calibration_error(chances, right))
        table.add_row(line, str(len(right)), str(int((~is_there).sum())), *(f"{figure:.3f}" for figure in figures))
    console.print(table)


def likeliest(question: OpenQuestion, spans: list[Span]) -> tuple[float, bool]:
    """The probability of the likeliest span and whether it is right."""
    if not spans:
        return 0.0, False
    best = max(spans, key=lambda span: span.probability)
    return best.probability, question.is_answered_by(best)


if __name__ == "__main__":
    main()
