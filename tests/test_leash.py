"""What holds a sentence to its sources: each check catches its lie and lets the truth pass, in several languages."""

import pytest

from assistant.datatypes import Citation
from assistant.phrasing import figures
from assistant.phrasing.evidence import write_evidence
from assistant.phrasing.leash import Leash, Source
from assistant.phrasing.names import Known, strange_name
from assistant.phrasing.roles import are_exchanged
from assistant.phrasing.sentences import Said, SentenceReader
from index.encode import Encoder
from index.loaders.language import detect_language

QUOTES = {
    1: ("en", "The ferry to Lorne costs 12 euros and is run by Captain Elspeth Harrow."),
    2: ("fr", "Le bac de Lorne ne circule pas le dimanche."),
    3: ("ar", "يدير العقيد سامر الرفاعي مركز الإنقاذ منذ 4 مارس 2021."),
    4: ("en", "The lighthouse was painted red in 1952."),
    5: ("en", "Abena Darko blamed Tomas Reyl for the delay."),
    6: ("en", "Clara Winther taught Jonas Ferreira the violin for years."),
    7: ("en", "Abena Darko stood in for Tomas Reyl on Sundays."),
    8: ("en", "Niger and Mali signed a fishing agreement on the quay."),
    9: ("ar", "استقبل الوزير سالم الحداد السفير عماد القيسي في مكتبه."),
}
QUESTION = "What is known of the ferry to Lorne?"


@pytest.fixture(scope="module")
def leash(encoder: Encoder) -> Leash:
    return Leash(encoder)


def cited(number: int) -> Citation:
    language, quote = QUOTES[number]
    return Citation(number, f"{number}.txt", "Notes", "", language, 0, len(quote), quote, quote, 0)


SOURCES = {number: Source(cited(number), QUOTES[number][1]) for number in QUOTES}


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("The ferry to Lorne costs 12 euros.", 1),
        ("Captain Elspeth Harrow runs the ferry to Lorne.", 1),
        ("Le bac pour Lorne coûte 12 euros.", 1),
        ("Die Fähre nach Lorne kostet 12 Euro.", 1),
        ("The ferry of Lorne does not run on Sundays.", 2),
        ("يدير العقيد سامر الرفاعي مركز الإنقاذ.", 3),
        ("Colonel Samer al-Rifai has run the rescue centre since March 2021.", 3),
        ("The lighthouse was painted red in 1952.", 4),
        ("**The lighthouse** was painted red in 1952", 4),
        ("Abena Darko blamed Tomas Reyl.", 5),
        ("Tomas Reyl was blamed by Abena Darko for the delay.", 5),
        ("On Sundays Abena Darko stood in for Tomas Reyl.", 7),
        ("For years Jonas Ferreira learned the violin from Clara Winther.", 6),
        ("Jonas Ferreira was taught the violin by Clara Winther for years.", 6),
        ("Mali and Niger signed a fishing agreement on the quay.", 8),
        ("It is not true that the ferry of Lorne runs on Sundays.", 2),
    ],
)
def test_the_truth_passes(sentence: str, number: int, leash: Leash) -> None:
    language = detect_language(sentence, "en")
    assert leash.fault(Said(sentence, (number,)), language, SOURCES, QUESTION, asked=language) == ""


