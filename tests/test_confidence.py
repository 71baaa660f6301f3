"""How sure an answer is, from how likely its likeliest place is, and back: thresholds are on the former's scale."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.confidence import confidence, probability_at
from assistant.pipeline import Assistant

UNIT = st.floats(1e-6, 1 - 1e-6)


@given(UNIT)
def test_the_probability_comes_back(probability: float) -> None:
    assert probability_at(confidence(probability)) == pytest.approx(probability, rel=1e-6, abs=1e-9)


@given(UNIT, UNIT)
def test_the_likelier_place_makes_the_surer_answer(one: float, other: float) -> None:
    assert (confidence(one) <= confidence(other)) == (one <= other) or one == pytest.approx(other)


@pytest.mark.parametrize("certain", [0.0, 1.0])
def test_what_is_certain_stays_so(certain: float) -> None:
    assert confidence(certain) == probability_at(certain) == certain


def test_an_answer_is_given_up_to_a_threshold_of_its_own_confidence(example_assistant: Assistant) -> None:
    question, known = "How long is the border between Niger and Nigeria?", example_assistant
    sure = max(item.confidence for item in known.ask(question).items)
    for threshold, answered in ((sure - 1e-6, True), (sure + 1e-6, False)):
        settings = replace(known.settings, threshold=threshold)
        assert Assistant(known.store, known.searcher, known.encoder, known.reader, settings).ask(question).answered == answered
