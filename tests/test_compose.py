"""What is shown of the spans: the likely ones, each once with all its sources; or nothing."""

import numpy as np

from assistant.compose import closest, compose
from assistant.datatypes import Span
from assistant.question_kind import Kind
from assistant.read import Asked
from index.datatypes import Chunk, Hit


def span(text: str, probability: float, document: str = "a.txt", language: str = "en", before: str = "They say ") -> Span:
    """A span that stands in the middle of its sentence, which is its whole chunk."""
    sentence = f"{before}{text} there."
    hit = Hit(1, Chunk(document, 0, len(sentence), sentence, language), "", "", 0.0, 0.9, 1, 1)
    start = len(before)
    return Span(hit, start, start + len(text), text, 0, len(sentence), probability, probability)


def texts(
    spans: list[Span], threshold: float = 0.2, maximum: int = 6, kind: Kind = Kind.SEVERAL, question: str = "Which ones?"
) -> list[str]:
    return [text for text, _, _ in compose(Asked(question, "en", kind, np.zeros(2, np.float32)), spans, threshold, maximum)]


def test_nothing_is_shown_below_the_threshold() -> None:
    assert texts([span("Kolo", 0.19), span("Dori", 0.01)]) == []
    assert texts([]) == []


def test_the_likeliest_comes_first_and_the_unlikely_not_at_all() -> None:
    spans = [span("Dori", 0.5), span("Kolo", 0.6), span("Gaya", 0.15)]
    assert texts(spans, threshold=0.1) == ["Kolo", "Dori"]
    assert texts(spans, threshold=0.1, maximum=1) == ["Kolo"]


def test_a_question_with_one_answer_shows_fewer_others_than_one_with_several() -> None:
    spans = [span("Kolo", 0.9), span("Dori", 0.45)]
    assert texts(spans, kind=Kind.ONE) == ["Kolo"]
    assert texts(spans, kind=Kind.SEVERAL) == ["Kolo", "Dori"]


def test_the_same_answer_is_one_item_with_every_source_and_the_sentences_as_quotes() -> None:
    spans = [span("Kolo", 0.8), span("KOLO", 0.7, "b.txt", before="Nearby lies ")]
    drafts = compose(Asked("Where?", "en", Kind.ONE, np.zeros(2, np.float32)), spans, 0.2, 6)
    assert [text for text, _, _ in drafts] == ["Kolo"]
    assert [[citation.quote for citation in citations] for _, _, citations in drafts] == [
        ["They say Kolo there.", "Nearby lies KOLO there."]
    ]


def test_the_form_in_the_questions_language_is_shown() -> None:
    assert texts([span("KOLO", 0.9, "b.txt", "fr"), span("Kolo", 0.6)]) == ["Kolo"]


def test_one_thing_named_in_two_languages_is_one_item() -> None:
    spans = [span("غانا", 0.9, "b.txt", "ar"), span("Ghana", 0.8), span("Guinea", 0.7), span("Guinea-Bissau", 0.6)]
    assert texts(spans) == ["Ghana", "Guinea", "Guinea-Bissau"]


def test_one_value_written_in_two_ways_is_one_item_and_two_values_are_two() -> None:
    spans = [span("1,200 km", 0.9), span("1200 kilomètres", 0.8, "b.txt", "fr"), span("1,300 km", 0.7)]
    assert texts(spans) == ["1,200 km", "1,300 km"]


def test_what_the_question_names_is_no_answer_to_it() -> None:
    spans = [span("Ghana", 0.9), span("Togo", 0.8)]
    assert texts(spans, question="Whom did Ghana trade with?") == ["Togo"]
    assert texts(spans[:1], question="Whom did Ghana trade with?") == ["Ghana"]


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


def test_the_closest_are_one_a_passage() -> None:
    spans = [span("Kolo", 0.1), span("Dori", 0.08, "c.txt")]
    assert [citation.document for citation in closest([*spans, span("Kolo", 0.09)])] == ["a.txt", "c.txt"]


def test_figures_that_differ_are_not_the_same_answer() -> None:
    assert len(texts([span("1.5 percent", 0.8), span("15 percent", 0.79, "b.txt")])) == 2
    assert len(texts([span("-5 degrees", 0.8), span("5 degrees", 0.79, "b.txt")])) == 2
