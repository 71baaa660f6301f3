"""Spans that tell of other dates than the question names."""

import pytest

from assistant.asked_dates import OTHER_DATE, OTHER_DATE_NEAR, hold_to_date
from assistant.datatypes import Span
from index.datatypes import Chunk, Hit

VISITORS = "In 2023 the museum had 9,400 visitors."
MAY = "On 5 May 2024 the roof fell in."


def held(question: str, text: str, language: str = "en", around: str = "", earlier: tuple[str, ...] = ()) -> float:
    """What is left of the probability of a span whose sentence is its whole passage."""
    hit = Hit(1, Chunk("a.txt", 0, len(text), text, language), "", "", 0.0, 0.9, 1, 1)
    span = Span(hit, 0, 3, text[:3], 0, len(text), 0.5, 0.5)
    (one,) = hold_to_date([*earlier, question], [span], lambda _: f"{text} {around}")
    return one.probability / 0.5


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("How many visitors came in 2022?", VISITORS, "en"),
        ("What happened in March 2024?", MAY, "en"),
        ("Combien de visiteurs en 2022 ?", VISITORS, "en"),
        ("Que s'est-il passé le 3 mai 2024 ?", MAY, "en"),
        ("كم بلغ عدد الزوار عام 2022؟", VISITORS, "en"),
        ("Was geschah am 6. Mai 2024?", MAY, "en"),
        ("What happened in March 2024?", "انهار السقف في 5 مايو 2024.", "ar"),
        ("2022年有多少参观者？", VISITORS, "en"),
    ],
)
def test_what_is_told_of_another_date_counts_for_less(question: str, text: str, language: str) -> None:
    assert held(question, text, language) == pytest.approx(OTHER_DATE)


@pytest.mark.parametrize(
    "question",
    [
        "How many visitors came in 2023?",
        "How many visitors came?",
        "How many visitors have come since 2022?",
        "What was the number of visitors before 2024?",
        "Combien de visiteurs depuis 2022 ?",
        "كم بلغ عدد الزوار منذ 2022؟",
        "2022年以来有多少参观者？",
        "Hány látogató jött 2022-ben?",
    ],
)
def test_what_may_be_of_the_date_asked_about_counts_as_before(question: str) -> None:
    assert held(question, VISITORS) == 1


def test_dates_as_exact_as_they_are_told_are_the_same() -> None:
    assert held("What happened in May 2024?", MAY) == 1
    assert held("What happened on 5 May?", MAY) == 1
    assert held("What happened on 26 July 2023?", "They took over in July 2023.") == 1
    assert held("What happened in March 2024?", "The roof fell in.") == 1


def test_near_the_date_asked_about_an_event_may_be_told_of_with_another() -> None:
    assert held("Why did the roof fall in on 3 May 2024?", MAY, around="The snow of 3 May 2024.") == pytest.approx(
        OTHER_DATE_NEAR
    )


def test_the_latest_question_that_names_a_date_counts() -> None:
    earlier = ("How many visitors came in 2022?",)
    assert held("And in 2023?", VISITORS, earlier=earlier) == 1
    assert held("And in 2021?", VISITORS, earlier=("How many visitors came in 2023?",)) == pytest.approx(OTHER_DATE)
    assert held("And how many paid?", VISITORS, earlier=earlier) == pytest.approx(OTHER_DATE)
