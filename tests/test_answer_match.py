"""Whether a text holds an accepted form, however both are written."""

import pytest

from assistant.evaluation.answer_match import holds


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Côte d’Ivoire", "Côte d'Ivoire"),
        ("l'Union européenne", "L’Union européenne"),
        ("von 2019–2020", "2019-2020"),
        ("Jean‑Paul", "Jean-Paul"),
        ("am 26.07.2023 geschlossen", "2023"),
        ("am 26.07.2023 geschlossen", "26"),
        ("Geboren 3.2.1987.", "1987"),
        ("am 26.07.2023", "07.2023"),
    ],
)
def test_apostrophes_hyphens_and_parts_of_dates_are_held(text: str, form: str) -> None:
    assert holds(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [("10.5.3", "5"), ("26.07.2023", "6"), ("1.234.567", "234"), ("26.07.20231", "2023"), ("3.1987", "1987")],
)
def test_parts_of_other_numbers_are_not_held(text: str, form: str) -> None:
    assert not holds(text, form)
