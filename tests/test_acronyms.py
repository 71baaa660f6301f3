"""A long name and its acronym are one answer."""

import pytest

from assistant.acronyms import named_by_another_form, stands_for
from tests.test_compose import span, texts

LONG = "Economic Community of West African States"


@pytest.mark.parametrize(
    ("short", "long", "text"),
    [
        ("ECOWAS", LONG, ""),
        ("ECOWAS", f"the {LONG}", ""),
        ("CEDEAO", "Communauté économique des États de l’Afrique de l’Ouest", ""),
        ("AES", "Alliance des États du Sahel", ""),
        ("F.A.O.", "Food and Agriculture Organization", "the Food and Agriculture Organization (F.A.O.) said"),
        ("AES", "Alliance of Sahel States", "The Alliance of Sahel States (AES) met."),
        ("AES", "Alliance of Sahel States", "The AES (the Alliance of Sahel States) met."),
        ("AES", "تحالف دول الساحل", "اجتمع تحالف دول الساحل (AES) اليوم."),
    ],
)
def test_an_acronym_stands_for_its_name(short: str, long: str, text: str) -> None:
    assert stands_for(short, long, [text])
    assert stands_for(long, short, [text])


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("AES", "Alliance of Sahel States", "The Alliance of Sahel States met with AES officers."),
        ("AES", "Alliance for Energy and Shipping in Lagos", ""),
        ("ECOWAS", "West African Economic Community", ""),
        ("Mali", "MINUSMA", "MINUSMA in Mali (until 2023)"),
        ("AU", "Ahmed Umar", ""),
        ("AES", "ECOWAS", "ECOWAS (AES)"),
        ("aes", "Alliance des États du Sahel", ""),
        ("AES", "States", "The Alliance of Sahel States (AES) met."),
    ],
)
def test_what_only_looks_like_an_acronym_stands_for_nothing(first: str, second: str, text: str) -> None:
    assert not stands_for(first, second, [text])
    assert not stands_for(second, first, [text])


def test_a_question_names_a_thing_by_either_form() -> None:
    assert named_by_another_form("Who left ECOWAS?", LONG, ())
    assert named_by_another_form(f"Who left the {LONG}?", "ECOWAS", ())
    assert not named_by_another_form("WHO LEFT ECOWAS?", "World Health Organization", ())
    assert not named_by_another_form("Who left the Community?", "ECOWAS", ())


def test_both_forms_are_one_item_and_none_where_the_question_names_it() -> None:
    spans = [span("ECOWAS", 0.8), span(LONG, 0.7, "b.txt"), span("Kolo", 0.6, "c.txt")]
    assert texts(spans) == ["ECOWAS", "Kolo"]
    assert texts(spans, question="Whom did ECOWAS warn?") == ["Kolo"]
