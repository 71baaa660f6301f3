"""Sentences that explain: in which order they come, and which of them say the same."""

import pytest

from assistant.datatypes import Span
from assistant.question_kind import Kind
from index.datatypes import Chunk, Hit
from tests.composing import composed, sentence, texts


def test_sentences_come_in_the_order_of_their_documents() -> None:
    def sentence(start: int, text: str, probability: float, document: str) -> Span:
        hit = Hit(1, Chunk(document, start, start + len(text), text, "en"), "", "", 0.0, 0.9, 1, 1)
        return Span(hit, start, start + len(text), text, start, start + len(text), probability, probability)

    spans = [
        sentence(90, "Then this.", 0.9, "a.txt"),
        sentence(5, "First that.", 0.5, "a.txt"),
        sentence(0, "And.", 0.8, "b.txt"),
    ]
    assert texts(spans, kind=Kind.EXPLAIN) == ["First that.", "Then this.", "And."]


def test_sentences_that_say_the_same_are_one_item() -> None:
    one, other = "The committee meets in the capital, Kolo.", "The committee meets in the capital Kolo."
    (draft,) = composed([sentence(one, "a.txt"), sentence(other, "b.txt")], kind=Kind.EXPLAIN).drafts
    assert {citation.document for citation in draft.citations} == {"a.txt", "b.txt"}


LONG = "The joint committee of the two neighbouring countries meets {} times a year in the capital."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG.format("3"), LONG.format("5")),
        (
            "Ghana has signed a treaty on rivers with Mali in the capital.",
            "Ghana has signed a treaty on rivers with Chad in the capital.",
        ),
        (
            "The two governments did not sign the agreement on the border crossing at Gaya.",
            "The two governments did sign the agreement on the border crossing at Gaya.",
        ),
        ("The council of Kolo opened the mill.", "The council of Kolo closed the mill."),
        ("The mill at Kolo opens on Tuesday at nine.", "The mill at Kolo opens on Thursday at nine."),
        ("What the council of Kolo did was legal.", "What the council of Kolo did was illegal."),
        ("Kolo import duties and imported rice taxes rose.", "Kolo imports duties and not rice taxes rose."),
        ("The two countries agreed to set up a committee.", "The two countries agreed to set up a joint committee."),
        ("Ghana lent Togo 3 million euros for the bridge.", "Togo lent Ghana 3 million euros for the bridge."),
        ("The mayor dismissed the director because he was ill.", "The director dismissed the mayor because he was ill."),
    ],
)
def test_sentences_that_differ_in_what_they_say_are_two(one: str, other: str) -> None:
    assert set(texts([sentence(one, "a.txt"), sentence(other, "b.txt")], kind=Kind.EXPLAIN)) == {one, other}


def test_sentences_that_differ_in_spelling_alone_are_one() -> None:
    one, other = (
        "General Tchiani called the council of 12 officers, they say.",
        "General Tiani called the council of 12 officers they say.",
    )
    assert len(composed([sentence(one, "a.txt"), sentence(other, "b.txt")], kind=Kind.EXPLAIN).drafts) == 1