@pytest.mark.parametrize(
    ("sentence", "number", "fault"),
    [
        ("The ferry to Lorne costs 15 euros.", 1, "value"),
        ("The ferry to Lorne costs 12 dollars.", 1, "value"),
        ("Die Fähre nach Lorne kostet zwanzig Euro.", 1, "value"),
        ("Captain Dorothy Winslade runs the ferry to Lorne.", 1, "name"),
        ("The ferry to Iceland costs 12 euros.", 1, "name"),
        ("The ferry of Lorne runs on Sundays.", 2, "negation"),
        ("يدير العقيد فادي النجار مركز الإنقاذ.", 3, "name"),
        ("يدير العقيد فادي النجار مركز الإنقاذ عبر wifi.", 3, "name"),
        ("Colonel Samer al-Rifai has run the rescue centre since May 2021.", 3, "value"),
        ("Colonel Samer al-Rifai has run the rescue centre since 9 March 2021.", 3, "value"),
        ("The ferry to Lorne costs 12 euros.", 4, "value"),
        ("The ferry to Lorne is run by a captain.", 4, "name"),
        ("The lighthouse will be sold to a hotel.", 4, "apart"),
        ("The lighthouse was not painted red in 1952.", 4, "negation"),
        ("The lighthouse was painted red in 1952.", 99, "unknown_citation"),
        ("Tomas Reyl blamed Abena Darko for the delay.", 5, "role"),
        ("Abena Darko was blamed by Tomas Reyl for the delay.", 5, "role"),
        ("Jonas Ferreira taught Clara Winther the violin.", 6, "role"),
        ("استقبل السفير عماد القيسي الوزير سالم الحداد في مكتبه.", 9, "role"),
        ("It is false that the lighthouse was painted red in 1952.", 4, "negation"),
        ("Il n’est pas vrai que le bac de Lorne ne circule pas le dimanche.", 2, "negation"),
        ("Painted red.", 4, "apart"),
        ("See lighthouse.example for more.", 4, "link"),
        ("Peter runs the ferry to Lorne.", 1, "name"),
        ("Barrow runs the ferry to Lorne.", 1, "name"),
        ("Captain Elspeth Barrow runs the ferry to Lorne.", 1, "name"),
        ("Captain Painter runs the ferry to Lorne.", 1, "name"),
        ("Le bac pour Lorne est dirigé par Peter.", 1, "name"),
        ("Clara Winther taught Jonas Pereira the violin for years.", 6, "name"),
        ("يدير العقيد سالم الرفاعي مركز الإنقاذ.", 3, "name"),
        ("Write to keeper@lighthouse.org.", 4, "link"),
        ("<b>The lighthouse</b> was painted red in 1952.", 4, "link"),
    ],
)
def test_a_lie_is_caught(sentence: str, number: int, fault: str, leash: Leash) -> None:
    language = detect_language(sentence, "en")
    assert leash.fault(Said(sentence, (number,)), language, SOURCES, QUESTION, asked=language) == fault


@pytest.mark.parametrize(
    ("language", "sentence", "source"),
    [
        ("ar", "هاجمت مالي من قبل النيجر", "النيجر هاجمت مالي"),
        ("ar", "هاجمت مالي من قبل النيجر.", "النيجر هاجمت مالي."),
        ("en", "Togo, Chad, Niger, Mali and Benin signed the accord.", "Niger, Mali, Togo, Chad and Benin signed the accord."),
        ("ar", "توغو، تشاد، النيجر ومالي وقعت الاتفاق.", "النيجر، مالي، توغو وتشاد وقعت الاتفاق."),
        ("en", "Niger attacked Mali last May.", "Last May Niger attacked Mali."),
        ("en", "Mali, which Niger attacked, signed the accord.", "Niger attacked Mali, which signed the accord."),
        ("en", "Mali, which the state of Niger attacked, signed.", "The state of Niger attacked Mali, which signed."),
        ("fr", "Le Mali, que le Niger a attaqué, a signé.", "Le Niger a attaqué le Mali, qui a signé."),
        ("ar", "مالي التي هاجمتها النيجر وقعت الاتفاق.", "النيجر هاجمت مالي ووقعت الاتفاق."),
        ("de", "Neuwahlen kündigte die Regierung an.", "Die Regierung kündigte Neuwahlen an."),
        (
            "de",
            "Den Minister Ralf Brandt rügte Kanzler Horst Lindner.",
            "Kanzler Horst Lindner rügte den Minister Ralf Brandt.",
        ),
    ],
)
def test_another_order_may_say_the_same(language: str, sentence: str, source: str) -> None:
    assert not are_exchanged(sentence, source, language)


