"""Outcomes -> figures: every measure over all questions and over parts of them, each with a confidence interval."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..pipeline import STEPS
from .measures.bootstrap import Statistic, interval, mean
from .measures.calibration_error import calibration_errors
from .measures.citation_precision import citation_precision
from .measures.citation_recall import citation_recall
from .measures.disagreement import disagreement_false, disagreement_found
from .measures.errors import error_rate
from .measures.item_overlap import Said, exact_match, f1
from .measures.item_precision import item_precision
from .measures.item_recall import item_recall
from .measures.latency import latency_quantile
from .measures.ndcg import ndcg_at
from .measures.reciprocal_rank import reciprocal_rank
from .measures.refusal import refusal_precision, refusal_recall
from .measures.retrieval_recall import recall_at
from .measures.risk_coverage import areas_under_risk_coverage
from .outcome import Fact, Outcome, Step

Numbers = float | tuple[float, float] | None
"""What a question gives to a measure: one number or two; None where it does not count in it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: `of` gives the numbers of each question, `statistic` makes one of them all. `needs` must be known of each."""

    name: str
    title: str
    of: Callable[[Outcome], Numbers]
    statistic: Statistic = mean
    lower_is_better: bool = False
    needs: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """What a measure is over `count` questions, and the ends of its 95% interval; all None where no question counts."""

    value: float | None
    low: float | None
    high: float | None
    count: int

    def to_json(self) -> dict[str, Any]:
        """Rounded to what can be meant."""
        return {
            **{name: None if (value := getattr(self, name)) is None else round(value, 4) for name in ("value", "low", "high")},
            "count": self.count,
        }


def measure(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """All figures, by the measures' names."""
    return {one.name: _figure(one, outcomes) for one in MEASURES}


def parts(outcomes: Sequence[Outcome]) -> dict[str, dict[str, list[Outcome]]]:
    """The outcomes by language of the question, by way (same- or cross-language) and by tag."""
    keys: Mapping[str, Callable[[Outcome], Sequence[str]]] = {
        "language": lambda one: [one.language],
        "way": lambda one: [one.way] if one.way else [],
        "tag": lambda one: one.example.tags,
    }
    found: dict[str, dict[str, list[Outcome]]] = {}
    for kind, keys_of in keys.items():
        names = sorted({name for outcome in outcomes for name in keys_of(outcome)})
        found[kind] = {name: [outcome for outcome in outcomes if name in keys_of(outcome)] for name in names}
    return found


def _figure(one: Measure, outcomes: Sequence[Outcome]) -> Figure:
    known = [outcome for outcome in outcomes if not set(one.needs) & set(outcome.unknown)]
    given = [numbers for outcome in known if (numbers := one.of(outcome)) is not None]
    if not given:
        return Figure(None, None, None, 0)
    sample = np.array([numbers if isinstance(numbers, tuple) else (numbers,) for numbers in given], np.float64).T
    low, high = interval(list(sample), one.statistic)
    return Figure(float(one.statistic(*sample)), low, high, len(given))


def _relevant(outcome: Outcome) -> Sequence[str]:
    """The documents that should be found and cited."""
    return () if outcome.example.unanswerable else outcome.example.documents


def _found(outcome: Outcome) -> list[bool]:
    return [one.step is Step.FOUND for one in outcome.verdicts]


def _said(outcome: Outcome) -> list[Said]:
    return [Said(item.text, item.language) for item in outcome.items]


def _if_expected(of: Callable[[Outcome], float | None]) -> Callable[[Outcome], float | None]:
    return lambda outcome: of(outcome) if outcome.example.expected else None


def _if_judged(of: Callable[[Outcome], Numbers]) -> Callable[[Outcome], Numbers]:
    return lambda outcome: of(outcome) if outcome.example.knows_answers else None


def _if_documents(of: Callable[[Outcome], float]) -> Callable[[Outcome], float | None]:
    return lambda outcome: of(outcome) if _relevant(outcome) else None


def _verbatim(outcome: Outcome) -> float | None:
    shown = [*outcome.citations, *outcome.closest]
    return sum(quote.verbatim for quote in shown) / len(shown) if shown else None


def _sureness(outcome: Outcome) -> tuple[float, float]:
    return outcome.confidence, float(outcome.likeliest_is_right)


def _seconds(outcome: Outcome) -> float:
    return outcome.seconds


def _step_seconds(step: str, outcome: Outcome) -> float | None:
    return outcome.step_seconds.get(step)


