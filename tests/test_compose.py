"""What is shown of the spans: the likely ones, each once, every language in its turn; or nothing."""

from assistant.compose import closest, compose
from assistant.datatypes import Span
from index.datatypes import Chunk, Hit


def span(text: str, probability: float, document: str = "a.txt", language: str = "en") -> Span:
    return Span(Hit(1, Chunk(document, 0, len(text), text, language), "", "", 0.0, 0.9, 1, 1), 0, len(text), text, probability)


def texts(spans: list[Span], threshold: float = 0.2, maximum: int = 6) -> list[str]:
    return [text for text, _, _ in compose(spans, "en", threshold, maximum)]


def test_nothing_is_shown_below_the_threshold() -> None:
    assert texts([span("Perhaps.", 0.19), span("Hardly.", 0.01)]) == []
    assert texts([]) == []


def test_the_likeliest_comes_first_and_the_unlikely_not_at_all() -> None:
    assert texts([span("Less.", 0.5), span("Most.", 0.6), span("Much less.", 0.15)], threshold=0.1) == ["Most.", "Less."]


def test_the_same_sentence_is_one_item_with_every_source() -> None:
    drafts = compose([span("The mast is high.", 0.8), span("the MAST is high", 0.7, "b.txt")], "en", 0.2, 6)
    assert [[citation.document for citation in citations] for _, _, citations in drafts] == [["a.txt", "b.txt"]]


def test_languages_take_turns_and_the_questions_own_begins() -> None:
    spans = [span("Un.", 0.9, language="fr"), span("Deux.", 0.85, language="fr"), span("One.", 0.6), span("Two.", 0.5)]
    assert texts(spans) == ["One.", "Un.", "Two.", "Deux."]
    assert texts(spans, maximum=3) == ["One.", "Un.", "Two."]


def test_a_language_with_much_less_likely_sentences_is_left_out() -> None:
    assert texts([span("Oui.", 0.97, language="fr"), span("Hm.", 0.3)]) == ["Oui."]


def test_the_closest_are_one_a_passage() -> None:
    spans = [span("A.", 0.1), span("B.", 0.09), span("C.", 0.08, "c.txt")]
    assert [citation.quote for citation in closest(spans)] == ["A.", "C."]


def test_figures_that_differ_are_not_the_same_sentence() -> None:
    assert len(texts([span("It grew by 1.5 percent.", 0.8), span("It grew by 15 percent.", 0.79, "b.txt")])) == 2
    assert len(texts([span("The low was -5 degrees.", 0.8), span("The low was 5 degrees.", 0.79, "b.txt")])) == 2