@pytest.mark.parametrize(
    ("language", "sentence", "source"),
    [
        ("ar", "هاجمت مالي النيجر", "هاجمت النيجر مالي"),
        ("ar", "هاجمت النيجر من قبل مالي", "النيجر هاجمت مالي"),
        ("ar", "هاجمت مالي النيجر بدعم NATO.", "هاجمت النيجر مالي بدعم NATO."),
        ("en", "Mali attacked Niger, Togo and Benin.", "Niger attacked Mali, Togo and Benin."),
        ("en", "Mali attacked Niger last May.", "Last May Niger attacked Mali."),
        ("en", "Mali, which attacked Niger, signed the accord.", "Niger attacked Mali, which signed the accord."),
        ("fr", "Le Mali, qui a attaqué le Niger, a signé.", "Le Niger a attaqué le Mali, qui a signé."),
        ("de", "Minister Ralf Brandt rügte Kanzler Horst Lindner.", "Kanzler Horst Lindner rügte Minister Ralf Brandt."),
        (
            "de",
            "Das Bauunternehmen Reitner verklagte die Stadt Altmoos.",
            "Die Stadt Altmoos verklagte das Bauunternehmen Reitner.",
        ),
    ],
)
def test_two_names_that_have_changed_places_are_told(language: str, sentence: str, source: str) -> None:
    assert are_exchanged(sentence, source, language)


PASSAGE = "Mali helped in spring. In May, Niger and Iran signed an accord. Russia signed another with Niger, in Kolo, in June."


def test_a_name_of_the_passage_has_no_part_in_what_a_quote_says_of_others(leash: Leash) -> None:
    quote = "In May, Niger and Iran signed an accord."
    start = PASSAGE.index(quote)
    source = Source(Citation(1, "a.txt", "Notes", "", "en", start, start + len(quote), quote, PASSAGE, 0), PASSAGE)

    def fault(sentence: str) -> str:
        return leash.fault(Said(sentence, (1,)), "en", {1: source}, "Who signed an accord?")

    assert fault("Iran and Niger signed an accord in May.") == ""
    assert fault("Iran and Russia signed an accord in May.") == "role"
    assert fault("Niger and Iran signed an accord in Kolo in May.") == "role"


def source_in(passage: str, quote: str, language: str = "en") -> dict[int, Source]:
    start = passage.index(quote)
    return {
        1: Source(Citation(1, "a.txt", "Notes", "2024-05-06", language, start, start + len(quote), quote, passage, 0), passage)
    }


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("It is 1.5 km long.", "It is 15 km long."),
        ("A ticket costs €12 there.", "A ticket costs $12 there."),
        ("The fee is 5% of it.", "The fee is 5 of it."),
        ("It was -5 °C at noon.", "It was 5 °C at noon."),
        ("It was .5 km away.", "It was 5 km away."),
    ],
)
def test_what_differs_by_a_sign_is_not_repeated(quote: str, sentence: str, leash: Leash) -> None:
    sources = source_in(quote, quote)
    assert leash.fault(Said(sentence, (1,)), "en", sources, "How much is it?") != ""
    assert leash.fault(Said(quote, (1,)), "en", sources, "How much is it?") == ""
    assert leash.fault(Said(f"“{quote.upper()}”", (1,)), "en", sources, "How much is it?") == ""


FARES = "In 2019 the fares changed, for 30 boats. The ferry to Lorne costs 12 euros. The ferry to Skye costs 15 euros."


