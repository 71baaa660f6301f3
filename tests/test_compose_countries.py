"""Countries as answers: by which name they are shown, and what stands for one."""

import pytest

from tests.composing import composed, span, texts


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which languages are spoken in Germany?", ["German", "Danish", "Sorbian"]),
        ("Which cities did the minister visit?", ["Nairobi", "Kampala", "Mombasa"]),
    ],
)
def test_adjectives_and_capitals_alone_stand_for_no_countries(question: str, answers: list[str]) -> None:
    spans = [span(answer, 0.9 - 0.15 * at, f"{at}.txt") for at, answer in enumerate(answers)]
    assert texts(spans, question=question) == answers


def test_a_capital_stands_for_its_country_where_countries_are_the_answers() -> None:
    spans = [span("Ghana", 0.9), span("Accra", 0.8, "b.txt"), span("Togo", 0.7), span("Lomé", 0.6, "b.txt"), span("Cotonou", 0.5)]
    assert texts(spans, question="Whom did Benin sign a treaty with?") == ["Ghana", "Togo"]
    assert texts(spans, question="Whom did Togo sign a treaty with?") == ["Ghana"]
    capital = composed(
        [span("Ghana", 0.9), span("Chad", 0.8), span("Lomé", 0.6, "b.txt")], question="Whom did Benin sign a treaty with?"
    )
    assert [(draft.text, draft.translation) for draft in capital.drafts] == [("Ghana", ""), ("Chad", ""), ("Lomé", "Togo")]
    cities = [span("Accra", 0.9), span("Kumasi", 0.8), span("Tamale", 0.7)]
    assert texts(cities, question="Where in Ghana did they meet?") == ["Accra", "Kumasi", "Tamale"]


def test_among_countries_another_sort_of_thing_is_shown_only_where_it_is_likely() -> None:
    countries = [span("Ghana", 0.6), span("Togo", 0.5, "b.txt"), span("Chad", 0.4, "c.txt")]
    question = "Whom did Benin sign a treaty with?"
    assert texts([*countries, span("the river villages", 0.4, "d.txt")], question=question) == ["Ghana", "Togo", "Chad"]
    assert "the River League" in texts([*countries, span("the River League", 0.55, "d.txt")], question=question)
    assert texts([*countries, span("the Ghanaian general", 0.4, "d.txt")], question=question) == ["Ghana", "Togo", "Chad"]


def test_a_country_is_shown_under_its_own_name() -> None:
    both = [span("Ghana", 0.7), span("Togo", 0.6, "b.txt"), span("Ghanaian and Togolese soldiers", 0.5, "c.txt")]
    assert texts(both, question="Whom did Benin sign a treaty with?") == ["Ghana", "Togo"]
    spans = [span("Malian", 0.7), span("Togo", 0.6, "b.txt"), span("Mali", 0.5, "c.txt")]
    assert texts(spans, question="Whom did Benin sign a treaty with?") == ["Mali", "Togo"]


@pytest.mark.parametrize(
    ("question", "answers", "expected"),
    [
        ("Who signed?", [("نيجيريا", "ar"), ("مالي", "ar")], ["Nigeria", "Mali"]),
        ("Who signed with Niger?", [("نيجيريا", "ar")], ["Nigeria"]),
        ("Who signed?", [("نيجيريا", "ar"), ("Chad", "en")], ["Nigeria", ""]),
        ("Who signed?", [("Nigeria", "fr"), ("Tchad", "fr")], ["", "Chad"]),
        ("Who trains the team?", [("Jordanie", "fr")], [""]),  # one name alone may be anything
        ("What did Chad eat?", [("chine", "fr")], [""]),
        ("Who signed with Niger?", [("كولو", "ar")], [""]),
    ],
)
def test_countries_named_in_another_language_only_are_called_what_the_questions_language_calls_them(
    question: str, answers: list[tuple[str, str]], expected: list[str]
) -> None:
    spans = [span(text, 0.8 - 0.01 * at, f"{at}.txt", language) for at, (text, language) in enumerate(answers)]
    drafts = composed(spans, question=question).drafts
    assert [draft.text for draft in drafts] == [text for text, _ in answers]
    assert [draft.translation for draft in drafts] == expected


def test_a_country_named_in_the_questions_language_too_needs_no_other_name() -> None:
    spans = [span("نيجيريا", 0.8, language="ar"), span("Nigeria", 0.7, "b.txt"), span("Chad", 0.7, "c.txt")]
    assert [(draft.text, draft.translation) for draft in composed(spans).drafts] == [("Nigeria", ""), ("Chad", "")]


def test_what_only_has_a_country_in_its_name_is_none() -> None:
    spans = [span("Turkish drones", 0.8), span("Russian helicopters", 0.7, "b.txt"), span("armoured vehicles", 0.55, "c.txt")]
    assert texts(spans, question="What did Niger buy?") == ["Turkish drones", "Russian helicopters", "armoured vehicles"]
    spans = [span("Malian gold", 0.8), span("Chadian cattle", 0.7, "b.txt"), span("Nigerien uranium", 0.6, "c.txt")]
    assert len(texts(spans, question="What did Niger export?")) == 3
