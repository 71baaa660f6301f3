"""Spans begin and end where words do, and keep what belongs together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.span_edges import trim, whole_words
from tests.texts import texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" (a) b. ", "(a) b"),
        ("b (a)", "b (a)"),
        ("b (a", "b (a"),
        ("(b a", "b a"),
        ("b a)", "b a"),
        ("“Peace” treaty,", "“Peace” treaty"),
        ("treaty of “Peace”.", "treaty of “Peace”"),
        ("“Peace treaty", "Peace treaty"),
        ("«Мир» и труд»", "«Мир» и труд»"),
        ("- 45 €,", "45 €"),
        (".5 mg", ".5 mg"),
        (". 5 mg", "5 mg"),
        ("\u00a045 €\u3000", "45 €"),
        ("दो पक्ष।", "दो पक्ष"),
        ("በየካቲት።", "በየካቲት"),
        ("، ٤٥ يورو؟", "٤٥ يورو"),
        ("「平和」の鐘。", "「平和」の鐘"),
        ("das „Haus“", "das „Haus“"),
        ("„Haus“ am See", "„Haus“ am See"),
        ("„Haus am See", "Haus am See"),
        ("-12 °C", "-12 °C"),
        ("it fell to -12 °C", "it fell to -12 °C"),
        ("45 %.", "45 %"),
        (" .,… ", ""),
        ("()", ""),
        ("( . )", ""),
        ('""', ""),
        ("", ""),
    ],
)
def test_trimming_keeps_what_belongs_together(text: str, expected: str) -> None:
    start, end = trim(text, 0, len(text))
    assert text[start:end] == expected


@given(texts, st.data())
def test_trimming_takes_only_space_and_punctuation_off(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = trim(text, start, end)
    assert start <= first <= last <= end
    assert trim(text, first, last) == (first, last)
    assert not any(character.isalnum() for character in text[start:first] + text[last:end])
    if any(character.isalnum() for character in text[start:end]):
        assert first < last


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("في الأرض المكتشفة", "أرض", "الأرض"),
        ("زار المدرسة وصاحب المطبعة", "صاحب المطبعة", "صاحب المطبعة"),
        ("زار المدرسة وَصاحب المطبعة", "صاحب المطبعة", "صاحب المطبعة"),
        ("في باريس وبيلمارك", "بيلمارك", "بيلمارك"),
        ("سافر ولباريس ذهب", "باريس", "باريس"),
        ("جاء 20 ضابطًا و30 جنديًا", "30 جنديًا", "30 جنديًا"),
        ("في عام ٢٠٢٣ ولد", "لد", "ولد"),
        ("اجتمع فريق العمل", "يق العمل", "فريق العمل"),
        ("it costs 1,500 euros", "500", "1,500"),
        ("it takes .5 mg", "5", ".5"),
        ("it costs 1,500, not more", "1", "1,500"),
        ("the Washingtonians", "Washington", "Washingtonians"),
        ("Niger's army", "Niger", "Niger"),
        ("twenty-four", "four", "four"),
        ("於1975年成立", "1975", "1975"),
        ("마크 저커버그는 창립자", "저커버그", "저커버그"),
        ("ในปีนี้", "ปี", "ปี"),
        ("हिन्दी में", "हिन्द", "हिन्दी"),
    ],
)
def test_a_span_cuts_through_no_word(text: str, cut: str, whole: str) -> None:
    start = text.index(cut)
    begin, end = whole_words(text, start, start + len(cut))
    assert text[begin:end] == whole


def test_invisible_characters_are_trimmed() -> None:
    assert trim("\ufeffKolo\u200b ", 0, 7) == (1, 5)
