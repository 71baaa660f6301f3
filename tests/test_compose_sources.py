"""The sources of an answer and the closest passages where there is none: which of them are cited, and with which quotes."""

from assistant.compose import closest
from assistant.datatypes import Span
from assistant.question_kind import Kind
from index.datatypes import Chunk, Hit
from tests.composing import composed, in_text, quotes, span


def test_the_same_answer_is_one_item_with_every_source_and_the_sentences_as_quotes() -> None:
    spans = [span("Kolo", 0.8), span("KOLO", 0.7, "b.txt", before="Nearby lies ")]
    (draft,) = composed(spans, kind=Kind.ONE, question="Where?").drafts
    assert draft.text == "Kolo"
    assert list(dict.fromkeys(citation.quote for citation in draft.citations)) == [
        "They say Kolo there.",
        "Nearby lies KOLO there.",
    ]


def test_the_closest_are_one_a_passage() -> None:
    spans = [span("Kolo", 0.1), span("Dori", 0.08, "c.txt")]
    assert [citation.document for citation in closest([*spans, span("Kolo", 0.09)])] == ["a.txt", "c.txt"]


def test_a_heading_is_no_closest_passage_where_the_passage_has_more() -> None:
    text = "Kolo : how and why\n\nIt was built in Kolo."
    hit = Hit(1, Chunk("a.txt", 0, len(text), text, "en"), "", "", 0.0, 0.9, 1, 1)
    heading = Span(hit, 0, 18, "Kolo : how and why", 0, 18, 0.01, 0.01)
    sentence = Span(hit, 36, 40, "Kolo", 20, len(text), 0.001, 0.01)
    assert [citation.quote for citation in closest([heading, sentence])] == ["It was built in Kolo."]
    assert [citation.quote for citation in closest([heading])] == ["Kolo : how and why"]


def test_a_place_that_is_hardly_an_answer_is_no_source_of_it() -> None:
    spans = [span("Kolo", 0.9), span("Kolo", 0.5, "b.txt"), span("Kolo", 0.09, "c.txt")]
    (draft,) = composed(spans, kind=Kind.ONE).drafts
    assert {citation.document for citation in draft.citations} == {"a.txt", "b.txt"}


def test_a_place_half_as_likely_as_an_answer_must_be_is_a_source_beside_a_much_likelier_one() -> None:
    spans = [span("Kolo", 0.95), span("Kolo", 0.06, "b.txt", before="Here "), span("Kolo", 0.04, "c.txt", before="There ")]
    (draft,) = composed(spans, threshold=0.1).drafts
    assert {citation.document for citation in draft.citations} == {"a.txt", "b.txt"}


def test_a_heading_that_is_the_name_is_no_source_where_a_sentence_of_its_document_tells_of_it() -> None:
    heading = in_text("Iran", "[L'Iran]\n\nThe ministers of Iran signed in Kolo.", 0.5)
    sentence = in_text("Iran", "L'Iran\n\n[The ministers of Iran signed in Kolo.]", 0.4)
    elsewhere = in_text("Iran", "[Iran has signed.]", 0.3, "b.txt")
    assert quotes([heading]) == [{"L'Iran"}]
    assert quotes([heading, sentence]) == [{"The ministers of Iran signed in Kolo."}]
    assert quotes([heading, elsewhere]) == [{"L'Iran", "Iran has signed."}]


def test_a_heading_that_tells_is_a_source() -> None:
    heading = in_text("Iran", "[Iran signs a deal on defence]\n\nThe ministers of Iran signed in Kolo.", 0.5)
    sentence = in_text("Iran", "Iran signs a deal on defence\n\n[The ministers of Iran signed in Kolo.]", 0.4)
    assert quotes([heading, sentence]) == [{"Iran signs a deal on defence", "The ministers of Iran signed in Kolo."}]


def test_the_form_in_the_questions_language_is_shown_though_it_is_a_heading() -> None:
    heading = in_text("Germany", "[Germany]\n\nIt signed.", 0.9)
    sentence = in_text("Deutschland", "[Die Minister von Deutschland waren da.]", 0.5, "b.txt", "de")
    (draft,) = composed([heading, sentence]).drafts
    assert draft.text == "Germany"
