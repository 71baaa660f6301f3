"""How reader and encoder are weighed together (assistant/evidence.py), fitted on open questions.

`python -m training.evidence FOLDER` fits it anew for weights that are there, after a change of how passages are read or how many.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.evidence import READER_ALONE, Evidence, Weights, features_of, sort_wanted
from assistant.reader import Reader, load_reader
from assistant.reader_weights import WEIGHTS, read_weights, with_metadata
from index.encode import Encoder, load_encoder

from .corpora import CORPORA, FOR_FITTING, corpora
from .development import Case, for_fitting
from .open_questions import OpenQuestion, open_questions
from .rows import read_rows

A_GROUP = 10
"""Open questions of a group of the held-out part, that want no explanation."""
LIFTS = {"one": (0.0, 0.0), "several": (0.8, 0.4), "sentences": (0.7, 0.7)}
"""Added to the fitted log-odds, for passages in the question's own language and in another, so that one threshold serves all:
where several places or sentences may be right each is the less likely, and the likeliest is right more often than the fit says.
The corpora fitted on are mostly asked in another language than the answer's. Chosen on the sets for choosing (docs/reader.md)."""


def main() -> int:
    """Reads the arguments and writes the file."""
    parser = argparse.ArgumentParser(prog="python -m training.evidence", description=__doc__)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    encoder = load_encoder()
    weights = read_weights(arguments.weights)
    reader = load_reader(encoder, weights)
    questions = fitting_questions(arguments.rows, reader, encoder)
    evidence = fit_evidence(questions, reader, encoder)
    with_metadata(arguments.weights, {**weights.metadata, "evidence": evidence.to_json()})
    print(f"{arguments.weights}: fitted on {len(questions)} open questions: {evidence.to_json()}")
    return 0


def fitting_questions(rows: Path, reader: Reader, encoder: Encoder) -> list[OpenQuestion]:
    """The held-out open questions that may be fitted on: half of those of the rows, all over small corpora."""
    questions = open_questions(read_rows(rows, held_out=True), encoder, reader.kind, A_GROUP, corpora(names=FOR_FITTING))
    return [question for question in questions if question.row.source == CORPORA or for_fitting(Case("", question.row))]


def fit_evidence(questions: Sequence[OpenQuestion], reader: Reader, encoder: Encoder) -> Evidence:
    """How reader and encoder are weighed together, for each sort of answers that may be wanted."""
    features: dict[tuple[str, bool], list[list[float]]] = defaultdict(list)
    right: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    for question in questions:
        spans = question.read(reader, encoder)
        wanted = sort_wanted(question.asked.kind)
        for span, row in zip(spans, features_of(spans, question.asked.query, encoder).tolist(), strict=True):
            sort = wanted, span.hit.chunk.language != question.asked.language
            features[sort].append(row)
            right[sort].append(question.is_answered_by(span))

    def fitted(wanted: str) -> tuple[Weights, Weights]:
        own, other = ((wanted, foreign) for foreign in (False, True))
        of_own, of_other = LIFTS[wanted]
        return _fit_evidence(features[own], right[own], of_own), _fit_evidence(features[other], right[other], of_other)

    return Evidence(fitted("one"), fitted("several"), fitted("sentences"))


def _fit_evidence(features: Sequence[Sequence[float]], labels: Sequence[bool], lift: float) -> Weights:
    if len(set(labels)) < 2:
        return READER_ALONE.one[0]
    reader, sentence, passage, constant = logistic_regression(features, labels)
    return reader, sentence, passage, round(constant + lift, 4)


def logistic_regression(features: Sequence[Sequence[float]], labels: Sequence[bool]) -> list[float]:
    """The weights of the features, then the constant, by maximum likelihood with a light penalty.

    The features are brought to one scale for it: cosines differ by hundredths, and the fit would end before it came to them.
    """
    table = np.array(features)
    middle, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=100.0, max_iter=1000).fit((table - middle) / spread, np.array(labels))
    weights = fitted.coef_[0] / spread
    return [round(float(weight), 4) for weight in (*weights, fitted.intercept_[0] - float(weights @ middle))]


if __name__ == "__main__":
    sys.exit(main())
