"""What is told of one country is no answer to a question about another."""

from dataclasses import replace

import pytest

from assistant.datatypes import Span, Turn
from assistant.names import countries_named
from assistant.pipeline import Assistant
from assistant.subjects import ELSEWHERE, ELSEWHERE_SENTENCE, STRANGE, hold_to_subject, subject_of
from index.datatypes import Chunk, Hit


def span(text: str, probability: float = 0.8, title: str = "", document: str = "a.txt") -> Span:
    hit = Hit(1, Chunk(document, 0, len(text), text, "en"), title, "", 0.0, 0.9, 1, 1)
    return Span(hit, 0, 4, text[:4], 0, len(text), probability, probability)


def held(question: str, *spans: Span, language: str = "en") -> list[float]:
    texts = {one.hit.chunk.document: one.hit.chunk.text for one in spans}
    return [one.probability for one in hold_to_subject(question, language, spans, texts.get)]


def test_a_sentence_that_is_the_answer_names_the_country_itself() -> None:
    told = span("Togo and Chad signed in May. Ghana looked on.")
    whole = replace(told, end=28, sentence_end=28, text="Togo and Chad signed in May.")
    texts = {"a.txt": told.hit.chunk.text}
    for question, left in (("What did Ghana do?", ELSEWHERE_SENTENCE), ("What did Chad do?", 1), ("What was done?", 1)):
        (one,) = hold_to_subject(question, "en", [whole], texts.get, sentences=True)
        assert one.probability == pytest.approx(0.8 * left)


def test_a_passage_that_never_names_the_country_counts_for_less() -> None:
    other = span("Ghana signed a treaty with Togo.")
    assert held("What did Ghana and Chad sign?", other) == [0.8 * STRANGE]
    assert held("What did Ghana and Togo sign?", other) == [0.8]
    assert held("What was signed?", other) == [0.8]


@pytest.mark.parametrize(
    "text",
    [
        "The Chadian delegation came to Accra.",
        "Le gouvernement tchadien et Accra",
        "تشاد وغانا",
        "le Tchad et le Ghana",
        "乍得和加纳",
    ],
)
def test_adjectives_capitals_and_other_languages_name_a_country_too(text: str) -> None:
    assert held("What did Ghana and Chad sign?", span(text)) == [0.8]


def test_the_title_and_what_stands_around_name_it_too() -> None:
    assert held("What did Chad sign?", span("It signed a treaty.", title="News from Chad")) == [0.8]
    far = "It signed a treaty." + " More was said." * 20 + " So it went in Chad."
    hit = Hit(1, Chunk("a.txt", 0, 19, far[:19], "en"), "", "", 0.0, 0.9, 1, 1)
    near = Span(hit, 0, 2, "It", 0, 19, 0.8, 0.8)
    assert [one.probability for one in hold_to_subject("What did Chad sign?", "en", [near], {"a.txt": far}.get)] == [0.8]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The Danube flows through Vienna.", 0.8),
        ("Le Danube traverse Vienne.", 0.8),
        ("The Niger flows through Gaya.", 0.8 * STRANGE),
    ],
)
def test_cities_are_held_to_as_well(text: str, left: float) -> None:
    assert held("Which river flows through Vienna?", span(text)) == [left]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("من هو محمد بن سلمان؟", "ar"),
        ("ما آخر الخبر عن المدينة الجديدة؟", "ar"),
        ("Wie hoch ist der Satz für das Essen?", "de"),
        ("Was kostet ein Essen?", "de"),
    ],
)
def test_common_words_are_no_cities(question: str, language: str) -> None:
    assert held(question, span("It signed a treaty."), language=language) == [0.8]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("ما النهر الذي يمر بفيينا؟", "ar"),
        ("Welcher Fluss fließt durch Wien?", "de"),
        ("Welches Museum steht in Essen?", "de"),
        ("Who came? Which museum is in Hamburg?", "en"),
    ],
)
def test_what_is_surely_a_city_is_held_to(question: str, language: str) -> None:
    assert held(question, span("The museum stands in Gaya."), language=language) == [0.8 * STRANGE]


def test_of_three_countries_two_are_enough() -> None:
    question = "What did Chad sign with Ghana and with Togo?"
    assert held(question, span("Chad and Togo signed a memorandum.")) == [0.8]
    assert held(question, span("Chad signed a memorandum.")) == [0.8 * STRANGE]
    assert held("What lies between Chad and Togo?", span("Chad signed a memorandum.")) == [0.8 * STRANGE]


def test_of_those_that_are_offered_for_a_choice_one_is_enough() -> None:
    text = span("Chad signed in May.")
    assert held("Which signed first, Ghana or Chad?", text) == [0.8]
    assert held("أيهما وقّع أولًا، غانا أم تشاد؟", text, language="ar") == [0.8]
    assert held("先签署的是加纳还是乍得？", text, language="zh") == [0.8]
    assert held("加纳和乍得为了贸易还是为了安全签署了协议？", text, language="zh") == [0.8 * STRANGE]
    assert held("加纳和乍得或许签署了什么？", text, language="zh") == [0.8 * STRANGE]
    assert held("Did Ghana or Togo sign with Chad?", text) == [0.8 * STRANGE]
    assert held("Did Ghana or Togo sign with Chad?", span("Chad signed with Togo.")) == [0.8]


