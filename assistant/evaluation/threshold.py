"""Fits the threshold below which Quoth refuses to a set of questions, for a wished share of wrong answers."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from ..datatypes import Answer
from .examples import Example

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """What Quoth would answer to a question if it never refused: how sure it is, and whether it is right.

    An answer to a question that the documents do not answer is never right.
    """

    confidence: float
    right: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold: shares of all questions that are answered, of answers that are wrong, of answerable ones refused."""

    threshold: float
    answered: float
    wrong: float
    refused: float


def judge(example: Example, answer: Answer) -> Judged:
    """`answer` must come from an assistant whose threshold is 0."""
    if not answer.items:
        return Judged(0.0, right=False, answerable=not example.unanswerable)
    quotes = {citation.number: citation.quote for citation in answer.citations}
    best = max(answer.items, key=lambda item: item.confidence)
    texts = [best.text, *(quotes[number] for number in best.citations)]
    return Judged(best.confidence, not example.unanswerable and example.is_right(texts), not example.unanswerable)


def risk_coverage(judged: Sequence[Judged]) -> list[Point]:
    """The curve of El-Yaniv and Wiener (2010): a point at each confidence that occurs, the lowest threshold first."""
    return [point_at(judged, threshold) for threshold in sorted({0.0, *(one.confidence for one in judged)})]


def point_at(judged: Sequence[Judged], threshold: float) -> Point:
    """What happens at one threshold."""
    answered = [one for one in judged if one.confidence >= threshold and one.confidence > 0]
    answerable = [one for one in judged if one.answerable]
    wrong = sum(not one.right for one in answered) / len(answered) if answered else 0.0
    refused = (
        sum(one.confidence < threshold or one.confidence == 0 for one in answerable) / len(answerable) if answerable else 0.0
    )
    return Point(threshold, len(answered) / len(judged) if judged else 0.0, wrong, refused)


def fit_threshold(judged: Sequence[Judged], wrong: float) -> float:
    """The lowest threshold at which no more than this share of the answers is wrong, and some are given; 1 if there is none.

    It lies halfway to the confidence below, so that it does not hang on one question's exact figure.
    """
    curve = risk_coverage(judged)
    kept = next((place for place, point in enumerate(curve) if point.answered and point.wrong <= wrong), None)
    if kept is None:
        return 1.0
    lowest, below = curve[kept].threshold, curve[max(kept - 1, 0)].threshold
    middle = (lowest + below) / 2
    return middle if below < middle else lowest


def written(judged: Sequence[Judged], threshold: float) -> str:
    """A threshold with three decimals, or as many more as it takes to answer the same questions of the set."""
    answered = point_at(judged, threshold).answered
    digits = next((digits for digits in range(3, 17) if point_at(judged, round(threshold, digits)).answered == answered), 17)
    return f"{threshold:.{digits}f}"


def cross_validated(judged: Sequence[Judged], wrong: float) -> Point:
    """What to expect of new questions: each fifth is answered with the threshold fitted to the others. Means over the folds."""
    order = random.Random(0).sample(range(len(judged)), len(judged))  # noqa: S311
    points = []
    for fold in range(FOLDS):
        held = [judged[i] for place, i in enumerate(order) if place % FOLDS == fold]
        others = [judged[i] for place, i in enumerate(order) if place % FOLDS != fold]
        if held and others:
            points.append((len(held), point_at(held, fit_threshold(others, wrong))))
    total = sum(count for count, _ in points) or 1

    def mean(name: str) -> float:
        return sum(count * float(getattr(point, name)) for count, point in points) / total

    return Point(mean("threshold"), mean("answered"), mean("wrong"), mean("refused"))