def test_a_number_of_the_passage_has_no_part_in_what_a_quote_says_of_others(leash: Leash) -> None:
    sources = source_in(FARES, "The ferry to Lorne costs 12 euros.")

    def fault(sentence: str) -> str:
        return leash.fault(Said(sentence, (1,)), "en", sources, QUESTION)

    assert fault("The ferry to Lorne costs 12 euros.") == ""
    assert fault("Since 2019 the ferry to Lorne costs 12 euros.") == ""
    assert fault("The ferry to Lorne costs 15 euros.") == "role"
    assert fault("The ferry to Lorne costs 30 euros.") in {"role", "value"}
    assert fault("In May 2024 the ferry to Lorne costs 12 euros.") == "value"


def test_an_entry_of_a_list_has_the_day_that_it_begins_with(leash: Leash) -> None:
    passage = "- **4 May 2021** – The mill opens.\n- **6 June 2022** – The last ferry leaves Lorne.\n"
    sources = source_in(passage, "The last ferry leaves Lorne.")
    assert leash.fault(Said("The last ferry left Lorne on 6 June 2022.", (1,)), "en", sources, QUESTION) == ""
    assert leash.fault(Said("The last ferry left Lorne on 4 May 2021.", (1,)), "en", sources, QUESTION) == "role"


CARRIED = ("en", "The ferry carried 12 cars in 2019, 15 in 2020.")
PRICES = ("en", "Adults pay 12 euros and children 5 euros.")
RAISED = ("en", "In March the council raised the fee from 12 to 15 euros.")
OPENED = ("en", "The bridge opened in 1952 and closed in 1967.")


@pytest.mark.parametrize(
    ("sentence", "language", "source", "exchanged"),
    [
        ("In 2020 the ferry carried 15 cars, in 2019 12.", "en", CARRIED, False),
        ("The ferry carried 15 cars in 2020, 12 in 2019.", "en", CARRIED, False),
        ("The ferry carried 15 cars in 2019, 12 in 2020.", "en", CARRIED, True),
        ("En 2019 le bac a transporté 15 voitures, en 2020 12.", "fr", CARRIED, True),
        ("Children pay 5 euros and adults 12 euros.", "en", PRICES, False),
        ("A ticket costs 12 euros for adults and 5 euros for children.", "en", PRICES, False),
        ("Adults pay 5 euros and children 12 euros.", "en", PRICES, True),
        ("Children pay 12 euros and adults 5.", "en", PRICES, True),
        ("The fee was raised to 15 euros from 12 euros in March.", "en", RAISED, False),
        ("The council raised the fee from 15 to 12 euros.", "en", RAISED, True),
        ("The bridge closed in 1967 and opened in 1952.", "en", OPENED, False),
        ("The bridge opened in 1967 and closed in 1952.", "en", OPENED, True),
    ],
)
def test_figures_that_have_changed_places_are_told(
    sentence: str, language: str, source: tuple[str, str], exchanged: bool
) -> None:
    assert figures.are_exchanged(sentence, language, source[1], source[0]) == exchanged


@pytest.mark.parametrize(
    ("sentence", "language", "source", "stands"),
    [
        ("Over 1,000 people came.", "en", "More than 1,000 people came.", True),
        ("Plus de 1 000 personnes sont venues.", "fr", "More than 1,000 people came.", True),
        ("About 1,000 people came.", "en", "1,000 people came.", True),
        ("Das Programm verfügt über 2,4 Millionen Euro.", "de", "The programme has 2.4 million euros.", True),
        ("Less than 1,000 people came.", "en", "More than 1,000 people came.", False),
        ("1,000 people came.", "en", "More than 1,000 people came.", False),
        ("Moins de 1 000 personnes sont venues.", "fr", "More than 1,000 people came.", False),
        ("No more than 1,000 people came.", "en", "More than 1,000 people came.", False),
    ],
)
def test_more_and_less_than_a_number_are_two(sentence: str, language: str, source: str, stands: bool) -> None:
    assert figures.values_stand(sentence, language, [figures.Told(source, "en")]) == stands


