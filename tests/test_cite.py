"""Citations hold: verbatim, inside their passage, numbered by first use, none without an item."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistant.cite import cite, stands
from assistant.datatypes import Citation, Draft

TEXTS = {"a.txt": "The mast is 30 m high. It stands in Gaya.", "b.md": "بُني البرج في غايا 🗼. ارتفاعه ٣٠ مترا."}


def citation(document: str, start: int, end: int) -> Citation:
    text = TEXTS[document]
    return Citation(0, document, "", "", "en", start, end, text[start:end], text, 0)


places = st.tuples(st.sampled_from(sorted(TEXTS)), st.integers(0, 38), st.integers(0, 38)).filter(
    lambda place: place[1] < place[2]
)
corruptions = st.sampled_from(["none", "quote", "start", "end", "document", "passage", "passage_start"])


def corrupt(good: Citation, how: str) -> Citation:
    wrong: dict[str, Any] = {
        "none": {},
        "quote": {"quote": good.quote + "x"},
        "start": {"start": good.start + 1},
        "end": {"end": good.end + 1},
        "document": {"document": "gone.txt"},
        "passage": {"passage": good.passage.replace("G", "g").replace("ب", "ت")},
        "passage_start": {"passage_start": 1},
    }
    return replace(good, **wrong[how])


@given(st.lists(st.tuples(st.lists(st.tuples(places, corruptions), max_size=4), st.floats(0, 1)), max_size=6))
def test_only_what_stands_is_cited_and_numbered(drafts: list[tuple[list[tuple[tuple[str, int, int], str]], float]]) -> None:
    built = [
        Draft(
            TEXTS[candidates[0][0][0]][slice(*candidates[0][0][1:])] if candidates else "x",
            confidence,
            tuple(corrupt(citation(*place), how) for place, how in candidates),
        )
        for candidates, confidence in drafts
    ]
    items, citations = cite(built, TEXTS.get)
    quotes = {one.number: one.quote for one in citations}
    assert all(any(item.text in quotes[number] for number in item.citations) for item in items)
    assert len(items) == sum(any(draft.text in one.quote for one in draft.citations if stands(one, TEXTS.get)) for draft in built)
    assert [one.number for one in citations] == list(range(1, len(citations) + 1))
    for one in citations:
        assert TEXTS[one.document][one.start : one.end] == one.quote
        assert one.quote in one.passage
    used = [number for item in items for number in item.citations]
    assert all(item.citations for item in items)
    assert list(dict.fromkeys(used)) == [one.number for one in citations]


def test_a_made_up_quote_does_not_stand() -> None:
    good = citation("a.txt", 0, 22)
    assert stands(good, TEXTS.get)
    for how in ("quote", "start", "end", "document", "passage", "passage_start"):
        assert not stands(corrupt(good, how), TEXTS.get), how
    assert not stands(replace(good, start=-5, end=0, quote=""), TEXTS.get)


def test_the_same_place_cited_twice_has_one_number() -> None:
    items, citations = cite(
        [
            Draft("mast", 0.9, (citation("a.txt", 0, 22),)),
            Draft("30 m", 0.8, (citation("b.md", 0, 9), citation("a.txt", 0, 22))),
        ],
        TEXTS.get,
    )
    assert [item.citations for item in items] == [(1,), (2, 1)]
    assert len(citations) == 2


def test_an_item_that_none_of_its_citations_holds_is_dropped() -> None:
    assert cite([Draft("40 m", 0.9, (citation("a.txt", 0, 22),))], TEXTS.get) == ((), ())
