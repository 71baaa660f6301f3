"""Which spans are one answer, whatever the language and the spelling, and which are two."""

import pytest

from assistant.datatypes import Span
from assistant.question_kind import Kind
from index.datatypes import Chunk, Hit
from tests.composing import composed, span, texts


def test_the_form_in_the_questions_language_is_shown() -> None:
    assert texts([span("KOLO", 0.9, "b.txt", "fr"), span("Kolo", 0.6)]) == ["Kolo"]


def test_one_thing_named_in_two_languages_is_one_item() -> None:
    spans = [span("غانا", 0.9, "b.txt", "ar"), span("Ghana", 0.8), span("Guinea", 0.7), span("Guinea-Bissau", 0.6)]
    assert texts(spans) == ["Ghana", "Guinea", "Guinea-Bissau"]


def test_one_value_written_in_two_ways_is_one_item_and_two_values_are_two() -> None:
    spans = [span("1,200 km", 0.9), span("1200 kilomètres", 0.8, "b.txt", "fr"), span("1,300 km", 0.7)]
    assert texts(spans) == ["1,200 km", "1,300 km"]


def test_figures_that_differ_are_not_the_same_answer() -> None:
    assert len(texts([span("1.5 percent", 0.8), span("15 percent", 0.79, "b.txt")])) == 2
    assert len(texts([span("-5 degrees", 0.8), span("5 degrees", 0.79, "b.txt")])) == 2


def test_a_list_in_one_span_is_as_many_items() -> None:
    assert texts([span("Ghana, Togo and Benin", 0.8), span("Togo", 0.5, "b.txt")]) == ["Togo", "Ghana", "Benin"]
    assert texts([span("Ghana, Togo and Benin", 0.8)], kind=Kind.ONE) == ["Ghana, Togo and Benin"]


def test_a_number_is_shown_with_its_unit() -> None:
    assert texts([span("1,500", 0.8, before="It is "), span("Kolo", 0.1)], kind=Kind.ONE) == ["1,500"]
    sentence = "The border is 1,500 km long."
    hit = Hit(1, Chunk("a.txt", 0, len(sentence), sentence, "en"), "", "", 0.0, 0.9, 1, 1)
    assert texts([Span(hit, 14, 19, "1,500", 0, len(sentence), 0.8, 0.8)], kind=Kind.ONE) == ["1,500 km"]


@pytest.mark.parametrize(
    ("one", "other"), [("1240 trainees", "1240 camels"), ("article 5", "section 5"), ("room 12", "building 12")]
)
def test_the_same_number_of_two_things_is_two_items(one: str, other: str) -> None:
    assert texts([span(one, 0.8), span(other, 0.7, "b.txt")]) == [one, other]


@pytest.mark.parametrize(("one", "other"), [("about 5", "5"), ("article 5", "articles 5"), ("more than 300", "over 300")])
def test_what_bounds_a_number_names_no_other_thing(one: str, other: str) -> None:
    assert len(texts([span(one, 0.8), span(other, 0.7, "b.txt")])) == 1


def test_few_of_one_thing_are_not_as_many_of_another_in_another_language() -> None:
    assert len(texts([span("2 drones", 0.8), span("2 camions", 0.7, "b.txt", "fr")])) == 2
    assert len(texts([span("240 trainees", 0.8), span("240 stagiaires", 0.7, "b.txt", "fr")])) == 1


def test_an_apposition_is_no_second_answer() -> None:
    spans = [span("Clara Hoffmann", 0.8), span("Clara Hoffmann, the mayor", 0.7, "b.txt")]
    assert "the mayor" not in texts(spans)


@pytest.mark.parametrize(
    ("one", "other"), [("Nigerien", "Nigerian"), ("Nigerien soldiers", "Nigerian soldiers"), ("النيجرية", "النيجيرية")]
)
def test_two_nations_are_two_items(one: str, other: str) -> None:
    assert len(texts([span(one, 0.8), span(other, 0.7, "b.txt")])) == 2


def test_what_only_a_vaguer_name_joins_is_not_one_item() -> None:
    dates = [span("July 2023", 0.8), span("26 July 2023", 0.7, "b.txt"), span("25 July 2023", 0.6, "c.txt")]
    composition = composed(dates, kind=Kind.ONE, question="When?")
    assert composition.disagreement
    assert [draft.text for draft in composition.drafts] == ["July 2023", "25 July 2023"]
    people = [span("Mahaman", 0.8), span("Ali Mahaman", 0.7, "b.txt"), span("Ibrahim Mahaman", 0.6, "c.txt")]
    assert texts(people) == ["Mahaman", "Ibrahim Mahaman"]
