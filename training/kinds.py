"""Fits the heads that tell what kind of answer a question wants, whether it leans on an earlier one, and whether it is one.

`python -m training.kinds FOLDER` shows how well; with `--write` it then fits them anew for weights that are there.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.linear_model import LogisticRegression

from assistant.question_kind import Kind, leaning, question_kind, small_talk
from assistant.reader import LEAST_LEANING, LEAST_SMALL_TALK, Reader, load_reader
from assistant.reader_weights import WEIGHTS, read_weights, with_kinds
from index.encode import load_encoder

from .corpora import askings, corpora, leaning_questions
from .rows import Rows, json_lines, read_rows

QUESTIONS = Path(__file__).parent / "kinds.jsonl"
"""Questions that stand alone, with their kind, in the forms in which people ask: whole sentences, requests ("list the members"),
a few words as for a search engine ("refund policy")."""
LEANING = Path(__file__).parent / "leaning.jsonl"
"""Questions that lean on an earlier one, such as "And when?", with their kind: "And Ghana?", which wants what the one before it
did, is CONFIRM, as pipeline.py takes it."""
SMALL_TALK = Path(__file__).parent / "small_talk.jsonl"
"""What asks nothing of the documents: greetings, thanks, what Quoth can do."""
STRENGTH = 0.003
"""The regression's inverse strength of regularisation, on standardised features."""
TALK_STRENGTH = 0.03
"""The same for small talk, which is unlike the rest: with less of it too many short questions are taken for some."""
OWN_WEIGHT = 4.0
"""Of a question written for this, where one of those over small corpora, which are many and of few forms, counts 1; where it is
told whether they lean on an earlier one, these count 1 too."""
SHORT_WEIGHT = 0.1
"""Of a question from the rows."""
SHORT_ANSWER = 20
"""Characters: questions of the rows with no longer answer want a short one."""
OF_A_LANGUAGE = 60
WITHOUT = ("qamr", "policyqa")
"""Sources whose questions are not like those that people put to documents."""
_CLASSES = {Kind.ONE: 0, Kind.SEVERAL: 0, Kind.EXPLAIN: 1, Kind.CONFIRM: 2}

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that the heads are fitted on, and how much it counts. Where `kind` is None, no kind is learned from it."""

    question: str
    language: str
    kind: Kind | None
    leans: bool
    weight: float
    source: str
    talk: bool = False


def fit_kinds(reader: Reader, rows: Rows) -> torch.Tensor:
    """The heads' weights, shape (6, dimensions + 1), as question_kind.py reads them."""
    asked = questions(rows)
    return torch.from_numpy(_fit(asked, _vectors(reader, [one.question for one in asked])))


def questions(rows: Rows) -> list[Asked]:
    """All questions that the heads are fitted on."""
    own = [
        Asked(row["question"], row["language"], Kind(row["kind"]), leans, OWN_WEIGHT, source)
        for path, leans, source in ((QUESTIONS, False, "own"), (LEANING, True, "own, leaning"))
        for row in json_lines(path)
    ]
    over_corpora = [
        Asked(question.ask[language], language, question.kind, False, 1.0, "corpora")
        for _, question, language in askings(corpora())
        if question.kind
    ]
    after = [Asked(row["question"], row["language"], None, True, 1.0, "corpora, leaning") for row in leaning_questions(corpora())]
    talk = [Asked(row["question"], row["language"], None, False, OWN_WEIGHT, "talk", talk=True) for row in json_lines(SMALL_TALK)]
    return [*own, *over_corpora, *after, *talk, *_short_questions(rows)]


def _short_questions(rows: Rows) -> list[Asked]:
    """Questions of rows with short answers, of which each has one, and as many of each language."""
    found = [row for name, source in rows.sources.items() if name not in WITHOUT for row in source]
    found += [row for question in rows.parallel for row in question.rows.values()]
    by_language: dict[str, list[str]] = defaultdict(list)
    for row in found:
        if row.answers and row.answers[0][1] - row.answers[0][0] <= SHORT_ANSWER:
            by_language[row.question_language].append(row.question)
    chooser = random.Random(0)
    return [
        Asked(question, language, Kind.ONE, False, SHORT_WEIGHT, "rows")
        for language, asked in sorted(by_language.items())
        for question in chooser.sample(asked, min(len(asked), OF_A_LANGUAGE))
    ]