def test_a_name_without_its_capital_form_in_the_quote_may_be_inflected(encoder: Encoder) -> None:
    known = Known("Kapitän Harrow und Iwan Petrow fuhren nach Lorne.", frozenset({"de"}))
    assert strange_name("Harrows Fähre gehört der Lorner Reederei.", "de", known, encoder) in {"", "Reederei"}
    known = Known("Ферри водит капитан Соколов.", frozenset({"ru"}))
    assert strange_name("Капитана Соколова знают все.", "ru", known, encoder) == ""
    assert strange_name("Капитана Воробьёва знают все.", "ru", known, encoder) != ""


def test_a_short_denial_counts_for_the_clause_before(leash: Leash) -> None:
    quote = "Niger signed the accord, Mali didn't, and Togo paid the fee."
    sources = source_in(quote, quote)
    assert leash.fault(Said("Mali signed the accord.", (1,)), "en", sources, "Who signed?") != ""
    assert leash.fault(Said("Niger signed the accord, Mali didn't, and Togo paid.", (1,)), "en", sources, "Who signed?") == ""
    said = "Niger and Mali signed the accord and Togo paid the fee."
    assert leash.fault(Said(quote, (1,)), "en", source_in(said, said), "Who signed?") == "negation"


def test_a_sentence_in_another_language_than_the_question_is_struck_unless_it_is_the_quote(leash: Leash) -> None:
    french = "Le bac pour Lorne coûte 12 euros."
    assert leash.fault(Said(french, (1,)), "fr", SOURCES, QUESTION) == "language"
    assert leash.fault(Said(french, (1,)), "fr", SOURCES, "Combien coûte le bac pour Lorne ?") == ""
    assert leash.fault(Said(QUOTES[2][1], (2,)), "fr", SOURCES, QUESTION) == ""
    assert leash.fault(Said("Abena Darko blamed Tomas Reyl.", (5,)), "en", SOURCES, QUESTION) == ""
    entry = "- 18 pirogues à moteur ;"
    source = source_in(f"Le programme a :\n{entry}\n- 64 patrouilleurs.", entry, "fr")
    assert leash.fault(Said("18 pirogues à moteur.", (1,)), "fr", source, QUESTION) == ""
    assert leash.fault(Said("64 pirogues à moteur.", (1,)), "fr", source, QUESTION) != ""
    day = "3. Mai 2023: Mali tritt aus."
    assert leash.fault(Said(f"**{day}", (1,)), "de", source_in(day, day, "de"), QUESTION) == ""
    assert leash.fault(Said("**5. Mai 2023: Mali tritt aus.", (1,)), "de", source_in(day, day, "de"), QUESTION) != ""


def test_each_cited_source_must_be_about_it(leash: Leash) -> None:
    true = "The ferry to Lorne costs 12 euros."
    assert leash.fault(Said(true, (1, 4)), "en", SOURCES, QUESTION) == "apart"
    assert leash.fault(Said(true, ()), "en", SOURCES, QUESTION) == "uncited"


def test_a_union_may_have_its_name_in_another_language(leash: Leash) -> None:
    sources = source_in(*["The United Nations sent monitors to the harbour of Lorne."] * 2)
    right, wrong = (Said(f"L'{union} a envoyé des observateurs au port de Lorne.", (1,)) for union in ("ONU", "UE"))
    assert leash.fault(right, "fr", sources, "Qui a envoyé des observateurs ?", "fr") == ""
    assert leash.fault(wrong, "fr", sources, "Qui a envoyé des observateurs ?", "fr") == "name"


def test_at_most_and_no_more_than_are_one(leash: Leash) -> None:
    sources = source_in(*["No more than 30 boats may enter the harbour of Lorne."] * 2)
    assert leash.fault(Said("At most 30 boats may enter the harbour of Lorne.", (1,)), "en", sources, "How many boats?") == ""
    assert leash.fault(Said("More than 30 boats may enter the harbour of Lorne.", (1,)), "en", sources, "How many boats?") != ""