@pytest.mark.parametrize(
    ("questions", "subject"),
    [
        (["What did Chad sign with China?", "What about Iran?", "And when?"], "What about Iran? And when?"),
        (["What did Chad sign with China?", "And when?"], "What did Chad sign with China? And when?"),
        (["ماذا وقّعت تشاد مع الصين؟", "وما اسم المدينة؟"], "ماذا وقّعت تشاد مع الصين؟ وما اسم المدينة؟"),
        (["Who built the mill?", "And when?"], "Who built the mill? And when?"),
    ],
)
def test_places_that_a_later_question_replaces_are_no_more_asked_about(questions: list[str], subject: str) -> None:
    assert subject_of(questions) == subject


@pytest.mark.parametrize(
    ("sentence", "answer", "left"),
    [
        ("General Barka leads the army of Togo.", "General Barka", 0.8 * ELSEWHERE),
        ("General Barka leads the Ghanaian army beside that of Togo.", "General Barka", 0.8),
        ("General Barka leads the army.", "General Barka", 0.8),
        ("It signed with Togo.", "Togo", 0.8),  # the answer itself tells of no other
        ("It borders Togo and Benin.", "Togo", 0.8),
        ("General Barka came to Accra from Togo.", "General Barka", 0.8),
        ("General Barka leads it from the island in the valley.", "General Barka", 0.8),  # words that are countries' cities too
    ],
)
def test_a_sentence_that_tells_only_of_other_countries_counts_for_less(sentence: str, answer: str, left: float) -> None:
    text = f"News from Ghana. {sentence}"
    start = text.index(sentence) + sentence.index(answer)
    hit = Hit(1, Chunk("a.txt", 0, len(text), text, "en"), "", "", 0.0, 0.9, 1, 1)
    found = Span(hit, start, start + len(answer), answer, text.index(sentence), len(text), 0.8, 0.8)
    assert held("Who leads the army of Ghana?", found) == [left]


def test_the_likeliest_comes_first_afterwards() -> None:
    spans = [span("Ghana signed a treaty.", 0.9), span("Chad signed a treaty.", 0.5, document="b.txt")]
    held_spans = hold_to_subject("What did Chad sign?", "en", spans, {s.hit.chunk.document: s.hit.chunk.text for s in spans}.get)
    assert [one.hit.chunk.document for one in held_spans] == ["b.txt", "a.txt"]


@pytest.mark.parametrize("name", ["the Islamic Republic of Iran", "وللنيجر", "l’Algérie", "جمهورية تشاد", "Südsudan", "尼日尔"])
def test_a_name_of_a_country_is_found_in_the_middle_of_a_text(name: str) -> None:
    (code,) = countries_named(name)
    assert countries_named(f"x «{name}» y") == countries_named(f"1 ({name}), 2") == {code}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("What deal did China sign with Niger?", {"CN", "NE"}),
        ("Who led the Iranian delegation?", {"IR"}),
        ("Qu’a signé le Niger avec la Turquie ?", {"NE", "TR"}),
        ("متى وقّعت النيجر اتفاقًا مع تشاد؟", {"NE", "TD"}),
        ("who pays for a turkey sandwich in polish shops", {"TR"}),
        ("Which EU and UN bodies pay?", set()),
        ("Who is in charge?", set()),
        ("Where does Nigeria end?", {"NG"}),
        ("Wohin gehen die Russen und Franzosen?", {"RU", "FR"}),
        ("أين الجنود الروس والأتراك؟", {"RU", "TR"}),
    ],
)
def test_the_countries_that_a_text_names(text: str, codes: set[str]) -> None:
    assert countries_named(text) == codes


@pytest.mark.parametrize(
    ("question", "language"), [("Quel accord chinois existe sur le pétrole ?", "fr"), ("¿Qué acuerdo chino existe?", "es")]
)
def test_adjectives_without_a_capital_name_a_country_where_the_language_writes_them_so(question: str, language: str) -> None:
    text = "Iran signed an accord on oil with Ghana."
    assert held(question, span(text), language=language) == [0.8 * STRANGE]
    assert held(question, span(f"{text} So did China."), language=language) == [0.8]


def test_a_follow_up_about_another_country_is_held_to_that_one(example_assistant: Assistant) -> None:
    work = example_assistant.work("And the documents with Russia?", [Turn("What did Niger and China sign?", ("an oil accord",))])
    assert work.asked.question != "And the documents with Russia?"
    before = {(span.hit.chunk.document, span.start): span.probability for span in work.spans}
    kept = [one for one in work.held if one.probability == before[one.hit.chunk.document, one.start] >= 0.01]
    assert any("Russia" in one.hit.chunk.text and "China" not in one.hit.chunk.text for one in kept)
