"""What is shown of the spans: the likely ones, each once with all its sources; or nothing."""

from dataclasses import replace

import numpy as np
import pytest

from assistant.compose import MOST_SPANS, Composition, closest, compose
from assistant.datatypes import Span
from assistant.disagreement import LEAST
from assistant.grouping import support
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
    return [draft.text for draft in composed(spans, threshold, maximum, kind, question).drafts]


def composed(
    spans: list[Span], threshold: float = 0.2, maximum: int = 6, kind: Kind = Kind.SEVERAL, question: str = "Which ones?"
) -> Composition:
    return compose(Asked(question, "en", kind, np.zeros(2, np.float32)), spans, threshold, maximum)


def test_nothing_is_shown_below_the_threshold() -> None:
    assert texts([span("Kolo", 0.19), span("Dori", 0.01)]) == []
    assert texts([]) == []


def test_the_likeliest_comes_first_and_the_unlikely_not_at_all() -> None:
    spans = [span("Dori", 0.5), span("Kolo", 0.6), span("Gaya", 0.05)]
    assert texts(spans, threshold=0.04) == ["Kolo", "Dori"]
    assert texts(spans, threshold=0.04, maximum=1) == ["Kolo"]


def test_a_question_with_one_answer_shows_fewer_others_than_one_with_several() -> None:
    spans = [span("Kolo", 0.9), span("Dori", 0.45)]
    assert texts(spans, kind=Kind.ONE) == ["Kolo"]
    assert texts(spans, kind=Kind.SEVERAL) == ["Kolo", "Dori"]


def test_what_several_documents_give_is_likelier_than_each_of_them_makes_it() -> None:
    spans = [
        span("Dori", 0.19),
        span("Kolo", 0.15),
        span("KOLO", 0.12, "b.txt", before="Here "),
        span("Gaya", 0.15),
        span("Gaya", 0.12),
    ]
    assert texts(spans, 0.17, kind=Kind.ONE) == ["Kolo", "Dori"]
    (first, *_) = composed(spans, 0.17, kind=Kind.ONE).groups
    assert first.together == pytest.approx(1 - 0.85 * 0.88)


def test_weak_documents_do_not_make_an_answer_together() -> None:
    spans = [span("Kolo", 0.15), span("Kolo", 0.15, "b.txt"), span("Kolo", 0.15, "c.txt")]
    assert texts(spans, 0.17, kind=Kind.ONE) == []
    lengths = [span(text, 0.15, f"{name}.txt") for text in ("1,500 km", "1,400 km") for name in (f"a{text[2]}", f"b{text[2]}")]
    composition = composed([replace(one, passage_probability=0.9) for one in lengths], 0.17, kind=Kind.ONE)
    assert not composition.drafts
    assert not composition.disagreement


def test_the_words_around_an_answer_are_no_other_answers() -> None:
    text = "Ghana and Chad sign a memorandum on trade."
    hit = Hit(1, Chunk("a.txt", 0, len(text), text, "en"), "", "", 0.0, 0.9, 1, 1)
    found = {(22, 41): 0.8, (20, 21): 0.5, (15, 19): 0.4, (10, 14): 0.3}
    spans = [Span(hit, start, end, text[start:end], 0, len(text), chance, 0.9) for (start, end), chance in found.items()]
    composition = composed(spans)
    assert [draft.text for draft in composition.drafts] == ["memorandum on trade", "Chad"]
    assert {group.spans[0].text for group in composition.left_out} == {"a", "sign"}


def test_the_same_answer_is_one_item_with_every_source_and_the_sentences_as_quotes() -> None:
    spans = [span("Kolo", 0.8), span("KOLO", 0.7, "b.txt", before="Nearby lies ")]
    (draft,) = composed(spans, kind=Kind.ONE, question="Where?").drafts
    assert draft.text == "Kolo"
    assert list(dict.fromkeys(citation.quote for citation in draft.citations)) == [
        "They say Kolo there.",
        "Nearby lies KOLO there.",
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


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("which room has a projector?", "en", "Oak Room"),
        ("Welchen Tee verkauft ihr?", "de", "Grüner Tee"),
        ("In welcher Schule ist die Bibliothek?", "de", "Alte Schule"),
    ],
)
def test_what_the_question_calls_a_thing_may_be_a_word_of_its_name(question: str, language: str, answer: str) -> None:
    asked = Asked(question, language, Kind.ONE, np.zeros(2, np.float32))
    composition = compose(asked, [span(answer, 0.9, "a.txt", language), span("Dori", 0.5, "b.txt", language)], 0.2, 6)
    assert composition.drafts[0].text == answer


