"""Fits the heads that tell what kind of answer a question wants and whether it leans on an earlier question.

`python -m training.kinds FOLDER` shows how well.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.question_kind import Kind, leaning, question_kind
from assistant.reader import LEAST_LEANING, Reader, load_reader
from index.encode import load_encoder

from .corpora import askings, corpora, leaning_questions
from .rows import Rows, json_lines, read_rows

QUESTIONS = Path(__file__).parent / "kinds.jsonl"
LEANING = Path(__file__).parent / "leaning.jsonl"
"""Questions that lean on an earlier one, such as "And when?", with their kind: "And Ghana?", which wants what the one before it
did, is CONFIRM, as pipeline.py takes it."""
STRENGTH = 0.003
"""The regression's inverse strength of regularisation, on standardised features."""
SHORT_WEIGHT = 0.1
"""Of a question from the rows, where one of our own counts 1."""
SHORT_ANSWER = 20
"""Characters: questions of the rows with no longer answer want a short one."""
OF_A_LANGUAGE = 60
WITHOUT = ("qamr", "policyqa")
"""Sources whose questions are not like those that people put to documents."""
_CLASSES = {Kind.ONE: 0, Kind.SEVERAL: 0, Kind.EXPLAIN: 1, Kind.CONFIRM: 2}

Floats = NDArray[np.float32]


def fit_kinds(reader: Reader, rows: Rows) -> torch.Tensor:
    """The heads' weights, shape (5, dimensions + 1), as question_kind.py reads them."""
    stands, leans = _standing(), json_lines(LEANING)
    vectors, leaning_vectors, short_vectors = (
        _vectors(reader, [row["question"] for row in found]) for found in (stands, leans, _short_questions(rows))
    )
    kinds = _fit(np.vstack([vectors, leaning_vectors]), [Kind(row["kind"]) for row in (*stands, *leans)], short_vectors)
    over_corpora = _vectors(reader, [row["question"] for row in leaning_questions(corpora())])
    return torch.from_numpy(np.vstack([kinds, _fit_leaning(np.vstack([leaning_vectors, over_corpora]), vectors, short_vectors)]))


def _fit_leaning(leans: Floats, stands: Floats, short: Floats) -> Floats:
    """One row: log-odds that a question leans on an earlier one."""
    vectors = np.vstack([leans, stands, short])
    labels = np.arange(len(vectors)) < len(leans)
    weights = np.concatenate([np.ones(len(leans) + len(stands)), np.full(len(short), SHORT_WEIGHT)])
    middle, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight="balanced").fit(
        (vectors - middle) / spread, labels, sample_weight=weights
    )
    slopes = fitted.coef_ / spread
    return np.hstack([slopes, (fitted.intercept_ - slopes @ middle)[:, None]]).astype(np.float32)


def _vectors(reader: Reader, questions: Sequence[str]) -> Floats:
    return np.array([reader.question_vector(question) for question in questions])


def _standing() -> list[dict[str, str]]:
    """Our own questions that stand alone, with their kind: those written for it, and those over small corpora."""
    return json_lines(QUESTIONS) + [
        {"language": language, "kind": question.kind.value, "question": question.ask[language]}
        for _, question, language in askings(corpora())
        if question.kind
    ]


def _short_questions(rows: Rows) -> list[dict[str, str]]:
    """Questions of rows with short answers, with their language, as many of each."""
    found = [row for name, source in rows.sources.items() if name not in WITHOUT for row in source]
    found += [row for question in rows.parallel for row in question.rows.values()]
    by_language: dict[str, list[str]] = defaultdict(list)
    for row in found:
        if row.answers and row.answers[0][1] - row.answers[0][0] <= SHORT_ANSWER:
            by_language[row.question_language].append(row.question)
    chooser = random.Random(0)
    return [
        {"language": language, "question": question}
        for language, questions in sorted(by_language.items())
        for question in chooser.sample(questions, min(len(questions), OF_A_LANGUAGE))
    ]


