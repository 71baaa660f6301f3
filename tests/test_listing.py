"""A span that is a list falls into its parts, and nothing else does."""

import pytest

from assistant.datatypes import Span
from assistant.listing import BESIDE_SHARE, beside_each_other, parts_of
from index.datatypes import Chunk, Hit


def span(text: str, language: str) -> Span:
    hit = Hit(1, Chunk("a.txt", 10, 10 + len(text), text, language), "", "", 0.0, 0.9, 1, 1)
    return Span(hit, 10, 10 + len(text), text, 10, 10 + len(text), 0.5, 0.5)


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Ghana, Togo and Benin", "en", ["Ghana", "Togo", "Benin"]),
        ("Ghana, Togo, and Benin", "en", ["Ghana", "Togo", "Benin"]),
        ("Ghana and Burkina Faso", "en", ["Ghana", "Burkina Faso"]),
        ("Malian and Burkinabe", "en", ["Malian", "Burkinabe"]),
        ("Malian and foreign", "en", ["Malian and foreign"]),
        ("le Ghana, le Togo et le Bénin", "fr", ["le Ghana", "le Togo", "le Bénin"]),
        ("Ghana und Togo", "de", ["Ghana", "Togo"]),
        ("Ghana y Togo", "es", ["Ghana", "Togo"]),
        ("غانا وتوغو", "ar", ["غانا", "توغو"]),
        ("وغانا", "ar", ["غانا"]),
        ("وزارة", "ar", ["وزارة"]),
        ("غانا، وتوغو، وبنين", "ar", ["غانا", "توغو", "بنين"]),
        ("加纳、多哥、贝宁", "zh", ["加纳", "多哥", "贝宁"]),
        ("wool, salt and leather", "en", ["wool", "salt", "leather"]),
        ("the mill; the bridge; the well", "en", ["the mill", "the bridge", "the well"]),
        ("wants more friends and sells drones and other arms", "en", ["wants more friends and sells drones and other arms"]),
        (
            "the Democratic Republic of the Congo, Rwanda and Uganda",
            "en",
            ["the Democratic Republic of the Congo", "Rwanda", "Uganda"],
        ),
        ("Ghana and Togo and Mali", "en", ["Ghana", "Togo", "Mali"]),
        (
            "Clara Hoffmann, the mayor, the old town of Kolo, and met the head of its council",
            "en",
            ["Clara Hoffmann, the mayor, the old town of Kolo, and met the head of its council"],
        ),
        ("trade and industry", "en", ["trade and industry"]),
        ("the Rivers and Forests Trust", "en", ["the Rivers and Forests Trust"]),
        ("Association Dunes et Rivages", "fr", ["Association Dunes et Rivages"]),
        ("Bamako et Ouagadougou", "fr", ["Bamako", "Ouagadougou"]),
        ("1,500 km", "en", ["1,500 km"]),
        (
            "Acme Inc., St. Gallen, Washington D.C. and U.S. Steel",
            "en",
            ["Acme Inc.", "St. Gallen", "Washington D.C.", "U.S. Steel"],
        ),
        ("Bosnia and Herzegovina, Serbia and Croatia", "en", ["Bosnia and Herzegovina", "Serbia", "Croatia"]),
        ("Antigua and Barbuda, Ghana", "en", ["Antigua and Barbuda", "Ghana"]),
        ("Niamey, Niger", "en", ["Niamey, Niger"]),
        ("Mali, Chad and Niamey, Niger", "en", ["Mali", "Chad", "Niamey, Niger"]),
        ("Lagos, Nigeria and Accra, Ghana", "en", ["Lagos, Nigeria", "Accra, Ghana"]),
        (
            "Nairobi, Kenya; Kampala, Uganda; and Kigali, Rwanda",
            "en",
            ["Nairobi, Kenya", "Kampala, Uganda", "Kigali, Rwanda"],
        ),
        (
            "Clara Hoffmann, the mayor; Pavel Horak, the treasurer; and Ana Brandt, the clerk",
            "en",
            ["Clara Hoffmann, the mayor", "Pavel Horak, the treasurer", "Ana Brandt, the clerk"],
        ),
        (
            "Monday, 3 March 2025, Friday, 7 March 2025 and Sunday",
            "en",
            ["Monday, 3 March 2025", "Friday, 7 March 2025", "Sunday"],
        ),
        ("加纳、多哥和贝宁", "zh", ["加纳", "多哥", "贝宁"]),
        ("加纳和贝宁", "zh", ["加纳", "贝宁"]),
        ("小麦、玉米和糖", "zh", ["小麦", "玉米", "糖"]),
        ("小麦和糖", "zh", ["小麦和糖"]),
        ("中非共和国、和平区", "zh", ["中非共和国、和平区"]),
        ("the Ministry of Trade, Industry and Tourism", "en", ["the Ministry of Trade, Industry and Tourism"]),
        ("the governments of Mali, Niger and Chad", "en", ["the governments of Mali", "Niger", "Chad"]),
        ("May 8, 2025", "en", ["May 8, 2025"]),
        ("الوزارة والشركة", "ar", ["الوزارة والشركة"]),
        ("الحدود، والهجرة، والتهريب بأنواعه", "ar", ["الحدود", "الهجرة", "التهريب بأنواعه"]),
        ("minibar drinks, fines or upgrades", "en", ["minibar drinks", "fines", "upgrades"]),
        ("minibar drinks, fines, or upgrades", "en", ["minibar drinks", "fines", "upgrades"]),
        ("des amendes, des boissons ou un guide", "fr", ["des amendes", "des boissons", "un guide"]),
        ("the World Health Organization or WHO", "en", ["the World Health Organization or WHO"]),
        ("Dead or Alive, Slayer and Anthrax", "en", ["Dead or Alive", "Slayer", "Anthrax"]),
        ("two, three or four weeks", "en", ["two, three or four weeks"]),
        ("de Bank of England, de ECB en de Fed", "nl", ["de Bank of England", "de ECB", "de Fed"]),
        ("Kolo", "xx", ["Kolo"]),
        (", ", "en", [", "]),
    ],
)
def test_the_parts_of_a_list(text: str, language: str, parts: list[str]) -> None:
    found = parts_of(span(text, language))
    assert [part.text for part in found] == parts
    assert all(text[part.start - 10 : part.end - 10] == part.text for part in found)


