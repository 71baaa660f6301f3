"""What the question names is no answer to it, but for what it only calls the answer, or offers for a choice."""

import numpy as np
import pytest

from assistant.compose import compose
from assistant.question_kind import Kind
from assistant.read import Asked
from tests.composing import span, texts


def test_what_the_question_names_is_no_answer_to_it() -> None:
    spans = [span("Ghana", 0.9), span("Togo", 0.8)]
    assert texts(spans, question="Whom did Ghana trade with?") == ["Togo"]
    assert texts(spans[:1], question="Whom did Ghana trade with?") == ["Ghana"]


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("which room has a projector?", "en", "Oak Room"),
        ("Welchen Tee verkauft ihr?", "de", "Grüner Tee"),
        ("In welcher Schule ist die Bibliothek?", "de", "Alte Schule"),
    ],
)
def test_what_the_question_calls_a_thing_may_be_a_word_of_its_name(question: str, language: str, answer: str) -> None:
    asked = Asked(question, language, Kind.ONE, np.zeros(2, np.float32))
    composition = compose(asked, [span(answer, 0.9, "a.txt", language), span("Dori", 0.5, "b.txt", language)], 0.2, 6)
    assert composition.drafts[0].text == answer


def test_a_relative_of_the_one_who_is_named_is_an_answer() -> None:
    spans = [span("Hadiza Bazoum", 0.9), span("Kolo", 0.3)]
    assert texts(spans, question="Who is the wife of Mohamed Bazoum?", kind=Kind.ONE) == ["Hadiza Bazoum"]
    assert texts([span("Bazoum", 0.9), span("Kolo", 0.8)], question="Who is the wife of Mohamed Bazoum?") == ["Kolo"]


def test_what_an_earlier_turn_was_answered_may_be_the_answer_again() -> None:
    spans = [span("Kolo", 0.9), span("Dori", 0.5)]
    joined = Asked("Who built it? Kolo And who paid?", "en", Kind.ONE, np.zeros(2, np.float32), "Who built it? And who paid?")
    assert [draft.text for draft in compose(joined, spans, 0.2, 6).drafts] == ["Kolo"]


def test_what_a_question_offers_for_a_choice_may_be_the_answer() -> None:
    spans = [span("Ghana", 0.9), span("4 December", 0.3)]
    assert texts(spans, question="Which signed first, Ghana or Togo?", kind=Kind.ONE) == ["Ghana"]
    assert texts(spans, question="What did Ghana sign on trade or on oil?", kind=Kind.ONE) == ["4 December"]
    places = [span("Chad", 0.9), span("Togo", 0.8, "b.txt"), span("Benin", 0.7, "c.txt")]
    assert texts(places, question="Did Chad sign with Togo or with Benin?") == ["Togo", "Benin"]


def test_a_place_that_only_an_earlier_question_names_may_be_the_answer() -> None:
    spans = [span("Togo", 0.9), span("Bazoum", 0.8, "b.txt"), span("Chad", 0.7, "c.txt")]
    asked = "Whom did Togo send Bazoum to? And Chad?"
    joined = Asked(asked, "en", Kind.ONE, np.zeros(2, np.float32), asked, "And Chad?")
    assert [draft.text for draft in compose(joined, spans, 0.2, 6).drafts] == ["Togo"]
