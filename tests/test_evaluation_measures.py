"""The measures against an independent library, against cases worked out by hand, and as properties."""

import math
from collections.abc import Sequence

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG

from assistant.evaluation import span_match
from assistant.evaluation.measures.bootstrap import interval, mean
from assistant.evaluation.measures.calibration_error import calibration_error, calibration_errors, reliability
from assistant.evaluation.measures.citation_precision import citation_precision
from assistant.evaluation.measures.citation_recall import citation_recall
from assistant.evaluation.measures.disagreement import disagreement_false, disagreement_found
from assistant.evaluation.measures.item_overlap import Said, exact_match, f1
from assistant.evaluation.measures.item_precision import item_precision
from assistant.evaluation.measures.item_recall import item_recall
from assistant.evaluation.measures.latency import latency_quantile
from assistant.evaluation.measures.ndcg import ndcg_at
from assistant.evaluation.measures.reciprocal_rank import reciprocal_rank
from assistant.evaluation.measures.refusal import refusal_precision, refusal_recall
from assistant.evaluation.measures.retrieval_recall import recall_at
from assistant.evaluation.measures.risk_coverage import area_under_risk_coverage, areas_under_risk_coverage, risk_coverage_curve

NAMES = [f"{letter}.txt" for letter in "abcdefghijklmno"]


@given(st.permutations(NAMES), st.integers(0, 15), st.sets(st.sampled_from(NAMES), min_size=1))
def test_retrieval_measures_are_those_of_ir_measures(order: list[str], found: int, relevant: set[str]) -> None:
    ranking = order[:found]
    run = [ir_measures.ScoredDoc("q", name, -float(rank)) for rank, name in enumerate(ranking)]
    wanted = [ir_measures.Qrel("q", name, 1) for name in relevant]
    theirs = ir_measures.calc_aggregate([R @ 5, R @ 10, RR, nDCG @ 10], wanted, run)
    assert recall_at(ranking, relevant, 5) == pytest.approx(theirs[R @ 5])
    assert recall_at(ranking, relevant, 10) == pytest.approx(theirs[R @ 10])
    assert reciprocal_rank(ranking, relevant) == pytest.approx(theirs[RR])
    assert ndcg_at(ranking, relevant, 10) == pytest.approx(theirs[nDCG @ 10])


def test_a_document_named_twice_in_the_set_counts_once() -> None:
    assert recall_at(["a"], ["a", "a"], 5) == ndcg_at(["a"], ["a", "a"], 5) == citation_recall(["a"], ["a", "a"]) == 1


@pytest.mark.parametrize(
    ("said", "expected", "language"),
    [
        ("the bridge in Kolo", ["Kolo bridge", "Dori"], "en"),
        ("الجسر في كولو", ["جسر كولو"], "ar"),
        ("东京都和大阪", ["东京"], "zh"),
        ("東京タワー", ["東京"], "ja"),
        ("สะพานใหม่", ["สะพาน"], "th"),
    ],
)
def test_one_item_against_one_thing_is_squad(said: str, expected: list[str], language: str) -> None:
    items = [Said(said, language)]
    assert f1(items, [expected]) == pytest.approx(span_match.f1(said, expected, language))
    assert 0 < f1(items, [expected]) < 1
    assert exact_match(items, [expected]) == 0
    assert exact_match([Said(expected[0], language)], [expected]) == f1([Said(expected[0], language)], [expected]) == 1


def test_a_list_is_matched_item_by_item() -> None:
    both = [Said("Dori", "en"), Said("the Kolo", "en")]
    assert exact_match(both, [["Kolo"], ["Dori"]]) == f1(both, [["Kolo"], ["Dori"]]) == 1
    assert exact_match(both, [["Kolo"]]) == 0
    assert f1(both, [["Kolo"]]) == pytest.approx(2 / 3)  # precision 1/2, recall 1
    assert f1(both[:1], [["Kolo"], ["Dori"]]) == pytest.approx(2 / 3)  # precision 1, recall 1/2
    assert exact_match([], [["Kolo"]]) == f1([], [["Kolo"]]) == f1([Said("Gaya", "en")], [["Kolo"]]) == 0


def test_shares_of_items_citations_and_documents() -> None:
    assert item_recall([True, False]) == item_precision([True, False]) == citation_precision([False, True]) == 0.5
    assert item_precision([]) is None
    assert citation_precision([]) is None
    assert citation_recall(["a.txt", "x.txt"], ["a.txt", "b.txt"]) == 0.5