def test_a_list_of_clauses_stays_whole() -> None:
    text = "the river, which rose by more than two metres in the night of the first storm, and the bridge, and the mill"
    assert [part.text for part in parts_of(span(text, "en"))] == [text]


def test_two_parts_are_a_list_where_one_of_them_stands_alone_elsewhere() -> None:
    whole = span("Clara Hoffmann and Pavel Horak", "en")
    assert [part.text for part in parts_of(whole)] == [whole.text]
    assert [part.text for part in parts_of(whole, lambda part: part == "Pavel Horak")] == ["Clara Hoffmann", "Pavel Horak"]
    names = span("王伟、李娜", "zh")
    assert [part.text for part in parts_of(names)] == [names.text]
    assert [part.text for part in parts_of(names, lambda part: part == "李娜")] == ["王伟", "李娜"]


def chances(text: str, language: str, members: list[str], likely: str) -> list[str]:
    """Which members of a text are about as likely as the likely one, where the others were not likely at all."""
    hit = Hit(1, Chunk("a.txt", 10, 10 + len(text), text, language), "", "", 0.0, 0.9, 1, 1)
    spans = []
    for member in members:
        start = 10 + text.index(member)
        chance = 0.5 if member == likely else 0.01
        spans.append(Span(hit, start, start + len(member), member, 10, 10 + len(text), chance, 0.9))
    found = beside_each_other(spans)
    assert all(text[one.start - 10 : one.end - 10] == one.text for one in found)
    return [one.text for one in found if one.probability >= BESIDE_SHARE * 0.5]


@pytest.mark.parametrize(
    ("text", "language", "members"),
    [
        ("They sell wool, salt and leather there.", "en", ["wool", "salt", "leather"]),
        ("The buyers were Acme Inc., Dune Ltd. and U.S. Steel.", "en", ["Acme Inc", "Dune Ltd", "U.S. Steel"]),
        ("On y vend de la laine, du sel et du cuir.", "fr", ["de la laine", "du sel", "du cuir"]),
        ("学校有水井、花园。", "zh", ["水井", "花园"]),
        ("The school has:\n- two rooms;\n- a garden;\n- a well.", "en", ["two rooms", "a garden", "a well"]),
        ("The school has:\n1. two rooms\n2. a garden", "en", ["two rooms", "a garden"]),
        ("The school has:\na) two rooms\nb) a garden", "en", ["two rooms", "a garden"]),
        ("The school has:\n▪ two rooms\n▪ a garden", "en", ["two rooms", "a garden"]),
    ],
)
def test_what_stands_beside_an_answer_in_a_list_is_as_likely(text: str, language: str, members: list[str]) -> None:
    for likely in members:
        assert chances(text, language, members, likely) == members
    assert chances(text, language, members[::-1], members[0]) == members[::-1]


