"""A long name and its acronym are one answer."""

import pytest

from assistant.acronyms import stands_for
from tests.composing import span, texts

LONG = "Economic Community of West African States"


@pytest.mark.parametrize(
    ("short", "long", "text"),
    [
        ("ECOWAS", LONG, ""),
        ("ECOWAS", f"the {LONG}", ""),
        ("CEDEAO", "Communauté économique des États de l’Afrique de l’Ouest", ""),
        ("F.A.O.", "Food and Agriculture Organization", "the Food and Agriculture Organization (F.A.O.) said"),
        ("BAD", "Banque africaine de développement", "la Banque africaine de développement (BAD) prête"),
        ("AES", "Alliance of Sahel States", "The Alliance of Sahel States (AES) met."),
        ("AES", "Alliance of Sahel States", "The AES (the Alliance of Sahel States) met."),
        ("AES", "Alliance des États du Sahel", "L’Alliance des États du Sahel (AES, créée en 2023) l’a dit."),
        ("BDEAC", "Banque de développement des États de l’Afrique centrale", ""),
    ],
)
def test_an_acronym_stands_for_its_name(short: str, long: str, text: str) -> None:
    assert stands_for(short, long, [text])
    assert stands_for(long, short, [text])


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("AES", "Alliance of Sahel States", "The Alliance of Sahel States met with AES officers."),
        ("AES", "Alliance of Sahel States", "The Alliance of Sahel States (Mali, AES) met."),
        ("ECOWAS", "West African Economic Community", ""),
        ("MINUSMA", "Mali", "MINUSMA in Mali (until 2023)"),
        ("AES", "Mali", "The AES (Mali, Burkina Faso, Niger) left."),
        ("ECOWAS", "Mali", "Mali (ECOWAS member until 2025)"),
        ("AFP", "Niamey", "Niamey (AFP) – Soldiers"),
        ("KEN", "Eliud Kipchoge", "Eliud Kipchoge (KEN) won."),
        ("AU", "Ahmed Umar", ""),
        ("AES", "Ahmed El-Sayed", ""),
        ("WHO", "William Henry Owen", ""),
        ("AESW", "attacks every Sunday and Wednesday", ""),
        ("AES", "ECOWAS", "ECOWAS (AES)"),
        ("aes", "Alliance des États du Sahel", ""),
        ("AES", "States", "The Alliance of Sahel States (AES) met."),
        ("CEDEAO", "Communauté", "la Communauté (CEDEAO)"),
        ("CEDEAO", "Afrique de l’Ouest", "Communauté économique des États de l’Afrique de l’Ouest (CEDEAO)"),
        ("ECOWAS", "", "alliance (ECOWAS)"),
        ("ECOWAS", "(+*", "(+* (ECOWAS)"),
    ],
)
def test_what_only_looks_like_an_acronym_stands_for_nothing(first: str, second: str, text: str) -> None:
    assert not stands_for(first, second, [text])
    assert not stands_for(second, first, [text])


def test_both_forms_are_one_item() -> None:
    spans = [span("ECOWAS", 0.8), span(LONG, 0.7, "b.txt"), span("Kolo", 0.6, "c.txt")]
    assert texts(spans) == ["ECOWAS", "Kolo"]
    assert texts(spans, question="What does ECOWAS stand for?") == [LONG, "Kolo"]
