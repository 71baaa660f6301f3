"""Does the encoder's word help the reader's? `python -m benchmarks.open_questions FOLDER`.

Held-out questions put to small indexes of held-out passages (training/open_questions.py), the half of them on which nothing was
fitted: how often the likeliest span, or sentence, of all passages is right where the right passage is there; how well questions
whose passage is there are told from those whose passage was taken out, by the probability of the likeliest (area under the ROC
curve); and how far that probability is from how often the likeliest is right (expected calibration error). Once with the reader's
word alone, once with reader and encoder weighed together (assistant/evidence.py).
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
from assistant.evidence import weigh  # noqa: E402
from assistant.reader import load_reader  # noqa: E402
from training.development import Case, area_under_curve, for_fitting  # noqa: E402
from training.export import A_GROUP  # noqa: E402
from training.open_questions import OpenQuestion, open_questions  # noqa: E402
from training.rows import read_rows  # noqa: E402


def main() -> None:
    """Reads all questions and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    arguments = parser.parse_args()
    encoder = load_encoder()
    reader = load_reader(encoder)
    questions = open_questions(read_rows(arguments.rows, held_out=True), encoder, A_GROUP)
    questions = [question for question in questions if not for_fitting(Case("", question.row))]
    best: dict[str, list[tuple[float, bool]]] = {}
    for question in track(questions, f"Asking {len(questions)} questions"):
        asked = question.asked
        answers, sentences = question.read(reader, encoder)
        for name, found, weights in (
            ("spans", answers, reader.evidence.spans),
            ("sentences", sentences, reader.evidence.sentences),
        ):
            together = weigh(found, asked.query, asked.language, encoder, weights)
            best.setdefault(f"{name}, reader alone", []).append(likeliest(question, found, name))
            best.setdefault(f"{name}, reader and encoder", []).append(likeliest(question, together, name))
    there = np.array([bool(question.answers) for question in questions])
    console = Console(width=110)
    table = Table("", "right first", "AUC: the passage is there", "calibration error")
    for line, outcomes in best.items():
        chances, right = np.array([chance for chance, _ in outcomes]), np.array([found for _, found in outcomes])
        figures = (right[there].mean(), area_under_curve(chances, there), calibration_error(chances, right))
        table.add_row(line, *(f"{figure:.3f}" for figure in figures))
    console.print(table)
    console.print(f"{len(questions)} questions; the passage of {int((~there).sum())} was taken out")


def likeliest(question: OpenQuestion, spans: list[Span], sort: str) -> tuple[float, bool]:
    """The probability of the likeliest span and whether it is right."""
    if not spans:
        return 0.0, False
    best = max(spans, key=lambda span: span.probability)
    return best.probability, (question.is_right if sort == "spans" else question.holds)(best.hit, best.start, best.end)


if __name__ == "__main__":
    main()
