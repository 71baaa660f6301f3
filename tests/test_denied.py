"""What a sentence denies beside what it tells is no answer, unless it is what is asked about."""

import pytest

from assistant.datatypes import Span
from assistant.denied import without_denied
from index.datatypes import Chunk, Hit

BEFORE = 10
"""Where the passage begins in its document."""


def span(passage: str, text: str, language: str, probability: float) -> Span:
    hit = Hit(1, Chunk("a.txt", BEFORE, BEFORE + len(passage), passage, language), "", "", 0.0, 0.9, 1, 1)
    start = BEFORE + passage.index(text)
    first = BEFORE + passage.rfind(". ", 0, passage.index(text)) + 1
    return Span(hit, start, start + len(text), text, first, BEFORE + len(passage), probability, 0.9)


def denied(passage: str, given: list[str], others: list[str], question: str = "Who signed?", language: str = "en") -> list[str]:
    spans = [span(passage, text, language, 0.5) for text in given] + [span(passage, text, language, 0.2) for text in others]
    kept, found = without_denied(spans, question, "en")
    assert sorted(map(repr, [*kept, *found])) == sorted(map(repr, spans))
    return [one.text for one in found]


@pytest.mark.parametrize(
    ("language", "passage", "given", "others"),
    [
        (
            "en",
            "They signed with Mali and Chad, but not with Togo, Benin or Kenya.",
            ["Mali", "Chad"],
            ["Togo", "Benin", "Kenya"],
        ),
        ("en", "Cash is taken; no cheques.", ["Cash"], ["cheques"]),
        ("fr", "Ils ont signé avec le Mali, mais pas avec le Togo et le Bénin.", ["Mali"], ["le Togo", "le Bénin"]),
        ("es", "Firmaron Malí y Chad, no Togo ni Benín.", ["Malí", "Chad"], ["Togo", "Benín"]),
        ("de", "Mit Mali, aber nicht mit Togo oder Benin.", ["Mali"], ["Togo", "Benin"]),
        ("ar", "وقعت مع مالي وتشاد، لا مع توغو وبنين.", ["مالي", "تشاد"], ["توغو", "بنين"]),
        ("zh", "与马里签署，而不是与多哥签署。", ["马里"], ["多哥"]),
    ],
)
def test_what_a_denial_stands_before_is_left_out_and_so_are_its_fellows(
    language: str, passage: str, given: list[str], others: list[str]
) -> None:
    assert denied(passage, given, others, language=language) == others


@pytest.mark.parametrize(
    ("passage", "given", "others"),
    [
        ("They signed not only with Mali but also with Togo.", ["Togo"], ["Mali"]),
        ("They did not wait for Chad, and signed with Mali and Togo.", ["Mali"], ["Togo"]),  # another clause
        ("They never forgot their friends from Togo and Mali.", ["Mali"], ["Togo"]),  # not right before it
        ("They never refused Togo or Mali.", ["Mali"], ["Togo"]),
        ("They took no more than 30 boats and 5 trucks.", ["5 trucks"], ["30 boats"]),
        ("They signed with Mali. Not with Togo.", ["Mali"], ["Togo"]),  # what that sentence tells is asked about, or nothing
    ],
)
def test_what_is_not_denied_itself_is_kept(passage: str, given: list[str], others: list[str]) -> None:
    assert denied(passage, given, others) == []


def test_what_is_likelier_than_all_that_is_given_is_what_is_asked_about() -> None:
    passage = "Residents pay, but not children or pensioners."
    assert denied(passage, ["children", "pensioners"], ["Residents"], question="Who is exempt?") == []
    assert denied(passage, ["Residents"], ["children", "pensioners"]) == ["children", "pensioners"]


@pytest.mark.parametrize("question", ["Who did not sign?", "With whom was nothing signed?"])
def test_a_question_that_denies_asks_for_what_is_denied(question: str) -> None:
    assert denied("They signed with Mali, not with Togo.", ["Mali"], ["Togo"], question=question) == []