def test_refusing_is_right_where_the_documents_do_not_tell() -> None:
    assert refusal_precision(refused=True, unanswerable=True) == refusal_recall(refused=True, unanswerable=True) == 1
    assert refusal_precision(refused=True, unanswerable=False) == refusal_recall(refused=False, unanswerable=True) == 0
    assert refusal_precision(refused=False, unanswerable=True) is refusal_recall(refused=True, unanswerable=False) is None


def test_disagreement_is_found_where_it_is_and_claimed_where_it_is_not() -> None:
    assert disagreement_found(claimed=True, expected=True) == disagreement_false(claimed=True, expected=False) == 1
    assert disagreement_found(claimed=False, expected=True) == disagreement_false(claimed=False, expected=False) == 0
    assert disagreement_found(claimed=True, expected=False) is disagreement_false(claimed=True, expected=True) is None


def numbers(*values: float) -> "np.typing.NDArray[np.float64]":
    return np.array(values, np.float64)


def test_the_area_under_the_risk_coverage_curve_by_hand() -> None:
    assert area_under_risk_coverage(numbers(0.9, 0.8, 0.1), numbers(1, 0, 1)) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert area_under_risk_coverage(numbers(0.9, 0.1), numbers(1, 0)) < area_under_risk_coverage(numbers(0.1, 0.9), numbers(1, 0))
    curve = risk_coverage_curve(numbers(0.9, 0.8, 0.8), numbers(1, 0, 1))
    assert [tuple(point) for point in curve] == [(0.9, pytest.approx(1 / 3), 0), (0.8, 1, pytest.approx(1 / 3))]


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=30))
def test_the_area_does_not_hang_on_the_order_of_the_questions(cases: list[tuple[float, bool]]) -> None:
    def area(some: Sequence[tuple[float, bool]]) -> float:
        return area_under_risk_coverage(numbers(*(one for one, _ in some)), numbers(*(float(right) for _, right in some)))

    assert area(cases) == pytest.approx(area(sorted(cases)))
    assert area([(0.5, right) for _, right in cases]) == pytest.approx(sum(not right for _, right in cases) / len(cases))


def test_the_calibration_error_is_how_far_probabilities_are_off() -> None:
    sure, right = np.full(100, 0.8), np.arange(100) % 5 > 0
    assert calibration_error(sure, right, bins=1) == pytest.approx(0)
    assert calibration_error(np.full(100, 0.3), right, bins=1) == pytest.approx(0.5)
    assert calibration_error(np.array([0.0, 1.0]), np.array([False, True])) == 0
    assert calibration_error(np.array([0.0, 1.0]), np.array([True, False])) == 1
    assert sum(one.cases for one in reliability(sure, right)) == 100


CASES = st.tuples(st.sampled_from([0.0, 0.2, 0.9]), st.booleans())


@given(st.lists(st.lists(CASES, min_size=7, max_size=7), min_size=1, max_size=4))
def test_many_samples_at_once_are_each_on_its_own(samples: list[list[tuple[float, bool]]]) -> None:
    sure = np.array([[one for one, _ in sample] for sample in samples])
    right = np.array([[float(right) for _, right in sample] for sample in samples])
    pairs = list(zip(sure, right, strict=True))
    assert areas_under_risk_coverage(sure, right) == pytest.approx([area_under_risk_coverage(*pair) for pair in pairs])
    assert calibration_errors(sure, right) == pytest.approx([calibration_error(*pair) for pair in pairs])
    by_bins = [sum(abs(one.probability - one.right) * one.cases for one in reliability(*pair)) / 7 for pair in pairs]
    assert calibration_errors(sure, right) == pytest.approx(by_bins)


def test_latency_is_interpolated_between_questions() -> None:
    assert latency_quantile(numbers(1, 2, 3, 4), 0.5) == 2.5
    assert latency_quantile(numbers(1), 0.95) == 1


def test_intervals_are_those_of_the_normal_approximation_where_it_holds_and_the_same_each_time() -> None:
    sample = [np.array([1.0] * 300 + [0.0] * 100)]
    low, high = interval(sample, mean)
    half = 1.96 * math.sqrt(0.75 * 0.25 / 400)
    assert [low, high] == pytest.approx([0.75 - half, 0.75 + half], abs=0.01)
    assert interval(sample, mean) == (low, high)
    assert interval([*sample, *sample], lambda drawn, again: (drawn + again).mean(axis=-1) / 2) == pytest.approx((low, high))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_an_interval_lies_within_what_was_seen(values: list[float]) -> None:
    low, high = interval([np.array(values)], mean, draws=50)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