def test_no_cited_source_may_say_otherwise(leash: Leash) -> None:
    quotes = [
        ("The border of Lorne is 1,500 km long.", "The border of Lorne is 1,400 km long."),
        ("The ferry of Lorne runs on Sundays.", "The ferry of Lorne does not run on Sundays."),
    ]
    for one, other in quotes:
        sources = {1: source_in(one, one)[1], 2: source_in(other, other)[1]}
        assert leash.fault(Said(one.removesuffix("."), (1,)), "en", sources, QUESTION) == ""
        assert leash.fault(Said(one, (1, 2)), "en", sources, QUESTION) in {"value", "negation"}
    both = "The border of Lorne is 1,500 km or 1,400 km long."
    lengths = {number: source_in(quote, quote)[1] for number, quote in enumerate(quotes[0], 1)}
    assert leash.fault(Said(both, (1, 2)), "en", lengths, QUESTION) == ""


def test_a_name_that_only_the_question_has_is_no_name_of_the_source(leash: Leash) -> None:
    false = Said("Captain Dorothy Winslade runs the ferry to Lorne.", (1,))
    assert leash.fault(false, "en", SOURCES, "Does Captain Dorothy Winslade run the ferry to Lorne?") == "name"
    quote = "She runs the ferry to Lorne."
    source = source_in(f"Dorothy Winslade is a captain. It rained for a week. {quote}", quote)
    true = Said("Dorothy Winslade runs the ferry to Lorne.", (1,))
    assert leash.fault(true, "en", source, "What does Dorothy Winslade run?") == ""


def test_a_country_or_weekday_that_only_the_question_has_is_none_of_the_source(leash: Leash) -> None:
    false = Said("Chad and Mali signed a fishing agreement on the quay.", (8,))
    assert leash.fault(false, "en", SOURCES, "Did Chad and Mali sign a fishing agreement?") == "name"
    false = Said("The EU and the UN signed a fishing agreement on the quay.", (8,))
    assert leash.fault(false, "en", SOURCES, "Who signed a fishing agreement?") == "name"
    false = Said("On Mondays Abena Darko stood in for Tomas Reyl.", (7,))
    assert leash.fault(false, "en", SOURCES, "Did Abena Darko stand in for Tomas Reyl on Mondays?") == "name"


@pytest.mark.parametrize(
    ("sentence", "language", "source", "strange"),
    [
        ("王芳部长签署了渔业协议。", "zh", "张伟部长签署了渔业协议。", True),
        ("部长张芳签署了渔业协议。", "zh", "部长张伟签署了渔业协议。", True),
        ("渔业协议由张伟部长签署。", "zh", "张伟部长签署了渔业协议。", False),
        ("協定に署名したのは佐藤大臣です。", "ja", "田中大臣が協定に署名した。", True),
        ("協定には田中大臣が署名しました。", "ja", "田中大臣が協定に署名した。", False),
    ],
)
def test_names_are_told_where_no_space_parts_words(
    sentence: str, language: str, source: str, strange: bool, encoder: Encoder
) -> None:
    assert bool(strange_name(sentence, language, Known(source, frozenset({language})), encoder)) == strange


@pytest.mark.parametrize("digits", ["9" * 5000, "٩" * 5000])
def test_a_mark_of_any_length_raises_nothing(digits: str, leash: Leash) -> None:
    reader = SentenceReader("en")
    said = reader.feed(f"It is red [{digits}]. It is {digits} km long [1].") + reader.finish()
    assert len(said) == 2
    assert [leash.fault(one, "en", SOURCES, QUESTION) for one in said] == ["uncited", "value"]


def test_evidence_is_cut_by_rank_and_never_within_a_quote() -> None:
    citations = [cited(number) for number in QUOTES]
    for tokens in range(0, 400, 7):
        text, kept = write_evidence(citations, tokens)
        assert list(kept) == citations[: len(kept)]
        assert text.count("[") == len(kept)
        assert all(citation.quote in text for citation in kept)
    assert len(kept) == len(citations)