def test_of_many_hundreds_of_spans_the_likeliest_are_shown() -> None:
    spans = [span(f"Dori {number}", 0.3) for number in range(MOST_SPANS)]
    assert texts([*spans, span("Kolo", 0.9)], maximum=1) == ["Kolo"]


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


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which languages are spoken in Germany?", ["German", "Danish", "Sorbian"]),
        ("Which cities did the minister visit?", ["Nairobi", "Kampala", "Mombasa"]),
    ],
)
def test_adjectives_and_capitals_alone_stand_for_no_countries(question: str, answers: list[str]) -> None:
    spans = [span(answer, 0.9 - 0.15 * at, f"{at}.txt") for at, answer in enumerate(answers)]
    assert texts(spans, question=question) == answers


def test_figures_that_differ_are_not_the_same_answer() -> None:
    assert len(texts([span("1.5 percent", 0.8), span("15 percent", 0.79, "b.txt")])) == 2
    assert len(texts([span("-5 degrees", 0.8), span("5 degrees", 0.79, "b.txt")])) == 2


def test_an_answer_that_more_documents_give_comes_first() -> None:
    others = [span("Kolo", 0.5, "b.txt", before="Others say "), span("Kolo", 0.5, "c.txt", before="Some say ")]
    assert texts([span("Dori", 0.6), span("Kolo", 0.55), *others]) == ["Kolo", "Dori"]
    assert support([span("Kolo", 0.5), span("Kolo", 0.5, before="They still say ")]) == 0.5
    assert support([span("Kolo", 0.5), others[0]]) == 0.75


def test_copies_of_one_text_count_as_one_document() -> None:
    copies = [span("Kolo", 0.5, name) for name in ("a.txt", "b.txt", "c.txt")]
    assert support(copies) == 0.5
    assert support([*copies, span("Kolo", 0.4, "b.txt", before="We saw ")]) == pytest.approx(0.7)
    assert support([span("Kolo", 0.5, name, before="") for name in ("a.txt", "b.txt")]) == 0.5
    assert texts([span("Dori", 0.6, "d.txt"), *copies]) == ["Dori", "Kolo"]
    (draft,) = composed(copies).drafts
    assert [citation.document for citation in draft.citations] == ["a.txt", "a.txt", "b.txt", "c.txt"]


def test_a_list_in_one_span_is_as_many_items() -> None:
    assert texts([span("Ghana, Togo and Benin", 0.8), span("Togo", 0.5, "b.txt")]) == ["Togo", "Ghana", "Benin"]
    assert texts([span("Ghana, Togo and Benin", 0.8)], kind=Kind.ONE) == ["Ghana, Togo and Benin"]


def test_a_capital_stands_for_its_country_where_countries_are_the_answers() -> None:
    spans = [span("Ghana", 0.9), span("Accra", 0.8, "b.txt"), span("Togo", 0.7), span("Lomé", 0.6, "b.txt"), span("Cotonou", 0.5)]
    assert texts(spans, question="Whom did Benin sign a treaty with?") == ["Ghana", "Togo"]
    assert texts(spans, question="Whom did Togo sign a treaty with?") == ["Ghana"]
    cities = [span("Accra", 0.9), span("Kumasi", 0.8), span("Tamale", 0.7)]
    assert texts(cities, question="Where in Ghana did they meet?") == ["Accra", "Kumasi", "Tamale"]


def test_among_countries_another_sort_of_thing_is_shown_only_where_it_is_likely() -> None:
    countries = [span("Ghana", 0.6), span("Togo", 0.5, "b.txt"), span("Chad", 0.4, "c.txt")]
    question = "Whom did Benin sign a treaty with?"
    assert texts([*countries, span("the river villages", 0.4, "d.txt")], question=question) == ["Ghana", "Togo", "Chad"]
    assert "the River League" in texts([*countries, span("the River League", 0.55, "d.txt")], question=question)


