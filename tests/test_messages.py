"""What Quoth says around the quotes, in the language of the question."""

import pytest

from assistant import messages
from assistant.datatypes import Answer, Citation
from assistant.messages import as_text, message
from assistant.web.render import answer_message

LANGUAGES = ["en", "ar", "fr", "es", "de", "pt", "ha"]


@pytest.mark.parametrize("name", sorted(messages._MESSAGES))
def test_every_message_is_there_in_the_languages_that_are_asked_in_most(name: str) -> None:
    assert len({message(name, language) for language in LANGUAGES}) == len(LANGUAGES)
    assert all("{}" in message(name, language) for language in LANGUAGES) or "{" not in message(name, "en")


def test_a_language_that_is_not_there_gets_english() -> None:
    assert as_text("und", (), (), disagreement=False) == as_text("en", (), (), disagreement=False) == "The documents don't tell."


def test_all_that_is_said_around_an_answer_is_in_its_language() -> None:
    near = Citation(1, "a.txt", "A", "", "en", 0, 4, "Text", "Text", 0)
    answer = Answer("Et l’Iran ?", False, message("refusal", "ar"), (), (), False, (near,), 0.1, language="ar")
    assert "أقرب المقاطع" in answer_message(answer, "1")
