"""Items of a list told in two languages: one answer with both as its sources, unless they only resemble each other."""

import numpy as np

from assistant.compose import compose
from assistant.datatypes import Span
from assistant.question_kind import Kind
from assistant.read import Asked
from index.encode import Encoder
from tests.composing import span


def listed(spans: list[Span], encoder: Encoder, language: str = "en") -> dict[str, set[str]]:
    """The documents cited for each item of the list."""
    asked = Asked("What does it cover?", language, Kind.SEVERAL, np.zeros(2, np.float32))
    drafts = compose(asked, spans, 0.2, 12, encoder.encode_questions).drafts
    return {draft.text: {citation.document for citation in draft.citations} for draft in drafts}


ENGLISH = [span("illegal immigration", 0.9), span("terrorism", 0.8), span("border control", 0.7)]
FRENCH = [span("l'immigration illégale", 0.6, "b.txt", "fr"), span("terrorisme", 0.5, "b.txt", "fr")]
ARABIC = [span("الهجرة غير النظامية", 0.6, "c.txt", "ar"), span("الإرهاب", 0.5, "c.txt", "ar")]


def test_phrases_that_translate_each_other_are_one_item_with_both_sources(encoder: Encoder) -> None:
    expected = {"illegal immigration": {"a.txt", "b.txt"}, "terrorism": {"a.txt", "b.txt"}, "border control": {"a.txt"}}
    assert listed(ENGLISH + FRENCH, encoder) == expected


def test_so_they_are_in_three_languages_and_shown_in_the_questions_own(encoder: Encoder) -> None:
    found = listed(ENGLISH + FRENCH + ARABIC, encoder, "ar")
    assert found["الإرهاب"] == {"a.txt", "b.txt", "c.txt"}
    assert found["الهجرة غير النظامية"] == {"a.txt", "b.txt", "c.txt"}
    assert len(found) == 3


def test_what_is_only_of_one_sort_stays_two_items(encoder: Encoder) -> None:
    spans = [span("winter", 0.9), span("summer", 0.8), span("l'automne", 0.7, "b.txt", "fr"), span("tables", 0.6, "b.txt", "fr")]
    assert len(listed(spans, encoder)) == 4


def test_two_phrases_of_one_language_never_become_one_by_way_of_another(encoder: Encoder) -> None:
    spans = [span("drones", 0.9), span("unmanned aircraft", 0.8), span("missiles", 0.8), span("drones", 0.7, "b.txt", "fr")]
    spans.append(span("aéronefs sans pilote", 0.6, "b.txt", "fr"))
    found = listed(spans, encoder)
    assert {"drones", "unmanned aircraft", "missiles"} <= found.keys()


def test_names_and_values_are_not_left_to_resemblance(encoder: Encoder) -> None:
    names = [span("Marie Curie", 0.9), span("Otto Hahn", 0.8), span("Irène Curie", 0.7, "b.txt", "fr")]
    assert len(listed(names, encoder)) == 3
    listed_names = [span(name, 0.9, before="") for name in ("Meeteis", "Nagas")] + [span("Kukis", 0.7, "b.txt", "fr", before="")]
    assert len(listed(listed_names, encoder)) == 3
    values = [span("12 boats", 0.9), span("three cars", 0.8), span("14 bateaux", 0.7, "b.txt", "fr")]
    assert len(listed(values, encoder)) == 3