def test_a_country_is_shown_under_its_own_name() -> None:
    both = [span("Ghana", 0.7), span("Togo", 0.6, "b.txt"), span("Ghanaian and Togolese soldiers", 0.5, "c.txt")]
    assert texts(both, question="Whom did Benin sign a treaty with?") == ["Ghana", "Togo"]
    spans = [span("Malian", 0.7), span("Togo", 0.6, "b.txt"), span("Mali", 0.5, "c.txt")]
    assert texts(spans, question="Whom did Benin sign a treaty with?") == ["Mali", "Togo"]


@pytest.mark.parametrize(
    ("question", "answers", "expected"),
    [
        ("Who signed?", [("نيجيريا", "ar"), ("مالي", "ar")], ["Nigeria", "Mali"]),
        ("Who signed with Niger?", [("نيجيريا", "ar")], ["Nigeria"]),
        ("Who signed?", [("نيجيريا", "ar"), ("Chad", "en")], ["Nigeria", ""]),
        ("Who signed?", [("Nigeria", "fr"), ("Tchad", "fr")], ["", "Chad"]),
        ("Who trains the team?", [("Jordanie", "fr")], [""]),  # one name alone may be anything
        ("What did Chad eat?", [("chine", "fr")], [""]),
        ("Who signed with Niger?", [("كولو", "ar")], [""]),
    ],
)
def test_countries_named_in_another_language_only_are_called_what_the_questions_language_calls_them(
    question: str, answers: list[tuple[str, str]], expected: list[str]
) -> None:
    spans = [span(text, 0.8 - 0.01 * at, f"{at}.txt", language) for at, (text, language) in enumerate(answers)]
    drafts = composed(spans, question=question).drafts
    assert [draft.text for draft in drafts] == [text for text, _ in answers]
    assert [draft.translation for draft in drafts] == expected


def test_a_country_named_in_the_questions_language_too_needs_no_other_name() -> None:
    spans = [span("نيجيريا", 0.8, language="ar"), span("Nigeria", 0.7, "b.txt"), span("Chad", 0.7, "c.txt")]
    assert [(draft.text, draft.translation) for draft in composed(spans).drafts] == [("Nigeria", ""), ("Chad", "")]


def test_sources_that_contradict_each_other_are_shown_side_by_side() -> None:
    spans = [
        span("1,500 km", 0.8),
        span("1 500 kilomètres", 0.7, "c.txt", "fr"),
        span("1400 km", 0.55, "b.txt"),
        span("Kolo", 0.7),
    ]
    composition = composed(spans, kind=Kind.ONE)
    assert composition.disagreement
    assert [draft.text for draft in composition.drafts] == ["1,500 km", "1400 km"]
    assert [{citation.document for citation in draft.citations} for draft in composition.drafts] == [
        {"a.txt", "c.txt"},
        {"b.txt"},
    ]


def test_a_number_is_shown_with_its_unit() -> None:
    assert texts([span("1,500", 0.8, before="It is "), span("Kolo", 0.1)], kind=Kind.ONE) == ["1,500"]
    sentence = "The border is 1,500 km long."
    hit = Hit(1, Chunk("a.txt", 0, len(sentence), sentence, "en"), "", "", 0.0, 0.9, 1, 1)
    assert texts([Span(hit, 14, 19, "1,500", 0, len(sentence), 0.8, 0.8)], kind=Kind.ONE) == ["1,500 km"]