@pytest.mark.parametrize(
    "text",
    [
        "Clara Hoffmann, the mayor, opened it.",
        "Clara Hoffmann opened it for the mayor.",
        "It was opened by Clara Hoffmann. The mayor was away.",
        "Clara Hoffmann. The mayor was away, so the mayor",
    ],
)
def test_what_stands_near_an_answer_but_in_no_list_gains_nothing(text: str) -> None:
    other = "the mayor" if "the mayor" in text else "The mayor"
    assert chances(text, "en", ["Clara Hoffmann", other], "Clara Hoffmann") == ["Clara Hoffmann"]


@pytest.mark.parametrize(
    ("text", "members", "shown"),
    [
        ("تعلّم المدرسة العربية والسواحيلية", ["العربية", "والسواحيلية"], ["العربية", "السواحيلية"]),
        (
            "تشمل الحدود، والهجرة، والتهريب بأنواعه",
            ["الحدود", "والهجرة", "والتهريب بأنواعه"],
            ["الحدود", "الهجرة", "التهريب بأنواعه"],
        ),
        ("استقبلها الرئيس وزير العدل", ["الرئيس", "وزير العدل"], ["الرئيس", "وزير العدل"]),
        ("زارت الخالة والدتها", ["الخالة", "والدتها"], ["الخالة", "والدتها"]),
        ("من والونيا وفلاندرز", ["والونيا", "وفلاندرز"], ["والونيا", "وفلاندرز"]),
        ("غنى سام والتون", ["سام", "والتون"], ["سام", "والتون"]),
    ],
)
def test_a_member_of_a_list_stands_without_the_and_that_is_written_together_with_it(
    text: str, members: list[str], shown: list[str]
) -> None:
    assert chances(text, "ar", members, members[0]) == shown
    assert chances(text, "ar", members, members[-1]) == shown


@pytest.mark.parametrize(
    ("text", "language", "found", "members"),
    [
        ("They wear a coat, a shield,\nspats and gloves.", "en", ["a shield,\nspats", "gloves"], ["a shield", "spats", "gloves"]),
        (
            "Gratuit pour les enfants, les élèves, les malades et les anciens.",
            "fr",
            ["les enfants", "les élèves, les malades", "les anciens"],
            ["les enfants", "les élèves", "les malades", "les anciens"],
        ),
    ],
)
def test_what_is_two_members_of_a_list_falls_into_them(text: str, language: str, found: list[str], members: list[str]) -> None:
    assert chances(text, language, found, found[0]) == members


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Clara Hoffmann, the mayor and Otto Brandt came.", "en", ["Clara Hoffmann, the mayor", "Otto Brandt"]),
        ("Clara Hoffmann, Mayor of Kolo and Otto Brandt came.", "en", ["Clara Hoffmann, Mayor of Kolo", "Otto Brandt"]),
        ("They went to Niamey, Niger and Mali.", "en", ["Niamey, Niger", "Mali"]),
        ("It went to Acme, Inc. and Dune Ltd.", "en", ["Acme, Inc.", "Dune Ltd"]),
        ("In Portland, Oregon and Boston it rained.", "en", ["Portland, Oregon", "Boston"]),
        ("Tesco, Marks and Spencer and Aldi sell it.", "en", ["Tesco", "Marks and Spencer", "Aldi"]),
        ("On y vit le maire, Paule Anquetil et Jean Roux.", "fr", ["le maire, Paule Anquetil", "Jean Roux"]),
        ("حضر محمد علي، وزير الدفاع، وسامي خالد.", "ar", ["محمد علي، وزير الدفاع", "وسامي خالد"]),
        ("自由党、人民和平党参加了。", "zh", ["自由党", "人民和平党"]),
    ],
)
def test_what_may_be_one_member_of_a_list_stays_whole(text: str, language: str, found: list[str]) -> None:
    assert chances(text, language, found, found[0]) == found


def test_no_spans_stand_beside_each_other() -> None:
    assert beside_each_other([]) == []
