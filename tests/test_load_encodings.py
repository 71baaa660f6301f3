"""Text in any encoding is read in its own, and normalised without losing anything."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.load import normalise
from tests.loading import FERRY, load

PARAGRAPHS = {
    "cp1256": "تغادر العبّارة الليلية الرصيف الشمالي في الساعة العاشرة والربع، وعلى الركاب الذين يحملون الدراجات الوصول باكرا.",
    "cp1252": "Le ferry de nuit quitte le quai nord à dix heures et quart ; les passagers à vélo arrivent bien plus tôt.",
    "shift_jis": "夜のフェリーは十時十五分に北の埠頭を出ます。自転車をお持ちの方は三十分前までにお越しください。",
    "gb18030": "夜间渡轮于十点一刻离开北码头。携带自行车的乘客必须提前半小时到达，并在售票处登记。",
    "koi8-r": "Ночной паром отходит от северного причала в четверть одиннадцатого, а пассажиры с велосипедами приходят раньше.",
    "utf-8": "Το νυχτερινό πλοίο φεύγει στις δέκα — naïve café, 夜, ليل.",
    "utf-8-sig": "Nächtliche Fähre",
    "utf-16": "Nächtliche Fähre, 夜のフェリー",
}


@pytest.mark.parametrize("encoding", PARAGRAPHS)
def test_encoding(encoding: str) -> None:
    assert load("ferry.txt", PARAGRAPHS[encoding].encode(encoding)).text == PARAGRAPHS[encoding]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark(encoding: str) -> None:
    assert load("ferry.txt", FERRY.encode(encoding)).text == FERRY
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b"\xfe\xff"
    assert load("ferry.txt", mark + PARAGRAPHS["cp1256"].encode(encoding)).text == PARAGRAPHS["cp1256"]


def test_damaged_utf8_stays_utf8() -> None:
    data = PARAGRAPHS["koi8-r"].encode()
    assert load("cut.txt", data[:-2]).text == PARAGRAPHS["koi8-r"][:-2] + "\ufffd"


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-8", "utf-16"])
def test_page_in_declared_encoding(encoding: str) -> None:
    page = f"<html><head><meta charset={encoding}><title>x</title></head><body><p>{PARAGRAPHS['cp1256']}</p></body></html>"
    assert load("page.html", page.encode(encoding)).text == PARAGRAPHS["cp1256"]


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_normalise(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)
    assert "\n\n\n" not in normal
    assert not any(character in normal for character in "\0\r\ufeff\x1f\x0c")
    assert all(line == line.rstrip() for line in normal.split("\n"))
    normal.encode()


def test_normalise_changes_nothing_else() -> None:
    text = "“Quoted” \u200f(ليل)\u200e – it’s  two spaces,\tа tab\xa0and a\u00adhyphen…\n\n\tindented"
    assert normalise(text) == text