def _fit(vectors: Floats, kinds: list[Kind], short: Floats) -> Floats:
    classes = np.array([_CLASSES[kind] for kind in kinds] + [0] * len(short))
    weights = np.concatenate([np.ones(len(kinds)), np.full(len(short), SHORT_WEIGHT)])
    middle, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    vectors, short = (vectors - middle) / spread, (short - middle) / spread
    sort = LogisticRegression(C=STRENGTH, max_iter=1000).fit(np.vstack([vectors, short]), classes, sample_weight=weights)
    is_short = np.array([_CLASSES[kind] == 0 for kind in kinds])
    is_several = np.array([kind is Kind.SEVERAL for kind in kinds])
    several = LogisticRegression(C=STRENGTH, max_iter=1000).fit(
        np.vstack([vectors[is_short], short]),
        np.concatenate([is_several[is_short], np.zeros(len(short), bool)]),  # the rows' questions have one answer each
        sample_weight=np.concatenate([np.ones(int(is_short.sum())), np.full(len(short), SHORT_WEIGHT)]),
    )
    slopes = np.vstack([sort.coef_, several.coef_]) / spread
    constants = np.concatenate([sort.intercept_, several.intercept_]) - slopes @ middle
    return np.hstack([slopes, constants[:, None]]).astype(np.float32)


def main() -> None:
    """Leaves a language out at a time: how often are the heads right where they have not seen the language."""
    parser = argparse.ArgumentParser(prog="python -m training.kinds", description=main.__doc__)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    reader, stands, leans = load_reader(load_encoder()), _standing(), json_lines(LEANING)
    short, after = _short_questions(read_rows(parser.parse_args().rows, held_out=False)), leaning_questions(corpora())
    own = [*stands, *leans]
    vectors, short_vectors, after_vectors = (
        _vectors(reader, [row["question"] for row in found]) for found in (own, short, after)
    )
    languages, short_languages, after_languages = (np.array([row["language"] for row in found]) for found in (own, short, after))
    is_leaning = np.arange(len(own)) >= len(stands)
    right: dict[str, list[bool]] = defaultdict(list)
    confusion: dict[tuple[str, str], int] = defaultdict(int)
    rightly: dict[bool, list[bool]] = defaultdict(list)
    for language in sorted(set(languages)):
        others = languages != language
        other_short = short_vectors[short_languages != language]
        kinds = [Kind(row["kind"]) for row, other in zip(own, others, strict=True) if other]
        weights = np.vstack(
            [
                _fit(vectors[others], kinds, other_short),
                _fit_leaning(
                    np.vstack([vectors[others & is_leaning], after_vectors[after_languages != language]]),
                    vectors[others & ~is_leaning],
                    other_short,
                ),
            ]
        )
        for position in np.flatnonzero(~others):
            kind, told = own[position]["kind"], question_kind(vectors[position], weights).value
            leans_too = bool(is_leaning[position])
            right["all that lean" if leans_too else language].append(told == kind)
            confusion[f"{kind}, leaning" if leans_too else kind, told] += 1
            rightly[leans_too].append((leaning(vectors[position], weights) > LEAST_LEANING) == leans_too)
        for vector in short_vectors[short_languages == language]:
            confusion["short, from the rows", question_kind(vector, weights).value] += 1
    for language, found in right.items():
        print(f"{language}  {np.mean(found):.3f}  of {len(found)}")
    alone = [value for language, found in right.items() if language != "all that lean" for value in found]
    print(f"all that stand alone  {np.mean(alone):.3f}  of {len(alone)}")
    for pair, count in sorted(confusion.items()):
        print(*pair, count, sep=", ")
    for leans_too, found in rightly.items():
        print("lean on an earlier question" if leans_too else "stand alone", f"{np.mean(found):.3f}  of {len(found)}")


if __name__ == "__main__":
    main()
