"""Fits when to answer and when to refuse: `python -m benchmarks.refusal xquad-parallel.jsonl.gz`.

Many small indexes are made, each of one to six articles of xquad-parallel in one to three of five languages. Questions on these
articles can be answered; questions on other articles cannot. From the articles for choosing come the weights and the
threshold in assistant/read.py and assistant/settings.py; the table is measured on the articles for reporting, which take no
part in it. A question is answered right if a sentence that holds the answer is among those shown.
"""

import argparse
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from assistant import read
from assistant.compose import compose
from assistant.datatypes import Span
from assistant.settings import Settings
from benchmarks.parallel import Parallel, Question, read_parallel
from index.chunk import sentence_spans
from index.datatypes import Chunk, Hit
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
    answers: dict[tuple[int, int, int, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Case:
    """A question put to an index: its candidate sentences, their features (n, 3), and which of them are right."""

    question: Question
    answerable: bool
    spans: list[Span]
    features: Floats
    other_language: NDArray[np.bool_]
    right: NDArray[np.bool_]
    right_passage: NDArray[np.bool_]


def main() -> None:
    """Prints the weights, the threshold, and the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--indexes", type=int, default=250, help="how many small indexes (default 250)")
    arguments = parser.parse_args()
    data, encoder, console = read_parallel(arguments.data), load_encoder(), Console()
    chosen = list(cases(encode(data.chosen(reported=False, languages=frozenset(LANGUAGES)), encoder), arguments.indexes, seed=1))
    fitted = {other: fit(chosen, other=other) for other in (False, True)}
    console.print("Fitted SAME_LANGUAGE ", fitted[False])
    console.print("Fitted OTHER_LANGUAGE", fitted[True])
    rescored = [rescore(case, fitted) for case in chosen]
    threshold = max(np.arange(0.02, 0.9, 0.01), key=lambda value: np.mean(rates(rescored, float(value))[:2]))
    console.print(f"Fitted threshold {threshold:.2f}; in force {Settings().threshold}")
    unseen = encode(data.chosen(reported=True, languages=frozenset(LANGUAGES)), encoder)
    in_force = {False: read.SAME_LANGUAGE, True: read.OTHER_LANGUAGE}
    reported = [rescore(case, in_force) for case in cases(unseen, arguments.indexes, seed=2)]
    print_table(reported, console)


def encode(data: Parallel, encoder: Encoder) -> Encoded:
    """Everything that the cases need, encoded once."""
    order = list(data.passages)
    spans: dict[Passage, list[tuple[int, int, int]]] = {}
    for key in order:
        text = data.passages[key]
        found = sentence_spans(text, key[0])
        counts = encoder.count_tokens([text[start:end] for start, end in found])
        spans[key] = [
            (start, end, count)
            for (start, end), count in zip(found, counts, strict=True)
            if read.can_answer(text[start:end], count)
        ]
    flat = encoder.encode_passages([data.passages[key][start:end] for key in order for start, end, _ in spans[key]])
    ends = np.cumsum([len(spans[key]) for key in order])
    sentences = dict(zip(order, np.split(flat, ends[:-1]), strict=True))
    passages = encoder.encode_passages([data.passages[key] for key in order])
    questions = encoder.encode_questions([question.text for question in data.questions])
    answers = {(q.article, q.paragraph, q.number, q.language): (q.start, q.end) for q in data.questions}
    return Encoded(data, order, passages, spans, sentences, questions, answers)


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
    spans, features, other, right, right_passage = [], [], [], [], []
    for language, rank in balance({language: len(dense[language]) for language in own_first}, read.PASSAGES):
        row, similarity = dense[language][rank]
        key = encoded.order[row]
        text = encoded.data.passages[key]
        hit = Hit(row, Chunk(f"{key}", 0, len(text), text, language), "", "", 0.0, similarity, None, None)
        for (start, end, tokens), vector in zip(encoded.spans[key], encoded.sentences[key], strict=True):
            spans.append(Span(hit, start, end, text[start:end], 0.0))
            features.append((float(vector @ query), similarity, math.log(tokens)))
            other.append(language != question.language)
            right_passage.append(answerable and key[1:] == (question.article, question.paragraph))
            right.append(answerable and _holds_answer(encoded, question, key, start, end))
    return Case(question, answerable, spans, np.array(features), np.array(other), np.array(right), np.array(right_passage))


def _holds_answer(encoded: Encoded, question: Question, key: Passage, start: int, end: int) -> bool:
    if key[1:] != (question.article, question.paragraph):
        return False
    place = encoded.answers[*key[1:], question.number, key[0]]
    return start <= place[0] and place[1] <= end


def fit(chosen: Sequence[Case], *, other: bool) -> read.Weights:
    """Logistic regression (iteratively reweighted least squares, lightly regularised): whether a passage answers.

    A passage is known by its most similar sentence. That the right sentence of the right passage is shown is left to the
    sentence's own similarity: fitted to sentences, the weights would tell them apart within a passage, and passages hardly.
    """
    rows: list[Floats] = []
    labels: list[bool] = []
    for case in chosen:
        best: dict[int, int] = {}
        for i in np.flatnonzero(case.other_language == other):
            passage = case.spans[i].hit.chunk_id
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
    return read.Weights(similarity, length, round(float(weights[2] - middle @ weights[:2]), 2))


def rescore(case: Case, weights: dict[bool, read.Weights]) -> Case:
    """The case with the spans' probabilities under these weights."""
    spans = [
        Span(
            span.hit,
            span.start,
            span.end,
            span.text,
            weights[bool(other)].probability(features[0], features[1], round(math.exp(features[2]))),
        )
        for span, features, other in zip(case.spans, case.features, case.other_language, strict=True)
    ]
    return Case(case.question, case.answerable, spans, case.features, case.other_language, case.right, case.right_passage)


def rates(scored: Sequence[Case], threshold: float) -> tuple[float, float, float]:
    """Of the answerable: answered right, and refused; of the others: refused. In the order right, refused, wrongly refused."""
    right, refused, silent = [], [], []
    for case in scored:
        shown = _shown(case, threshold)
        if case.answerable:
            right.append(any(case.right[i] for i in shown))
            silent.append(not shown)
        else:
            refused.append(not shown)
    return float(np.mean(right)), float(np.mean(refused)), float(np.mean(silent))


def _shown(case: Case, threshold: float) -> list[int]:
    drafts = compose(case.spans, case.question.language, threshold, Settings().maximum_items)
    places = {(c.document, c.start, c.end) for _, _, citations in drafts for c in citations}
    return [i for i, span in enumerate(case.spans) if (span.hit.chunk.document, span.start, span.end) in places]


def print_table(reported: Sequence[Case], console: Console) -> None:
    """Right answers and refusals on unseen articles, where the answer stands in the question's language and where it does not."""
    table = Table("threshold", "passage in", "answered right", "wrongly refused", "rightly refused", title="Unseen articles")
    groups = {
        "the question's language too": [case for case in reported if not case.other_language.all()],
        "other languages only": [case for case in reported if case.other_language.all()],
    }
    for threshold in sorted({0.05, 0.1, 0.2, 0.3, 0.5, Settings().threshold}):
        for name, group in groups.items():
            right, refused, silent = rates(group, threshold)
            mark = " (in force)" if threshold == Settings().threshold else ""
            table.add_row(f"{threshold}{mark}", name, f"{right:.3f}", f"{silent:.3f}", f"{refused:.3f}")
    console.print(table)


if __name__ == "__main__":
    main()
