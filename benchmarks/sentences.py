"""Fits the weights in assistant/sentences.py: `python -m benchmarks.sentences xquad-parallel.jsonl.gz`.

Many small indexes are made, each of one to six articles of xquad-parallel in one to three of five languages, from the articles
for choosing. Questions on these articles can be answered; questions on other articles cannot.
"""

import argparse
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.read import PASSAGES_FOR_SENTENCES
from assistant.sentences import Weights, can_answer
from benchmarks.parallel import Parallel, read_parallel
from index.chunk import sentence_spans
from index.encode import Encoder, Vectors, load_encoder
from index.search import balance

LANGUAGES = ("en", "ar", "de", "ru", "zh")
MOST_ARTICLES = 6
Floats = NDArray[np.float64]
Passage = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A part of the data with its vectors. `order[i]` is the passage of `passages[i]`; spans are (start, end, tokens)."""

    data: Parallel
    order: list[Passage]
    passages: Vectors
    spans: dict[Passage, list[tuple[int, int, int]]]
    sentences: dict[Passage, Vectors]
    questions: Vectors


@dataclass(frozen=True, slots=True)
class Case:
    """A question put to an index: for each sentence its passage, its features (n, 3), and whether the passage is right."""

    passages: list[int]
    features: Floats
    other_language: NDArray[np.bool_]
    right_passage: NDArray[np.bool_]


def main() -> None:
    """Prints the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--indexes", type=int, default=250, help="how many small indexes (default 250)")
    arguments = parser.parse_args()
    data, encoder = read_parallel(arguments.data), load_encoder()
    chosen = list(cases(encode(data.chosen(reported=False, languages=frozenset(LANGUAGES)), encoder), arguments.indexes, seed=1))
    print("SAME_LANGUAGE ", fit(chosen, other=False))
    print("OTHER_LANGUAGE", fit(chosen, other=True))


def encode(data: Parallel, encoder: Encoder) -> Encoded:
    """Everything that the cases need, encoded once."""
    order = list(data.passages)
    spans: dict[Passage, list[tuple[int, int, int]]] = {}
    for key in order:
        text = data.passages[key]
        found = sentence_spans(text, key[0])
        counts = encoder.count_tokens([text[start:end] for start, end in found])
        spans[key] = [
            (start, end, count) for (start, end), count in zip(found, counts, strict=True) if can_answer(text[start:end], count)
        ]
    flat = encoder.encode_passages([data.passages[key][start:end] for key in order for start, end, _ in spans[key]])
    ends = np.cumsum([len(spans[key]) for key in order])
    sentences = dict(zip(order, np.split(flat, ends[:-1]), strict=True))
    passages = encoder.encode_passages([data.passages[key] for key in order])
    questions = encoder.encode_questions([question.text for question in data.questions])
    return Encoded(data, order, passages, spans, sentences, questions)


def cases(encoded: Encoded, indexes: int, seed: int) -> Iterator[Case]:
    """Eight questions to each of the small indexes, half of them answerable."""
    random = np.random.default_rng(seed)
    articles = sorted({article for _, article, _ in encoded.order})
    by_article: dict[int, list[int]] = defaultdict(list)
    for position, question in enumerate(encoded.data.questions):
        by_article[question.article].append(position)
    for _ in range(indexes):
        held = set(random.choice(articles, random.integers(1, MOST_ARTICLES + 1), replace=False).tolist())
        languages = set(random.choice(LANGUAGES, random.integers(1, 4), replace=False).tolist())
        rows = [i for i, (language, article, _) in enumerate(encoded.order) if language in languages and article in held]
        for answerable in (True, False):
            pool = [position for article in articles if (article in held) == answerable for position in by_article[article]]
            for position in random.choice(pool, 4, replace=False):
                yield _case(encoded, rows, int(position), answerable)


def _case(encoded: Encoded, rows: Sequence[int], position: int, answerable: bool) -> Case:
    question, query = encoded.data.questions[position], encoded.questions[position]
    dense: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: -float(encoded.passages[row] @ query)):
        dense[encoded.order[row][0]].append((row, float(encoded.passages[row] @ query)))
    own_first = sorted(dense, key=lambda language: (language != question.language, -dense[language][0][1]))
    passages, features, other, right_passage = [], [], [], []
    for language, rank in balance({language: len(dense[language]) for language in own_first}, PASSAGES_FOR_SENTENCES):
        row, similarity = dense[language][rank]
        key = encoded.order[row]
        for (_, _, tokens), vector in zip(encoded.spans[key], encoded.sentences[key], strict=True):
            passages.append(row)
            features.append((float(vector @ query), similarity, math.log(tokens)))
            other.append(language != question.language)
            right_passage.append(answerable and key[1:] == (question.article, question.paragraph))
    return Case(passages, np.array(features), np.array(other), np.array(right_passage))


def fit(chosen: Sequence[Case], *, other: bool) -> Weights:
    """Logistic regression (iteratively reweighted least squares, lightly regularised): whether a passage answers.

    A passage is known by its most similar sentence. That the right sentence of the right passage is shown is left to the
    sentence's own similarity: fitted to sentences, the weights would tell them apart within a passage, and passages hardly.
    """
    rows: list[Floats] = []
    labels: list[bool] = []
    for case in chosen:
        best: dict[int, int] = {}
        for i in np.flatnonzero(case.other_language == other):
            passage = case.passages[i]
            if passage not in best or case.features[i, 0] > case.features[best[passage], 0]:
                best[passage] = int(i)
        rows.extend(case.features[i] for i in best.values())
        labels.extend(bool(case.right_passage[i]) for i in best.values())
    features = np.array(rows)
    x = np.column_stack([features[:, :2].mean(axis=1), features[:, 2]])
    middle = x.mean(axis=0)
    design = np.hstack([x - middle, np.ones((len(x), 1))])
    y, weights = np.array(labels, np.float64), np.zeros(3)
    penalty = np.diag([1e-3, 1e-3, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ weights))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + penalty
        weights += np.linalg.solve(hessian, design.T @ (y - p) - penalty @ weights)
    similarity, length = (round(float(weight), 1) for weight in weights[:2])
    return Weights(similarity, length, round(float(weights[2] - middle @ weights[:2]), 2))
