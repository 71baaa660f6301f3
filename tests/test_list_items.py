"""Where the answer is an item of a list on lines of its own, the other items are answers too, unless they are sentences."""

from dataclasses import replace

import pytest

from assistant.datatypes import Span
from assistant.list_items import with_fellow_items, without_announcements
from index.datatypes import Chunk, Hit

BEFORE = 10
"""Where the passage begins in its document."""


def found(passage: str, text: str, probability: float = 0.5) -> Span:
    hit = Hit(1, Chunk("a.txt", BEFORE, BEFORE + len(passage), passage, "en"), "", "", 0.0, 0.9, 1, 1)
    start = BEFORE + passage.index(text)
    return Span(hit, start, start + len(text), text, start, start + len(text), probability, probability)


def texts(passage: str, *answers: str) -> list[str]:
    spans = with_fellow_items([found(passage, answer) for answer in answers])
    for span in spans:
        assert passage[span.start - BEFORE : span.end - BEFORE] == span.text
    return sorted(span.text for span in spans)


@pytest.mark.parametrize(
    ("passage", "answer", "items"),
    [
        ("Kit\n\n- two lamps, new;\n- ropes;\n- a mast.\n\n- wool", "ropes", ["a mast", "ropes", "two lamps, new"]),
        ("1. Rope\n2. Lamp oil\n3. Salt", "Lamp oil", ["Lamp oil", "Rope", "Salt"]),
        ("Kit: rope\n• two lamps, one spare\n• nine ropes", "two lamps", ["nine ropes", "two lamps"]),
        ("- Fruit\n  - apples\n  - pears\n- Greens\n  - leek", "pears", ["apples", "pears"]),
        ("- Fruit\n  - apples\n  - pears\n- Greens\n  - leek", "Greens", ["Fruit", "Greens"]),
        ("10. rope\n11. oil\n1. salt\n2. wool", "oil", ["oil", "rope"]),
        ("a) rope\nb) oil", "oil", ["oil", "rope"]),
        ("i) rope\nii) lamp oil\niii) salt", "salt", ["lamp oil", "rope", "salt"]),
        ("•rope yarn\n•lamp oil", "lamp oil", ["lamp oil", "rope yarn"]),
        ("-\u00a0rope\n-\u00a0oil", "oil", ["oil", "rope"]),
        ("- Washington D.C.\n- Atlanta\n- Boston", "Atlanta", ["Atlanta", "Boston", "Washington D.C."]),
        ("1. Acme Inc.\n2. Dune S.A.R.L.\n3. Kolo Bank.", "Kolo Bank", ["Acme Inc.", "Dune S.A.R.L.", "Kolo Bank"]),
        ("- Acme Ltd.;\n- St. Gallen;\n- U.S. Steel.", "St. Gallen", ["Acme Ltd.", "St. Gallen", "U.S. Steel"]),
        ("- حبال؛\n- مصباح؛\n- ملح.", "مصباح", ["حبال", "مصباح", "ملح"]),
    ],
)  # fmt: skip
def test_the_other_items_of_its_list_are_answers(passage: str, answer: str, items: list[str]) -> None:
    assert texts(passage, answer) == sorted(items)


@pytest.mark.parametrize(
    ("passage", "answer"),
    [
        ("- Dogs need a lead.\n- Bicycles stay below.\n- No fires.", "Dogs need a lead"),  # rules
        ("- The gate opens at 9 a.m.\n- Dogs need a lead.\n- No fires.", "Dogs need a lead"),
        (
            "- 3 May – the mast breaks\n- 4 May – the crew leaves",
            "the mast breaks",
        ),  # a part of an item that is not its beginning
        ("- two lamps with a long cord\n- nine ropes", "two"),
        ("Rope\nLamp oil\nSalt", "Lamp oil"),
        ("Name: Linnea; Seats: 212\nName: Aurora; Seats: 90", "Name: Linnea"),
        ("- rope\n\nThe ship has a mast.\n\n- salt", "rope"),
        ("- Salt", "Salt"),
        ("J. Smith\nA. Brown", "Smith"),
    ],
)
def test_what_is_no_item_of_such_a_list_brings_nothing(passage: str, answer: str) -> None:
    assert texts(passage, answer) == [answer]


def test_an_item_that_is_found_already_comes_once_and_the_others_are_a_little_less_likely() -> None:
    passage = "- rope\n- lamp oil\n- salt"
    spans = with_fellow_items([found(passage, "rope", 0.4), found(passage, "salt", 0.8)])
    assert sorted((span.text, round(span.probability, 2)) for span in spans) == [
        ("lamp oil", 0.72),
        ("rope", 0.4),
        ("rope", 0.72),
        ("salt", 0.8),
    ]


def test_nothing_found_brings_nothing() -> None:
    assert with_fellow_items([]) == []


@pytest.mark.parametrize("passage", ["It covers two fields: trade and posts.", "These are two fields :\n\n- trade ;\n- posts."])
def test_what_announces_a_list_is_none_of_its_items(passage: str) -> None:
    spans = [found(passage, "two fields", 0.6), found(passage, "trade", 0.4), found(passage, "posts", 0.3)]
    kept, announcing = without_announcements(spans)
    assert [span.text for span in kept] == ["trade", "posts"]
    assert [span.text for span in announcing] == ["two fields"]


@pytest.mark.parametrize(
    ("passage", "answers"),
    [
        ("The posts: chair: Ana Kolo; cashier: Bo Dune.", {"chair": 0.5, "Ana Kolo": 0.3, "cashier": 0.5, "Bo Dune": 0.3}),
        ("They chose two men: Ana Kolo, who is the chair, and Bo.", {"two men": 0.6, "Ana Kolo": 0.2, "Bo": 0.1}),
        ("The members are Mali and Chad: Togo left.", {"Mali": 0.5, "Chad": 0.5, "Togo": 0.3}),
    ],
)
def test_what_stands_before_a_colon_may_be_an_answer(passage: str, answers: dict[str, float]) -> None:
    sentence = found(passage, passage)
    spans = [
        replace(found(passage, text, chance), sentence_start=sentence.start, sentence_end=sentence.end)
        for text, chance in answers.items()
    ]
    assert without_announcements(spans) == (spans, [])
