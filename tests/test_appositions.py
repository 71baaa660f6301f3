"""In a list of names, what is told of one of them stays with it; what might be a member of the list is one."""

import pytest

from assistant.datatypes import Span
from assistant.listing import BESIDE_SHARE, beside_each_other, parts_of
from index.datatypes import Chunk, Hit


def span(text: str, language: str, member: str = "", probability: float = 0.5) -> Span:
    hit = Hit(1, Chunk("a.txt", 10, 10 + len(text), text, language), "", "", 0.0, 0.9, 1, 1)
    member = member or text
    start = 10 + text.index(member)
    return Span(hit, start, start + len(member), member, 10, 10 + len(text), probability, 0.9)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["Clara Hoffmann, the mayor", ", ", "Otto Brandt, the treasurer", ", and ", "Lena Vogt"]),
        ("en", ["Clara Hoffmann, the mayor", ", ", "Otto Brandt, the treasurer", ", and ", "Lena Vogt, the clerk"]),
        ("en", ["Clara Hoffmann, mayor of Kolo", ", ", "Otto Brandt, treasurer", " and ", "Lena Vogt, clerk"]),
        ("en", ["Hoffmann, a lawyer", ", ", "Brandt, a teacher", ", and ", "Vogt"]),
        ("en", ["Clara Hoffmann, the mayor of Kolo", ", and ", "Otto Brandt"]),
        ("en", ["Paris, the capital", ", ", "Lyon", ", and ", "Nice"]),
        ("en", ["Lyon", " and ", "Paris, the capital"]),
        ("en", ["Ludwig van Beethoven, the composer", ", and ", "Clara Hoffmann"]),
        ("fr", ["Clara Hoffmann, la maire", ", ", "Otto Brandt, le trésorier", " et ", "Lena Vogt"]),
        ("fr", ["Clara Hoffmann, l'adjointe", ", ", "Otto Brandt", " et ", "Lena Vogt"]),
        ("de", ["Clara Hoffmann, die Bürgermeisterin", ", ", "Otto Brandt, der Kämmerer", ", und ", "Lena Vogt"]),
        ("de", ["Clara Hoffmann, die Bürgermeisterin", ", und ", "Otto Brandt"]),
        ("es", ["Clara Hoffmann, la alcaldesa", ", ", "Otto Brandt, el tesorero", ", y ", "Lena Vogt"]),
        ("ru", ["Клара Хоффман, мэр", ", ", "Отто Брандт, казначей", ", и ", "Лена Фогт"]),
    ],
)
def test_what_is_told_of_a_name_is_no_item_of_its_own(language: str, parts: list[str]) -> None:
    text = "".join(parts)
    found = parts_of(span(text, language))
    assert [part.text for part in found] == parts[::2]
    assert all(text[part.start - 10 : part.end - 10] == part.text for part in found)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["bread", ", ", "milk", " and ", "eggs"]),
        ("en", ["Rice", ", ", "beans", " and ", "Kenyan tea"]),
        ("en", ["Rice", ", ", "beans", ", and ", "Coca-Cola"]),
        ("en", ["Mali", ", ", "the European Union", " and ", "Chad"]),
        ("en", ["Mali", ", ", "the European Union", ", and ", "Chad"]),
        ("en", ["Mali", ", ", "the Gambia", ", and ", "Chad"]),
        ("en", ["Mali", ", ", "the army", " and ", "Chad"]),
        ("en", ["Mali", ", ", "Chad", ", ", "the army"]),
        ("en", ["Mali", ", ", "the army", ", ", "Chad", ", ", "the police", " and ", "Togo"]),
        ("en", ["Mali", ", ", "Chad", ", and ", "the army"]),
        ("en", ["Power BI", ", ", "machine learning", ", and ", "Google Sheets"]),
        ("en", ["Apple Pay", ", ", "a camera", ", and ", "Android Auto"]),
        ("en", ["the mill", ", ", "the bridge", ", and ", "Kolo"]),
        ("fr", ["le Mali", ", ", "l'Union européenne", " et ", "le Tchad"]),
        ("de", ["Mali", ", ", "die Europäische Union", " und ", "Tschad"]),
        ("de", ["Mali", ", ", "die Schweiz", ", ", "Kenia", ", ", "die Türkei", " und ", "Tschad"]),
        ("de", ["Clara Hoffmann", ", ", "die Polizei", ", ", "Otto Brandt", " und ", "Lena Vogt"]),
        ("de", ["Brot", ", ", "Milch", " und ", "Eier"]),
        ("ar", ["مالي", "، ", "الجيش", "، ", "تشاد"]),
        ("zh", ["王伟", "、", "李娜", "、", "张敏"]),
    ],
)
def test_what_may_be_a_member_of_the_list_is_an_item(language: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(span("".join(parts), language))] == parts[::2]


def test_what_is_told_of_a_name_does_not_become_likely_beside_it() -> None:
    text = "Clara Hoffmann, the mayor, Otto Brandt, the treasurer, and Lena Vogt opened it."
    members = ["Clara Hoffmann", "the mayor", "Otto Brandt", "the treasurer", "Lena Vogt"]
    spans = [span(text, "en", member, 0.5 if member == "Otto Brandt" else 0.01) for member in members]
    likely = [one.text for one in beside_each_other(spans) if one.probability >= BESIDE_SHARE * 0.5]
    assert likely == ["Clara Hoffmann", "Otto Brandt", "Lena Vogt"]