@pytest.mark.parametrize(
    "other",
    [
        span("1,500 kilometres", 0.7, "b.txt"),
        span("about 1,500 km", 0.7, "b.txt"),
        span("1400 km", 0.7),  # another thing in the same document
        span("1400 km", 0.2, "b.txt"),
        span("1400 people", 0.7, "b.txt"),
        span("Kolo", 0.7, "b.txt"),
        span("100 km", 0.7, "b.txt"),  # so far apart, they are lengths of two things
        span("16,000 km", 0.7, "b.txt"),
        span("1,480 km", 0.7, "b.txt"),  # of which 1,500 km is the rounding
        span("1,400 km", 0.7, "b.txt", before="They say more than "),
        span("1,600 km", 0.7, "b.txt", before="They say less than "),
        span("1,600 km", 0.7, "b.txt", before="They say no more than "),
        span("1,400 km", 0.7, "b.txt", before="They say no less than "),
        span("١٤٨٠ كم", 0.7, "b.txt", "ar"),
    ],
)
def test_what_is_no_contradiction_is_not_called_one(other: Span) -> None:
    assert not composed([span("1,500 km", 0.8), other], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(
    ("one", "other"),
    [("1500 trainees", "1480 trainees"), ("1240 trainees", "1260 camels"), ("room 12", "page 14"), ("in 1950", "1950")],
)
def test_rounded_counts_and_numbers_of_two_things_are_no_disagreement(one: str, other: str) -> None:
    assert not composed([span(one, 0.8), span(other, 0.7, "b.txt")], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(
    ("one", "other"), [("1950 inhabitants", "2,400 inhabitants"), ("article 5", "article 7"), ("1950", "1975")]
)
def test_counts_written_as_years_are_and_numbers_of_one_thing_disagree(one: str, other: str) -> None:
    assert composed([span(one, 0.8), span(other, 0.7, "b.txt")], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(
    ("one", "other"), [("1240 trainees", "1240 camels"), ("article 5", "section 5"), ("room 12", "building 12")]
)
def test_the_same_number_of_two_things_is_two_items(one: str, other: str) -> None:
    assert texts([span(one, 0.8), span(other, 0.7, "b.txt")]) == [one, other]


@pytest.mark.parametrize(("one", "other"), [("about 5", "5"), ("article 5", "articles 5"), ("more than 300", "over 300")])
def test_what_bounds_a_number_names_no_other_thing(one: str, other: str) -> None:
    assert len(texts([span(one, 0.8), span(other, 0.7, "b.txt")])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("4.1 million", "41 million"), ("0 deaths", "25 deaths"), ("2 °C", "25 °C"), ("-5 °C", "8 °C"), ("0.5 %", "6 %")],
)
def test_values_of_one_thing_may_be_ten_times_apart_and_some_have_no_size(one: str, other: str) -> None:
    assert composed([span(one, 0.8), span(other, 0.7, "b.txt")], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(
    "other",
    [
        span("1,900 km", 0.7, "b.txt", before="They say nearly "),
        span("1,900 km", 0.7, "b.txt", before="They say just under "),
        span("1,300 km", 0.7, "b.txt", before="They say no more than "),
        span("1,490.00 km", 0.7, "b.txt"),
        span("152 km", 0.7, "b.txt"),
        span("15,000 km", 0.7, "b.txt"),
        span("١٤٠٠ كم", 0.7, "b.txt", "ar"),
    ],
)
def test_what_is_a_contradiction_is_called_one(other: Span) -> None:
    assert composed([span("1,512 km", 0.8), other], kind=Kind.ONE).disagreement


def test_a_value_is_as_vague_as_its_sentence_tells() -> None:
    spans = [span("1,520 km", 0.8), span("1,450 km", 0.7, "b.txt", before="They say about ")]
    assert not composed(spans, kind=Kind.ONE).disagreement
    spans = [span("1,520 km", 0.8), span("1,450 km", 0.7, "b.txt")]
    assert composed(spans, kind=Kind.ONE).disagreement


def test_what_is_counted_may_stand_beside_the_number() -> None:
    spans = [span("240 trainees", 0.8), span("240", 0.7, "b.txt"), span("240 متدربًا", 0.7, "c.txt", "ar")]
    assert texts(spans, kind=Kind.ONE) == ["240 trainees"]
    composition = composed([span("240 trainees", 0.8), span("260 trainees", 0.7, "b.txt")], kind=Kind.ONE)
    assert composition.disagreement
    assert [draft.text for draft in composition.drafts] == ["240 trainees", "260 trainees"]
    for other in ("260 camels", "240 camels"):
        composition = composed([span("240 trainees", 0.8), span(other, 0.7, "b.txt")], kind=Kind.ONE)
        assert not composition.disagreement
        assert len(composition.drafts) == 2


def test_few_of_one_thing_are_not_as_many_of_another_in_another_language() -> None:
    assert len(texts([span("2 drones", 0.8), span("2 camions", 0.7, "b.txt", "fr")])) == 2
    assert len(texts([span("240 trainees", 0.8), span("240 stagiaires", 0.7, "b.txt", "fr")])) == 1


def test_a_correction_contradicts_though_it_names_what_it_corrects() -> None:
    spans = [span("240 trainees", 0.8), span("260 trainees", 0.7, "b.txt"), span("240", 0.1, "b.txt", before="And not ")]
    composition = composed(spans, kind=Kind.ONE)
    assert composition.disagreement
    assert [draft.text for draft in composition.drafts] == ["240 trainees", "260 trainees"]


def test_no_document_contradicts_itself() -> None:
    for probability in (0.2, 0.25, 0.4):
        spans = [span("260 trainees", 0.9), replace(span("240 trainees", probability), passage_probability=0.9)]
        assert not composed(spans, kind=Kind.ONE).disagreement


def test_what_only_has_a_country_in_its_name_is_none() -> None:
    spans = [span("Turkish drones", 0.8), span("Russian helicopters", 0.7, "b.txt"), span("armoured vehicles", 0.55, "c.txt")]
    assert texts(spans, question="What did Niger buy?") == ["Turkish drones", "Russian helicopters", "armoured vehicles"]
    spans = [span("Malian gold", 0.8), span("Chadian cattle", 0.7, "b.txt"), span("Nigerien uranium", 0.6, "c.txt")]
    assert len(texts(spans, question="What did Niger export?")) == 3


def test_an_apposition_is_no_second_answer() -> None:
    spans = [span("Clara Hoffmann", 0.8), span("Clara Hoffmann, the mayor", 0.7, "b.txt")]
    assert "the mayor" not in texts(spans)


def test_nothing_contradicts_where_nothing_is_answered() -> None:
    assert not composed([span("1,500 km", 0.1), span("1400 km", 0.09, "b.txt")], kind=Kind.ONE).disagreement


@pytest.mark.parametrize(("probability", "contradicts"), [(LEAST - 0.01, False), (LEAST + 0.01, True)])
def test_two_unlikely_values_do_not_contradict_each_other(probability: float, *, contradicts: bool) -> None:
    spans = [replace(span("1,500 km", 0.1), passage_probability=0.9)]
    spans.append(replace(span("1400 km", probability, "b.txt"), passage_probability=0.9))
    assert composed(spans, threshold=0.03, kind=Kind.ONE).disagreement == contradicts


def test_sentences_that_say_the_same_are_one_item() -> None:
    one, other = "The committee meets in the capital, Kolo.", "The committee meets in the capital Kolo."
    (draft,) = composed([sentence(one, "a.txt"), sentence(other, "b.txt")], kind=Kind.EXPLAIN).drafts
    assert {citation.document for citation in draft.citations} == {"a.txt", "b.txt"}


def test_every_group_tells_why_it_is_shown_or_not() -> None:
    composition = composed([span("Kolo", 0.9), span("Dori", 0.5), span("Gaya", 0.1)], kind=Kind.ONE)
    assert [(group.spans[0].text, group.kept) for group in composition.groups] == [
        ("Kolo", True),
        ("Dori", False),
        ("Gaya", False),
    ]
    assert all(group.reason for group in composition.groups)


def test_a_place_that_is_hardly_an_answer_is_no_source_of_it() -> None:
    spans = [span("Kolo", 0.9), span("Kolo", 0.5, "b.txt"), span("Kolo", 0.1, "c.txt")]
    (draft,) = composed(spans, kind=Kind.ONE).drafts
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


def sentence(text: str, document: str) -> Span:
    hit = Hit(1, Chunk(document, 0, len(text), text, "en"), "", "", 0.0, 0.9, 1, 1)
    return Span(hit, 0, len(text), text, 0, len(text), 0.8, 0.8)


@pytest.mark.parametrize(
    ("one", "other"), [("Nigerien", "Nigerian"), ("Nigerien soldiers", "Nigerian soldiers"), ("النيجرية", "النيجيرية")]
)
def test_two_nations_are_two_items(one: str, other: str) -> None:
    assert len(texts([span(one, 0.8), span(other, 0.7, "b.txt")])) == 2


def test_what_only_a_vaguer_name_joins_is_not_one_item() -> None:
    dates = [span("July 2023", 0.8), span("26 July 2023", 0.7, "b.txt"), span("25 July 2023", 0.6, "c.txt")]
    composition = composed(dates, kind=Kind.ONE, question="When?")
    assert composition.disagreement
    assert [draft.text for draft in composition.drafts] == ["July 2023", "25 July 2023"]
    people = [span("Mahaman", 0.8), span("Ali Mahaman", 0.7, "b.txt"), span("Ibrahim Mahaman", 0.6, "c.txt")]
    assert texts(people) == ["Mahaman", "Ibrahim Mahaman"]


def test_several_dates_of_one_document_are_a_list_and_no_disagreement() -> None:
    dates = [
        span("8 May 2024", 0.8),
        span("12 June 2024", 0.7, "b.txt"),
        span("3 July 2024", 0.65, "c.txt"),
        span("9 August 2024", 0.6),
    ]
    composition = composed(dates, question="On which dates was it closed?")
    assert not composition.disagreement
    assert len(composition.drafts) == 4


def test_a_relative_of_the_one_who_is_named_is_an_answer() -> None:
    spans = [span("Hadiza Bazoum", 0.9), span("Kolo", 0.3)]
    assert texts(spans, question="Who is the wife of Mohamed Bazoum?", kind=Kind.ONE) == ["Hadiza Bazoum"]
    assert texts([span("Bazoum", 0.9), span("Kolo", 0.8)], question="Who is the wife of Mohamed Bazoum?") == ["Kolo"]


def test_what_an_earlier_turn_was_answered_may_be_the_answer_again() -> None:
    spans = [span("Kolo", 0.9), span("Dori", 0.5)]
    joined = Asked("Who built it? Kolo And who paid?", "en", Kind.ONE, np.zeros(2, np.float32), "Who built it? And who paid?")
    assert [draft.text for draft in compose(joined, spans, 0.2, 6).drafts] == ["Kolo"]


def test_what_a_question_offers_for_a_choice_may_be_the_answer() -> None:
    spans = [span("Ghana", 0.9), span("4 December", 0.3)]
    assert texts(spans, question="Which signed first, Ghana or Togo?", kind=Kind.ONE) == ["Ghana"]
    assert texts(spans, question="What did Ghana sign on trade or on oil?", kind=Kind.ONE) == ["4 December"]
    places = [span("Chad", 0.9), span("Togo", 0.8, "b.txt"), span("Benin", 0.7, "c.txt")]
    assert texts(places, question="Did Chad sign with Togo or with Benin?") == ["Togo", "Benin"]


def test_a_place_that_only_an_earlier_question_names_may_be_the_answer() -> None:
    spans = [span("Togo", 0.9), span("Bazoum", 0.8, "b.txt"), span("Chad", 0.7, "c.txt")]
    asked = "Whom did Togo send Bazoum to? And Chad?"
    joined = Asked(asked, "en", Kind.ONE, np.zeros(2, np.float32), asked, "And Chad?")
    assert [draft.text for draft in compose(joined, spans, 0.2, 6).drafts] == ["Togo"]


def test_what_is_left_out_is_told_with_the_reason() -> None:
    spans = [
        span("Ghana", 0.9),
        span("Togo", 0.8, "b.txt"),
        span("Benin", 0.8),
        span("Cotonou", 0.7),
        span("the river villages", 0.4, "d.txt"),
        span("Ghanaian and Togolese soldiers", 0.75, "c.txt"),
    ]
    composition = composed(spans, question="Whom did Benin sign a treaty with?")
    reasons = {group.spans[0].text: group.reason for group in composition.groups if not group.kept}
    assert reasons["Benin"] == "the question names it"
    assert "country" in reasons["Cotonou"]
    assert "country" in reasons["the river villages"]
    assert "countries" in reasons["Ghanaian and Togolese soldiers"]
    cited = {draft.text: {citation.document for citation in draft.citations} for draft in composition.drafts}
    assert cited == {"Ghana": {"a.txt", "c.txt"}, "Togo": {"b.txt", "c.txt"}}


def in_text(name: str, text: str, probability: float, document: str = "a.txt", language: str = "en") -> Span:
    """A span in the sentence of a chunk that is in brackets, which are no part of it."""
    first, last = text.index("["), text.index("]") - 1
    plain = text.replace("[", "").replace("]", "")
    start = plain.index(name, first)
    hit = Hit(1, Chunk(document, 0, len(plain), plain, language), "", "", 0.0, 0.9, 1, 1)
    return Span(hit, start, start + len(name), name, first, last, probability, probability)


def quotes(spans: list[Span]) -> list[set[str]]:
    return [{citation.quote for citation in draft.citations} for draft in composed(spans).drafts]


def test_a_place_that_would_be_an_answer_alone_is_a_source_beside_a_much_likelier_one() -> None:
    spans = [span("Kolo", 0.95), span("Kolo", 0.11, "b.txt", before="Here "), span("Kolo", 0.05, "c.txt", before="There ")]
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
