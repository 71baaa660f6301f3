"""The keywords of the store: which words are found, in which scripts and order, and that anything may be asked for."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import keywords
from index.keywords import keyword_text
from index.store import Store
from tests.stores import found_texts, open_store, put


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The dam was built in 1931.", "When was the DAM built?"),
        ("Le château fut bâti à l’époque", "chateau de l'epoque"),
        ("Chateau", "château"),
        ("une œuvre", "oeuvre"),
        ("Die Straße", "STRASSE"),
        ("Ελλάδα και Θεσσαλονίκης", "ΘΕΣΣΑΛΟΝΊΚΗΣ"),
        ("Ёлка", "елка"),
        ("İstanbul", "istanbul"),
        ("coop\u00aderation", "cooperation"),
        ("room ２０２４Ａ", "2024a"),
        ("العَرَبِيَّةُ لُغَةٌ", "العربية"),
        ("مدرســــة", "مدرسه"),
        ("ﻣﺪﺭﺳﺔ", "مدرسة"),
        ("إلى الأمام", "الى الامام"),
        ("عام ١٩٣١", "1931"),
        ("in 1931", "عام ۱۹۳۱"),
        ("שָׁלוֹם", "שלום"),
        ("בית־ספר", "ספר"),
        ("हिन्दी भाषा", "भाषा"),
        ("தமிழ் மொழி", "தமிழ்"),
        ("ภาษาไทยเป็นภาษา", "ไทย"),
        ("ພາສາລາວ", "ລາວ"),
        ("ភាសាខ្មែរ", "ខ្មែរ"),
        ("大坝建于1931年", "大坝"),
        ("我喝水", "水"),
        ("水很冷", "水"),
        ("東京大学は本郷にある", "大学はどこ？"),
        ("ｶﾞﾗｽの橋", "ガラス"),
        ("PythonはGuidoが作った", "who made python"),
        ("서울은 한국의 수도이다", "서울"),
        ("𠀀𠀁𠀂", "𠀁𠀂"),
    ],
)
def test_words_are_found_however_they_are_written(store: Store, text: str, query: str) -> None:
    put(store, "a", [("xx", text), ("xx", "nothing of the kind / rien / 无关 / غير ذلك")])
    assert found_texts(store, query, "xx")[0] == text
    assert text in found_texts(store, query)


@pytest.mark.parametrize(("text", "query"), [("हिन्दी", "हिन्द"), ("大坝", "坝大"), ("underground", "ground"), ("か", "が")])
def test_other_words_are_not_found(store: Store, text: str, query: str) -> None:
    put(store, "a", [("xx", text)])
    assert found_texts(store, query) == []


SYNTAX = [
    '"',
    '""',
    "'",
    "*",
    "dam*",
    "NEAR(dam, 3)",
    "dam AND",
    "OR",
    "NOT dam",
    "-dam",
    "body:dam",
    "language:en",
    "^dam",
    "(dam",
]
ODDITIES = [
    "{dam}",
    "dam+dam",
    "dam\x00dam",
    "\ud800",
    ";DROP TABLE documents",
    "%",
    "_",
    "\\",
    "?",
    "",
    " ",
    "،؟",
    "🙂",
    "dam " * 20_000,
]


@pytest.mark.parametrize("query", SYNTAX + ODDITIES)
def test_anything_may_stand_in_a_question(store: Store, query: str) -> None:
    put(store, "a", [("en", "a dam"), ("en", "unrelated")])
    assert found_texts(store, query) == (["a dam"] if "dam" in query else [])


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text() | st.text('adm ダム建"*:^()-+{}'))
def test_no_question_is_an_error_or_finds_what_it_does_not_ask_for(tmp_path: Path, query: str) -> None:
    with open_store(tmp_path / "index.sqlite") as store:
        if not store.files():
            put(store, "a", [("en", "a dam"), ("ja", "ダムの建設")])
        for text in found_texts(store, query):
            assert set(keyword_text(query)) & set(keyword_text(text)) - {" "}


def test_chunk_with_more_and_rarer_words_comes_first(store: Store) -> None:
    put(store, "a", [("en", f"the river number {i}") for i in range(10)])
    put(store, "b", [("en", "the old dam on the river"), ("en", "the old bridge on the river")])
    assert found_texts(store, "the old dam", "en")[:2] == ["the old dam on the river", "the old bridge on the river"]
    scores = [score for _, score in store.search_words("the old dam", "en", 20)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0


def test_only_the_language_asked_for_is_searched(store: Store) -> None:
    put(store, "a", [("en", "Nobel 1931"), ("fr", "Nobel 1931 encore"), ("zh-Hans", "Nobel 诺贝尔"), ("zh", "Nobel 奖")])
    for language, texts in {"en": ["Nobel 1931"], "zh": ["Nobel 奖"], "zh-Hans": ["Nobel 诺贝尔"], "de": []}.items():
        assert found_texts(store, "Nobel", language) == texts
    assert len(found_texts(store, "Nobel")) == 4
    assert len(found_texts(store, "Nobel", None, limit=2)) == 2
    assert found_texts(store, "Nobel", None, limit=0) == []


def test_long_question_is_searched_by_its_longest_words(store: Store) -> None:
    put(store, "a", [("en", "hydroelectricity"), ("en", "w1")])
    assert found_texts(store, " ".join(f"w{i}" for i in range(500)) + " hydroelectricity")[0] == "hydroelectricity"


def test_words_that_most_chunks_have_do_not_count_in_large_collections(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "a", [("en", f"the river {i}") for i in range(8)] + [("en", "a dam")])
    assert len(found_texts(store, "the dam")) == 9
    monkeypatch.setattr(keywords, "COMMON", 5)
    assert found_texts(store, "the dam") == ["a dam"]
    assert len(found_texts(store, "the river")) == 8