def _latencies(name: str, label: str, seconds: Callable[[Outcome], float | None]) -> Iterator[Measure]:
    needs = (Fact.SECONDS,) if name == "latency" else (Fact.STEPS,)
    for share, title in ((0.5, "median"), (0.95, "95th percentile")):
        quantile = partial(latency_quantile, share=share)
        yield Measure(f"{name}_p{100 * share:.0f}", f"{label}, {title}", seconds, quantile, lower_is_better=True, needs=needs)


_RANKING, _ITEMS, _CITATIONS = (Fact.RANKING,), (Fact.ITEMS,), (Fact.CITATIONS,)
_REFUSAL, _SURENESS, _DISAGREEMENT = (Fact.REFUSAL,), (Fact.SURENESS,), (Fact.DISAGREEMENT,)

MEASURES = (
    Measure(
        "errors",
        "questions without any answer",
        lambda one: error_rate(one.error) if one.unknown else None,
        lower_is_better=True,
    ),
    Measure(
        "retrieval_recall@5",
        "documents among the 5 best",
        _if_documents(lambda one: recall_at(one.ranking, _relevant(one), 5)),
        needs=_RANKING,
    ),
    Measure(
        "retrieval_recall@10", "… 10 best", _if_documents(lambda one: recall_at(one.ranking, _relevant(one), 10)), needs=_RANKING
    ),
    Measure("mrr", "reciprocal rank", _if_documents(lambda one: reciprocal_rank(one.ranking, _relevant(one))), needs=_RANKING),
    Measure("ndcg@10", "nDCG@10", _if_documents(lambda one: ndcg_at(one.ranking, _relevant(one), 10)), needs=_RANKING),
    Measure(
        "right_first",
        "right first",
        _if_expected(lambda one: float(any(i.right_with_quotes for i in one.items[:1]))),
        needs=_ITEMS,
    ),
    Measure("recall", "item recall", _if_expected(lambda one: item_recall(_found(one)))),
    Measure(
        "precision", "item precision", _if_expected(lambda one: item_precision([item.right for item in one.items])), needs=_ITEMS
    ),
    Measure("exact_match", "exact match", _if_expected(lambda one: exact_match(_said(one), one.example.expected))),
    Measure("f1", "F1", _if_expected(lambda one: f1(_said(one), one.example.expected))),
    Measure(
        "citation_precision",
        "citation precision",
        lambda one: citation_precision([supported for item in one.items for supported in item.supported]),
        needs=(Fact.CITATIONS, Fact.TEXTS),
    ),
    Measure(
        "citation_recall",
        "citation recall",
        _if_documents(lambda one: citation_recall([quote.document for quote in one.citations], _relevant(one))),
        needs=_CITATIONS,
    ),
    Measure("verbatim", "quotes verbatim", _verbatim, needs=(Fact.TEXTS,)),
    Measure(
        "refusal_precision",
        "refusal precision",
        _if_judged(lambda one: refusal_precision(refused=not one.answered, unanswerable=one.example.unanswerable)),
        needs=_REFUSAL,
    ),
    Measure(
        "refusal_recall",
        "refusal recall",
        lambda one: refusal_recall(refused=not one.answered, unanswerable=one.example.unanswerable),
        needs=_REFUSAL,
    ),
    Measure(
        "risk_coverage",
        "area under risk-coverage",
        _if_judged(_sureness),
        areas_under_risk_coverage,
        lower_is_better=True,
        needs=_SURENESS,
    ),
    Measure(
        "calibration_error",
        "calibration error",
        _if_judged(_sureness),
        calibration_errors,
        lower_is_better=True,
        needs=_SURENESS,
    ),
    Measure(
        "disagreement_found",
        "disagreement found",
        lambda one: disagreement_found(claimed=one.disagreement, expected=one.example.disagreement),
        needs=_DISAGREEMENT,
    ),
    Measure(
        "disagreement_false",
        "disagreement falsely claimed",
        _if_judged(lambda one: disagreement_false(claimed=one.disagreement, expected=one.example.disagreement)),
        lower_is_better=True,
        needs=_DISAGREEMENT,
    ),
    *_latencies("latency", "seconds", _seconds),
    *(one for step in STEPS for one in _latencies(f"latency_{step}", f"seconds of {step}", partial(_step_seconds, step))),
)
"""In the order of reports."""


def left_out(outcomes: Sequence[Outcome]) -> dict[str, list[str]]:
    """The measures that need what the server asked tells of no question, by what that is."""
    missing = [fact for fact in Fact if outcomes and all(fact in outcome.unknown for outcome in outcomes)]
    found = {fact.told: [one.name for one in MEASURES if fact in one.needs] for fact in missing}
    return {fact: names for fact, names in found.items() if names}
