"""Documents that contradict each other are shown side by side; what is no contradiction is not called one."""

from dataclasses import replace

import pytest

from assistant.datatypes import Span
from assistant.disagreement import LEAST, LEAST_OF_CLOSE
from assistant.question_kind import Kind
from tests.composing import composed, span, texts


def test_sources_that_contradict_each_other_are_shown_side_by_side() -> None:
    spans = [
        span("1,500 km", 0.8),
        span("1 500 kilomètres", 0.7, "c.txt", "fr"),
        span("1400 km", 0.55, "b.txt"),
        span("Kolo", 0.7),
    ]
    composition = composed(spans, kind=Kind.ONE)
    assert composition.disagreement
    assert [draft.text for draft in composition.drafts] == ["1,500 km", "1400 km"]
    assert [{citation.document for citation in draft.citations} for draft in composition.drafts] == [
        {"a.txt", "c.txt"},
        {"b.txt"},
    ]


@pytest.mark.parametrize(
    "other",
    [
        span("1,500 kilometres", 0.7, "b.txt"),
        span("about 1,500 km", 0.7, "b.txt"),
        span("1400 km", 0.7),  # another thing in the same document
        span("1400 km", 0.07, "b.txt"),
        span("900 km", 0.3, "b.txt"),
        span("1400 people", 0.7, "b.txt"),
        span("Kolo", 0.7, "b.txt"),
        span("100 km", 0.7, "b.txt"),  # so far apart, they are lengths of two things
        span("16,000 km", 0.7, "b.txt"),
        span("1,480 km", 0.7, "b.txt"),  # of which 1,500 km is the rounding
        span("1,400 km", 0.7, "b.txt", before="They say more than "),
        span("1,600 km", 0.7, "b.txt", before="They say less than "),
        span("1,600 km", 0.7, "b.txt", before="They say no more than "),
        span("1,400 km", 0.7, "b.txt", before="They say no less than "),
        span("١٤٨٠ كم", 0.7, "b.txt", "ar"),
    ],
)
def test_what_is_no_contradiction_is_not_called_one(other: Span) -> None:
    assert not composed([span("1,500 km", 0.8), other], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(
    ("one", "other"),
    [("1500 trainees", "1480 trainees"), ("1240 trainees", "1260 camels"), ("room 12", "page 14"), ("in 1950", "1950")],
)
def test_rounded_counts_and_numbers_of_two_things_are_no_disagreement(one: str, other: str) -> None:
    assert not composed([span(one, 0.8), span(other, 0.7, "b.txt")], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1950 inhabitants", "2,400 inhabitants"),  # a count that looks like a year
        ("article 5", "article 7"),
        ("1950", "1975"),
        ("4.1 million", "41 million"),  # ten times apart
        ("0 deaths", "25 deaths"),
        ("2 °C", "25 °C"),  # of no size that could be ten times another
        ("-5 °C", "8 °C"),
        ("0.5 %", "6 %"),
    ],
)
def test_numbers_of_one_thing_disagree_though_they_look_like_years_or_are_far_apart(one: str, other: str) -> None:
    assert composed([span(one, 0.8), span(other, 0.7, "b.txt")], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(
    "other",
    [
        span("1,900 km", 0.7, "b.txt", before="They say nearly "),
        span("1,900 km", 0.7, "b.txt", before="They say just under "),
        span("1,300 km", 0.7, "b.txt", before="They say no more than "),
        span("1,490.00 km", 0.7, "b.txt"),
        span("152 km", 0.7, "b.txt"),
        span("15,000 km", 0.7, "b.txt"),
        span("١٤٠٠ كم", 0.7, "b.txt", "ar"),
    ],
)
def test_what_is_a_contradiction_is_called_one(other: Span) -> None:
    assert composed([span("1,512 km", 0.8), other], kind=Kind.ONE).disagreement


def test_a_value_is_as_vague_as_its_sentence_tells() -> None:
    spans = [span("1,520 km", 0.8), span("1,450 km", 0.7, "b.txt", before="They say about ")]
    assert not composed(spans, kind=Kind.ONE).disagreement
    spans = [span("1,520 km", 0.8), span("1,450 km", 0.7, "b.txt")]
    assert composed(spans, kind=Kind.ONE).disagreement


def test_what_is_counted_may_stand_beside_the_number() -> None:
    spans = [span("240 trainees", 0.8), span("240", 0.7, "b.txt"), span("240 متدربًا", 0.7, "c.txt", "ar")]
    assert texts(spans, kind=Kind.ONE) == ["240 trainees"]
    composition = composed([span("240 trainees", 0.8), span("260 trainees", 0.7, "b.txt")], kind=Kind.ONE)
    assert composition.disagreement
    assert [draft.text for draft in composition.drafts] == ["240 trainees", "260 trainees"]
    for other in ("260 camels", "240 camels"):
        composition = composed([span("240 trainees", 0.8), span(other, 0.7, "b.txt")], kind=Kind.ONE)
        assert not composition.disagreement
        assert len(composition.drafts) == 2


def test_a_correction_contradicts_though_it_names_what_it_corrects() -> None:
    spans = [span("240 trainees", 0.8), span("260 trainees", 0.7, "b.txt"), span("240", 0.1, "b.txt", before="And not ")]
    composition = composed(spans, kind=Kind.ONE)
    assert composition.disagreement
    assert [draft.text for draft in composition.drafts] == ["240 trainees", "260 trainees"]


def test_no_document_contradicts_itself() -> None:
    for probability in (0.2, 0.25, 0.4):
        spans = [span("260 trainees", 0.9), replace(span("240 trainees", probability), passage_probability=0.9)]
        assert not composed(spans, kind=Kind.ONE).disagreement


def test_nothing_contradicts_where_nothing_is_answered() -> None:
    assert not composed([span("1,500 km", 0.1), span("1400 km", 0.09, "b.txt")], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(("other", "least"), [("900 km", LEAST), ("1400 km", LEAST_OF_CLOSE)])
def test_two_unlikely_values_do_not_contradict_each_other(other: str, least: float) -> None:
    for probability, contradicts in ((least - 0.01, False), (least + 0.01, True)):
        spans = [replace(span("1,500 km", 0.1), passage_probability=0.9)]
        spans.append(replace(span(other, probability, "b.txt"), passage_probability=0.9))
        assert composed(spans, threshold=0.03, kind=Kind.ONE).disagreement == contradicts


@pytest.mark.parametrize(
    ("one", "other", "contradicts"),
    [
        ("412 000 €", "437 000 euros", True),
        ("9 September 2024", "3 September 2024", True),
        ("212 trainees", "240 trainees", True),
        ("9 September 2024", "16 September 2024", False),  # weekly
        ("412 000 €", "610 000 euros", False),
        ("9 September 2024", "3 June 2024", False),
        ("9 trainees", "10 trainees", False),  # few of anything come close by chance
        ("8 euros", "10 euros", False),
        ("100.5 °C", "101.5 °C", False),
        ("09:15", "09:30", False),  # and so do times of a timetable
    ],
)
def test_a_value_close_to_the_likeliest_contradicts_it_though_the_reader_is_not_sure_of_it(
    one: str, other: str, *, contradicts: bool
) -> None:
    unsure = replace(span(other, 0.08, "b.txt"), passage_probability=0.3)
    assert composed([span(one, 0.4), unsure], kind=Kind.ONE).disagreement == contradicts


def test_several_dates_of_one_document_are_a_list_and_no_disagreement() -> None:
    dates = [
        span("8 May 2024", 0.8),
        span("12 June 2024", 0.7, "b.txt"),
        span("3 July 2024", 0.65, "c.txt"),
        span("9 August 2024", 0.6),
    ]
    composition = composed(dates, question="On which dates was it closed?")
    assert not composition.disagreement
    assert len(composition.drafts) == 4


def test_a_value_that_is_not_likely_hides_none_that_is() -> None:
    spans = [span("412 euros", 0.5), span("610 euros", 0.45), replace(span("437 euros", 0.05, "b.txt"), passage_probability=0.3)]
    composition = composed(spans, threshold=0.06, kind=Kind.ONE)
    assert [draft.text for draft in composition.drafts] == ["412 euros", "610 euros"]
    assert not composition.disagreement


def test_close_dates_are_no_disagreement_where_several_are_wanted() -> None:
    dates = [span("3 September 2024", 0.5), span("9 September 2024", 0.055, "b.txt"), span("12 September 2024", 0.051, "b.txt")]
    dates = [replace(date, passage_probability=0.3) for date in dates]
    assert not composed(dates, threshold=0.06, question="On which dates was it closed?").disagreement