def _vectors(reader: Reader, asked: Sequence[str]) -> Floats:
    return np.array([reader.question_vector(question) for question in asked])


def _fit(asked: Sequence[Asked], vectors: Floats) -> Floats:
    """The six rows of weights. `vectors` has shape (questions, dimensions)."""
    weights = np.array([one.weight for one in asked])
    with_kind = np.array([one.kind is not None for one in asked])
    short = np.array([one.kind is not None and _CLASSES[one.kind] == 0 for one in asked])
    kinds = [one.kind for one in asked if one.kind is not None]
    several = [one.kind is Kind.SEVERAL for one in np.array(asked, object)[short]]
    return np.vstack(
        [
            _regression(vectors[with_kind], [_CLASSES[kind] for kind in kinds], weights[with_kind]),
            _regression(vectors[short], several, weights[short]),
            _regression(vectors, [one.leans for one in asked], np.minimum(weights, 1.0), balanced=True),
            _regression(vectors, [one.talk for one in asked], weights, strength=TALK_STRENGTH),
        ]
    )


def _regression(
    vectors: Floats, labels: ArrayLike, weights: NDArray[np.float64], *, balanced: bool = False, strength: float = STRENGTH
) -> Floats:
    """A row of weights for each class, or one for two classes; the constant is the last."""
    middle, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=strength, max_iter=1000, class_weight="balanced" if balanced else None).fit(
        (vectors - middle) / spread, labels, sample_weight=weights
    )
    slopes = fitted.coef_ / spread
    return np.hstack([slopes, (fitted.intercept_ - slopes @ middle)[:, None]]).astype(np.float32)


def main() -> None:
    """Leaves a language out at a time: how often are the heads right where they have not seen the language."""
    parser = argparse.ArgumentParser(prog="python -m training.kinds", description=main.__doc__)
    parser.add_argument("rows", type=Path, help="folder of question-passage-answer rows")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--write", action="store_true", help="then fit them on all languages, into the weights file")
    arguments = parser.parse_args()
    reader = load_reader(load_encoder(), read_weights(arguments.weights))
    asked = questions(read_rows(arguments.rows, held_out=False))
    vectors = _vectors(reader, [one.question for one in asked])
    print_shares(asked, vectors)
    if arguments.write:
        with_kinds(arguments.weights, torch.from_numpy(_fit(asked, vectors)))
        print(f"{arguments.weights}: fitted on {len(asked)} questions")


def print_shares(asked: Sequence[Asked], vectors: Floats) -> None:
    """Of each source, how often the kind, and whether a question leans, is told right, and what kinds are taken for which."""
    languages = np.array([one.language for one in asked])
    kinds_right: dict[str, list[bool]] = defaultdict(list)
    leaning_right: dict[str, list[bool]] = defaultdict(list)
    talk: dict[str, list[bool]] = defaultdict(list)
    taken: Counter[tuple[str, Kind, Kind]] = Counter()
    for language in sorted({one.language for one in asked if one.source == "own"}):
        others = languages != language
        weights = _fit([one for one in asked if one.language != language], vectors[others])
        for place in np.flatnonzero(~others).tolist():
            one, told = asked[place], question_kind(vectors[place], weights)
            leaning_right[one.source].append((leaning(vectors[place], weights) > LEAST_LEANING) == one.leans)
            talk[one.source].append(small_talk(vectors[place], weights) > LEAST_SMALL_TALK)
            if one.kind is not None:
                kinds_right[one.source].append(told == one.kind)
                taken[one.source, one.kind, told] += 1
    for source, right in leaning_right.items():
        kinds = f"kind {np.mean(kinds_right[source]):.3f}, " if source in kinds_right else ""
        print(f"{source}: {kinds}whether it leans {np.mean(right):.3f}, small talk {np.mean(talk[source]):.4f} of {len(right)}")
    for (source, kind, told), count in sorted(taken.items()):
        print(f"{source}: {kind} taken for {told}: {count}")


if __name__ == "__main__":
    main()
