"""The store keeps what it was given, whole, whatever happens; see test_store_kills.py for what happens when it is killed."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import keywords
from index.datatypes import Chunk, Document
from index.errors import StoreBusyError, StoreError, StoreMismatchError, StoreMissingError, StoreWriteError
from index.store import FileState, Store

DIMENSIONS = 4
Paragraphs = list[tuple[str, str]]  # (language, text)
posix = pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX users, limits or signals")


def document_of(name: str, paragraphs: Paragraphs) -> tuple[Document, list[Chunk]]:
    """A document of one chunk a paragraph."""
    text = "\n".join(paragraph for _, paragraph in paragraphs)
    chunks, start = [], 0
    for language, paragraph in paragraphs:
        chunks.append(Chunk(name, start, start + len(paragraph), paragraph, language))
        start += len(paragraph) + 1
    return Document(name, f"Title of {name}", "en", "2024-05-01", text, f"hash of {text}"), chunks


def vectors_of(chunks: list[Chunk]) -> NDArray[np.float32]:
    """Vectors that tell from which text they were made."""
    seeds = [sum(chunk.text.encode()) for chunk in chunks]
    return np.array([[seed, seed % 7, 1, 2] for seed in seeds], dtype=np.float32).reshape(-1, DIMENSIONS)


def open_store(path: Path, *, fingerprint: str = "model", folder: Path | None = None, timeout: float = 10.0) -> Store:
    folder = folder or path.parent
    return Store.create_or_open(path, fingerprint=fingerprint, dimensions=DIMENSIONS, folder=folder, timeout=timeout)


def rebuilt(path: Path, *, fingerprint: str = "model", folder: Path | None = None) -> Store:
    folder = folder or path.parent
    return Store.create_or_open(path, fingerprint=fingerprint, dimensions=DIMENSIONS, folder=folder, rebuild=True)


def put(store: Store, name: str, paragraphs: Paragraphs) -> None:
    document, chunks = document_of(name, paragraphs)
    store.replace_document(document, chunks, vectors_of(chunks), size=len(document.text), modified_ns=1)


def held(store: Store) -> dict[str, list[tuple[str, str, list[float]]]]:
    """All that the store holds: (language, text, vector) of each chunk, by document. Raises where its parts disagree."""
    found: dict[str, list[tuple[str, str, list[float]]]] = {info.name: [] for info in store.documents()}
    _, languages = store.vectors_since(None, 0)
    vectors = {int(i): v for content in languages.values() for i, v in zip(content.ids, content.vectors, strict=True)}
    for chunk_id, stored in store.chunks(sorted(vectors)).items():
        chunk = stored.chunk
        document = store.document(chunk.document)
        assert document
        assert document.text[chunk.start : chunk.end] == chunk.text
        assert chunk_id in languages[chunk.language].ids
        found[chunk.document].append((chunk.language, chunk.text, [float(x) for x in vectors[chunk_id]]))
    assert store.files().keys() == found.keys()
    assert sum(store.languages().values()) == sum(map(len, found.values())) == len(vectors)
    return found


def expected(documents: dict[str, Paragraphs]) -> dict[str, list[tuple[str, str, list[float]]]]:
    found: dict[str, list[tuple[str, str, list[float]]]] = {}
    for name, paragraphs in documents.items():
        _, chunks = document_of(name, paragraphs)
        vectors = [[float(x) for x in vector] for vector in vectors_of(chunks)]
        found[name] = [(chunk.language, chunk.text, vector) for chunk, vector in zip(chunks, vectors, strict=True)]
    return found


def found_texts(store: Store, query: str, language: str | None = None, limit: int = 10) -> list[str]:
    ids = [chunk_id for chunk_id, _ in store.search_words(query, language, limit)]
    assert len(set(ids)) == len(ids)
    return [stored.chunk.text for stored in store.chunks(ids).values()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "documents" / "index.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


# --- documents ---


def test_document_comes_back_as_given(store: Store) -> None:
    document, chunks = document_of("notes/día.txt", [("en", "The dam was built in 1931."), ("zh", "大坝建于1931年。𠀀")])
    store.replace_document(document, chunks, vectors_of(chunks), size=512, modified_ns=1_700_000_000_123_456_789)
    assert store.document(document.name) == document
    assert store.document("other.txt") is None
    [info] = store.documents()
    assert (info.name, info.title, info.language, info.date) == (document.name, document.title, "en", "2024-05-01")
    assert (info.characters, info.chunks, info.indexed_at[-6:]) == (len(document.text), 2, "+00:00")
    assert store.files() == {document.name: FileState(document.content_hash, 512, 1_700_000_000_123_456_789)}
    assert store.languages() == {"en": 1, "zh": 1}
    [dam] = [chunk_id for chunk_id, _ in store.search_words("dam", "en", 5)]
    assert store.chunks([dam, 10**9])[dam].chunk == chunks[0]
    assert store.chunks([dam])[dam].title == document.title


def test_document_without_chunks_is_kept(store: Store) -> None:
    store.replace_document(Document("a", "", "und", "", "", "h"), [], np.empty(0, np.float32), size=0, modified_ns=0)
    assert [info.chunks for info in store.documents()] == [0]


def test_all_is_there_after_opening_again(path: Path) -> None:
    with open_store(path) as store:
        put(store, "a", [("en", "first text")])
        revision = store.revision()
    with Store.open(path, fingerprint="model") as reader:
        assert (reader.revision(), reader.dimensions, reader.folder) == (revision, DIMENSIONS, path.parent)
        assert held(reader) == expected({"a": [("en", "first text")]})


def test_path_may_be_relative_and_hold_any_character(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    relative = Path("my documents? 100%25 #é&mode=ro") / "index;.sqlite"
    with open_store(relative, folder=Path("folder")) as store:
        monkeypatch.chdir(tmp_path / "elsewhere")
        put(store, "a", [("en", "text")])
        assert held(store) == expected({"a": [("en", "text")]})
        assert store.folder == tmp_path / "folder"
    with Store.open(tmp_path / relative) as store:
        assert len(held(store)) == 1


def test_index_is_one_file_when_closed(path: Path) -> None:
    with open_store(path) as store, store.writing():
        put(store, "a", [("en", "text")])
        assert held(store)
    assert {p.name for p in path.parent.iterdir()} - {f"{path.name}.lock"} == {path.name}


def test_each_change_is_one_revision(store: Store) -> None:
    changes: list[Callable[[], object]] = [
        lambda: put(store, "a", [("en", "one"), ("en", "two")]),
        lambda: put(store, "a", [("en", "three")]),
        lambda: store.touch_document("a", 5, 6),
        lambda: store.remove_document("a"),
    ]
    for change in changes:
        before = store.state()
        change()
        assert store.revision() == before.revision + 1
        assert store.state().token != before.token
        assert store.state().identity == before.identity


def test_change_of_what_is_not_there_changes_nothing(store: Store) -> None:
    before = store.state()
    assert not store.remove_document("a")
    assert not store.touch_document("a", 1, 2)
    assert store.state() == before


def test_touched_document_keeps_its_content(store: Store) -> None:
    put(store, "a", [("en", "text")])
    content_hash = store.files()["a"].content_hash
    assert store.touch_document("a", 5, 6)
    assert store.files() == {"a": FileState(content_hash, 5, 6)}
    assert held(store) == expected({"a": [("en", "text")]})


def test_chunk_ids_are_never_used_again(path: Path) -> None:
    used: set[int] = set()
    for text in ("one", "two", "three"):
        with open_store(path) as store:
            for _ in range(2):
                put(store, "a", [("en", text), ("en", text)])
                ids = {int(i) for i in store.vectors_since(None, 0)[1]["en"].ids}
                assert not ids & used
                used |= ids
            store.remove_document("a")
            assert store.chunks(sorted(used)) == {}


def test_vectors_since_gives_those_added(store: Store) -> None:
    put(store, "a", [("en", "one"), ("fr", "deux")])
    state, languages = store.vectors_since(None, 0)
    last = max(int(content.ids[-1]) for content in languages.values())
    put(store, "b", [("fr", "trois")])
    later, languages = store.vectors_since(state, last)
    assert later.revision == state.revision + 1
    assert {language: (len(content.ids), len(content.vectors)) for language, content in languages.items()} == {
        "en": (1, 0),
        "fr": (2, 1),
    }


WRONG: dict[str, Callable[[Document, list[Chunk]], tuple[list[Chunk], NDArray[np.float32]]]] = {
    "too few vectors": lambda _, chunks: (chunks, vectors_of(chunks)[:-1]),
    "wrong dimensions": lambda _, chunks: (chunks, np.ones((len(chunks), DIMENSIONS + 1), np.float32)),
    "not a number": lambda _, chunks: (chunks, np.full((len(chunks), DIMENSIONS), np.nan, np.float32)),
    "another text": lambda d, chunks: ([Chunk(d.name, 0, 3, "xyz", "en")], vectors_of(chunks)[:1]),
    "beyond the end": lambda d, chunks: ([Chunk(d.name, 0, 99, d.text, "en")], vectors_of(chunks)[:1]),
    "empty": lambda d, chunks: ([Chunk(d.name, 2, 2, "", "en")], vectors_of(chunks)[:1]),
    "negative": lambda d, chunks: ([Chunk(d.name, -3, -1, d.text[-3:-1], "en")], vectors_of(chunks)[:1]),
    "another document": lambda d, chunks: ([Chunk("b", 0, 3, d.text[:3], "en")], vectors_of(chunks)[:1]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_fit_is_rejected_and_changes_nothing(store: Store, wrong: str) -> None:
    put(store, "a", [("en", "the old text")])
    before = store.state()
    document, chunks = document_of("a", [("en", "the new text"), ("en", "more")])
    wrong_chunks, vectors = WRONG[wrong](document, chunks)
    with pytest.raises(ValueError, match=r"^a: "):
        store.replace_document(document, wrong_chunks, vectors, size=1, modified_ns=1)
    assert store.state() == before
    assert held(store) == expected({"a": [("en", "the old text")]})


def test_name_that_is_no_text_is_rejected_and_changes_nothing(store: Store) -> None:
    before = store.state()
    with pytest.raises(ValueError, match="surrogates"):
        put(store, "caf\udce9.txt", [("en", "text")])
    assert store.state() == before
    put(store, "café.txt", [("en", "text")])
    assert held(store) == expected({"café.txt": [("en", "text")]})


def test_error_in_the_middle_of_a_change_undoes_all_of_it(store: Store) -> None:
    put(store, "a", [("en", "the old text")])
    before = store.state()
    document, chunks = document_of("a", [("en", "new"), ("en", "newer")])
    chunks[1] = replace(chunks[1], language="\ud800")  # cannot be stored, which shows after much else has been
    with pytest.raises(ValueError, match="surrogates"):
        store.replace_document(document, chunks, vectors_of(chunks), size=1, modified_ns=1)
    assert store.state() == before
    assert held(store) == expected({"a": [("en", "the old text")]})
    assert found_texts(store, "old") == ["the old text"]


words = st.sampled_from(["dam", "1931", "Œuvre", "naïve", "سدّ", "建設", "ダムは", "ไทย", "हिन्दी", "-", '"', "𠀀"])
paragraphs = st.lists(
    st.tuples(st.sampled_from(["en", "ar", "ja"]), st.lists(words, min_size=1, max_size=6).map(" ".join)), max_size=4
)
names = st.sampled_from("abc")
operations = st.lists(st.one_of(st.tuples(names, paragraphs), st.tuples(names, st.none())), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=operations)
def test_any_run_of_changes_agrees_with_a_plain_dictionary(
    tmp_path: Path, operations: list[tuple[str, Paragraphs | None]]
) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        path = Path(folder) / "index.sqlite"
        model: dict[str, Paragraphs] = {}
        with open_store(path) as store:
            for name, change in operations:
                if change is None:
                    assert store.remove_document(name) == (name in model)
                    model.pop(name, None)
                else:
                    put(store, name, change)
                    model[name] = change
            assert held(store) == expected(model)
            ids = sorted(int(i) for content in store.vectors_since(None, 0)[1].values() for i in content.ids)
            texts = {i: keywords.keyword_text(stored.chunk.text).split() for i, stored in store.chunks(ids).items()}
            for query in ("dam", "oeuvre", "سد", "建設", "ไทย"):
                [word, *_] = keywords.keyword_text(query).split()
                assert {i for i, _ in store.search_words(query, None, 99)} == {i for i in ids if word in texts[i]}
        assert keyword_index(path) == {i: content for i, content in texts.items() if content}


def keyword_index(path: Path) -> dict[int, list[str]]:
    """The words that the keyword index has of each chunk; raises where SQLite finds the file or its index inconsistent."""
    found: dict[int, list[str]] = {}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO keywords (keywords) VALUES ('integrity-check')")
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, keywords, instance)")
        rows = connection.execute("SELECT doc, term FROM words WHERE col = 'body' ORDER BY doc, offset")
        for chunk_id, word in rows:
            found.setdefault(chunk_id, []).append(word)
    return found


# --- keywords ---


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


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text())
def test_no_question_is_an_error(tmp_path: Path, query: str) -> None:
    with open_store(tmp_path / "index.sqlite") as store:
        if not store.files():
            put(store, "a", [("en", "a dam"), ("ja", "ダムの建設")])
        assert len(store.search_words(query, None, 10)) <= 2


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


# --- an index of another kind ---


def test_index_of_another_encoder_is_refused_with_the_remedy(path: Path) -> None:
    with open_store(path, fingerprint="old-model") as store:
        put(store, "a", [("en", "text")])
    remedy = rf"old-model, not new-model.*quoth index {path.parent} --rebuild.*--index"
    with pytest.raises(StoreMismatchError, match=remedy):
        open_store(path, fingerprint="new-model")
    with pytest.raises(StoreMismatchError, match=remedy):
        Store.open(path, fingerprint="new-model")
    with pytest.raises(StoreMismatchError, match=r"holds vectors of 4 numbers, and this encoder makes 5.*--rebuild"):
        Store.create_or_open(path, fingerprint="old-model", dimensions=5, folder=path.parent)
    with Store.open(path) as store:
        assert held(store) == expected({"a": [("en", "text")]})


@pytest.mark.parametrize(("version", "maker"), [(0, "an older"), (999, "a newer")])
def test_index_of_another_version_is_refused_with_the_remedy(path: Path, version: int, maker: str) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    attempts: list[Callable[[], Store]] = [lambda: open_store(path), lambda: Store.open(path)]
    for attempt in attempts:
        with pytest.raises(StoreMismatchError, match=f"{maker} version of Quoth.*quoth index FOLDER --rebuild"):
            attempt()


def test_index_of_another_folder_is_refused_but_goes_with_a_folder_that_moved(path: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first folder", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with open_store(path, folder=first) as store:
        put(store, "a", [("en", "text")])
    with pytest.raises(StoreMismatchError, match=r"first folder, not those of .*second.*--rebuild"):
        open_store(path, folder=second)
    link = tmp_path / "link"
    link.symlink_to(first)
    open_store(path, folder=link).close()
    moved = first.rename(tmp_path / "moved")
    with open_store(path, folder=moved) as store:
        assert held(store) == expected({"a": [("en", "text")]})
    with Store.open(path) as store:
        assert store.folder == moved


def test_rebuilding_empties_the_index_whatever_made_it(path: Path) -> None:
    with open_store(path, fingerprint="old-model") as store:
        put(store, "a", [("en", "text")])
        identity = store.state().identity
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.execute("CREATE TABLE something_new (x)")
    with Store.create_or_open(path, fingerprint="new-model", dimensions=DIMENSIONS, folder=path.parent, rebuild=True) as store:
        assert held(store) == {}
        assert store.search_words("text", None, 5) == []
        assert store.state().identity != identity
        put(store, "b", [("en", "other")])
    assert keyword_index(path).popitem()[1] == ["other"]


def test_reader_is_told_when_another_encoder_takes_over(path: Path) -> None:
    open_store(path).close()
    with Store.open(path) as reader:
        Store.create_or_open(path, fingerprint="other", dimensions=9, folder=path.parent, rebuild=True).close()
        with pytest.raises(StoreMismatchError, match="other, not model"):
            reader.state()


@posix
def test_index_put_in_the_place_of_another_is_read_from_then_on(path: Path) -> None:
    with open_store(path) as store:
        put(store, "a", [("en", "the old text")])
    with open_store(path.with_name("new.sqlite"), folder=path.parent) as store:
        put(store, "b", [("en", "the new text")])
    with Store.open(path) as reader, open_store(path) as writer:
        assert held(reader) == expected({"a": [("en", "the old text")]})
        path.unlink()
        assert held(reader) == expected({"a": [("en", "the old text")]})
        path.with_name("new.sqlite").rename(path)
        assert held(reader) == expected({"b": [("en", "the new text")]})
        assert found_texts(reader, "text") == ["the new text"]
        with pytest.raises(StoreWriteError, match="replaced"):
            put(writer, "c", [("en", "lost")])
    with Store.open(path) as reader:
        assert held(reader) == expected({"b": [("en", "the new text")]})


def test_other_files_are_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (x)")
        connection.commit()
    for content, message in ((path.read_bytes(), "another program's"), (b"Dear diary, " * 500, "not an index, or is damaged")):
        path.write_bytes(content)
        for rebuild in (False, True):
            with pytest.raises(StoreError, match=f"{message}.*--index"):
                Store.create_or_open(path, fingerprint="m", dimensions=1, folder=path.parent, rebuild=rebuild)
        with pytest.raises(StoreError, match=message):
            Store.open(path)
        assert path.read_bytes() == content
        assert list(path.parent.iterdir()) == [path]


def test_damaged_index_is_an_error_with_the_remedy(path: Path) -> None:
    with open_store(path) as store:
        put(store, "a", [("en", "text " * 2000)])
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(StoreError, match=r"damaged.*Delete it and run `quoth index FOLDER`"), Store.open(path) as store:
        held(store)


@pytest.mark.parametrize("content", [None, b""])
def test_missing_index_is_an_error_with_the_remedy_and_nothing_is_made(path: Path, content: bytes | None) -> None:
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    before = list(path.parent.iterdir())
    with pytest.raises(StoreMissingError, match="quoth index FOLDER"):
        Store.open(path)
    assert list(path.parent.iterdir()) == before


def test_store_opened_for_reading_does_not_write(path: Path) -> None:
    open_store(path).close()
    with Store.open(path) as store, pytest.raises(StoreWriteError, match="reading"):
        put(store, "a", [("en", "text")])


def test_closed_store_says_so(path: Path) -> None:
    store = open_store(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.documents()
    with pytest.raises(StoreError, match="closed"):
        put(store, "a", [])


# --- several at once ---

CHILD = """
import os, resource, sys
from pathlib import Path
sys.path[:0] = {paths!r}
import test_store
from test_store import *
path = Path(sys.argv[1])
def say(*words):
    print(*words, flush=True)
def listen():
    return sys.stdin.readline()
"""


@contextmanager
def child(code: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has this module's names, `path`, `say(...)` and `listen()`."""
    here = Path(__file__).resolve().parent
    program = CHILD.format(paths=[str(here), str(here.parent)]) + code
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def test_processes_that_make_and_write_an_index_at_once_wait_for_each_other(path: Path) -> None:
    code = """
say("ready")
listen()
for number in range(8):
    with open_store(path / f"{number}.sqlite", timeout=60.0) as store:
        for i in range(3):
            put(store, f"{os.getpid()} {i}", [("en", "text")])
say("done")
"""
    with child(code, path) as one, child(code, path) as two, child(code, path) as three:
        processes = (one, two, three)
        assert [hear(process) for process in processes] == ["ready"] * 3
        for process in processes:
            tell(process)
        assert [hear(process) for process in processes] == ["done"] * 3
        names = {f"{process.pid} {i}" for process in processes for i in range(3)}
    for number in range(8):
        with open_store(path / f"{number}.sqlite") as store:
            assert held(store) == expected({name: [("en", "text")] for name in names})
            assert store.revision() == 9


def test_process_that_waits_too_long_is_told(path: Path) -> None:
    with open_store(path, timeout=0.01) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        put(store, "a", [("en", "text")])
        other.execute("BEGIN IMMEDIATE")
        for attempt in (lambda: put(store, "b", []), lambda: open_store(path, timeout=0.01)):
            with pytest.raises(StoreBusyError, match=r"another process is writing.*Try again"):
                attempt()
        assert held(store) == expected({"a": [("en", "text")]})
        other.execute("ROLLBACK")
        put(store, "b", [("en", "more")])
        assert len(held(store)) == 2


@posix
def test_second_run_is_told_of_the_first_until_it_dies(path: Path) -> None:
    code = """
with open_store(path) as store, store.writing():
    put(store, "a", [("en", "text")])
    say("writing")
    listen()
"""
    with open_store(path) as store:
        with child(code, path) as first:
            assert hear(first) == "writing"
            with pytest.raises(StoreBusyError, match=f"process {first.pid} is indexing.*Try again"), store.writing():
                pytest.fail("two runs at once")
            assert held(store) == expected({"a": [("en", "text")]})
            first.send_signal(signal.SIGKILL)
            first.wait()
        with store.writing():
            put(store, "b", [("en", "more")])
    assert not Path(f"{path}-wal").exists()


def test_index_is_not_emptied_during_another_run(path: Path) -> None:
    with open_store(path) as store:
        with store.writing():
            put(store, "a", [("en", "text")])
            with pytest.raises(StoreBusyError, match=r"is indexing.*Try again"):
                rebuilt(path)
            assert held(store) == expected({"a": [("en", "text")]})
        with rebuilt(path) as other, other.writing():
            assert held(store) == {}
            with pytest.raises(StoreBusyError, match=r"is indexing.*Try again"), store.writing():
                pytest.fail("two runs at once")
        with store.writing():
            put(store, "b", [("en", "more")])


def test_vectors_do_not_go_into_an_index_that_became_another_ones(path: Path, tmp_path: Path) -> None:
    with open_store(path) as store:
        rebuilt(path, fingerprint="another").close()
        with pytest.raises(StoreMismatchError, match="another, not model"):
            put(store, "a", [("en", "text")])
        rebuilt(path, folder=tmp_path).close()
        with pytest.raises(StoreMismatchError, match="not those of"):
            store.remove_document("b")
    with Store.open(path) as reader:
        assert (reader.revision(), held(reader)) == (0, {})


def test_run_lock_is_free_after_an_error(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing():
        raise RuntimeError
    with store.writing():
        pass


def test_threads_read_whole_states_while_another_writes(store: Store) -> None:
    versions: list[Paragraphs] = [[("en", "one")], [("en", "two"), ("fr", "deux"), ("fr", "trois")]]
    put(store, "a", versions[0])
    sizes = {1, 3}
    failures: list[object] = []
    finished = threading.Event()

    def read() -> None:
        while not finished.is_set():
            try:
                _, languages = store.vectors_since(None, 0)
                ids = [int(i) for content in languages.values() for i in content.ids]
                seen = (
                    len(ids) in sizes,
                    len(store.chunks(ids)) in sizes | {0},
                    len(store.search_words("one two deux", None, 9)) < 3,
                )
                if not all(seen):
                    failures.append(seen)
            except Exception as error:
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()

    def write() -> None:
        for i in range(20):
            put(store, "a", versions[i % 2])

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    finished.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert store.revision() == 41


# --- nowhere to write ---


@posix
def test_read_only_folder_is_read_and_loses_nothing() -> None:
    code = """
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
with Store.open(path, fingerprint="model") as store:
    say(store.revision(), sorted(held(store)), found_texts(store, "dam"))
    for attempt in (lambda: open_store(path), lambda: store.writing().__enter__()):
        try:
            attempt()
        except StoreWriteError as error:
            say(error)
    listen()
    say(store.revision(), sorted(held(store)))
"""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "folder"
        path = folder / "index.sqlite"
        Path(made).chmod(0o755)
        with open_store(path) as store:
            put(store, "a", [("en", "a dam")])
        path.chmod(0o444)
        folder.chmod(0o555)
        before = {p.name: p.read_bytes() for p in folder.iterdir()}
        try:
            with child(code, path) as reader:
                assert hear(reader) == "1 ['a'] ['a dam']"
                for _ in range(2):
                    assert "cannot be written" in hear(reader)
                assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
                folder.chmod(0o755)
                path.chmod(0o644)
                with open_store(path) as store:  # somebody with more rights changes the index meanwhile
                    put(store, "b", [("en", "another")])
                folder.chmod(0o555)
                tell(reader)
                assert hear(reader) == "2 ['a', 'b']"
        finally:
            folder.chmod(0o755)


@posix
def test_unfinished_writes_in_a_read_only_folder_are_not_read_past() -> None:
    code = """
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
try:
    Store.open(path)
except StoreError as error:
    say(error)
"""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "folder"
        Path(made).chmod(0o755)
        with open_store(Path(made) / "index.sqlite") as store:
            put(store, "a", [("en", "a dam")])
            folder.mkdir()
            for suffix in ("", "-wal"):
                shutil.copy(f"{store.path}{suffix}", folder)
        folder.chmod(0o555)
        try:
            with child(code, folder / "index.sqlite") as reader:
                assert "in the middle of writing" in hear(reader)
        finally:
            folder.chmod(0o755)
        with Store.open(folder / "index.sqlite") as store:
            assert held(store) == expected({"a": [("en", "a dam")]})


@posix
def test_full_disk_loses_nothing(path: Path) -> None:
    # The limit on the size of files stands for the disk's: writes beyond it fail part of the way.
    code = """
small, large = [("en", "a dam")], [("en", f"word{i} " * 200) for i in range(100)]
with open_store(path) as store:
    put(store, "small", small)
    wrong = 0
    for kilobytes in range(1, 4000, 29):
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, resource.RLIM_INFINITY))
        before = held(store), store.state()
        try:
            put(store, "small", large)
        except StoreWriteError as error:
            wrong += 1
            assert "nothing was changed" in str(error)
            assert (held(store), store.state()) == before
            assert found_texts(store, "dam") == ["a dam"]
        else:
            break
    assert held(store) == expected({"small": large})
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with open_store(path) as store:
    assert held(store) == expected({"small": large})
    put(store, "small", small)
    assert held(store) == expected({"small": small})
say(wrong)
"""
    with child(code, path) as process:
        assert int(hear(process)) > 10
    keyword_index(path)


@posix
def test_full_disk_when_closing_loses_nothing(path: Path) -> None:
    code = """
large = [("en", f"word{i} " * 200) for i in range(100)]
for name in "ab":
    store = open_store(path)
    put(store, name, large)
    limit = path.stat().st_size if name == "a" else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    store.close()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with Store.open(path) as store:
        say(sorted(held(store)))
"""
    with child(code, path) as process:
        assert [hear(process), hear(process)] == ["['a']", "['a', 'b']"]
    keyword_index(path)


def test_index_that_may_not_grow_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(path).close()
    connect = sqlite3.connect

    def limited(*arguments: str, **options: bool) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 40")
        return connection

    monkeypatch.setattr(sqlite3, "connect", limited)
    with open_store(path) as store:
        put(store, "a", [("en", "a dam")])
        for _ in range(2):
            with pytest.raises(StoreWriteError, match=r"full.*nothing was changed"):
                put(store, "a", [("en", f"word{i} " * 200) for i in range(100)])
            assert held(store) == expected({"a": [("en", "a dam")]})
        put(store, "b", [("en", "still room for this")])
        assert len(held(store)) == 2


def test_place_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(StoreWriteError, match="cannot be written"):
        open_store(tmp_path / "file" / "index.sqlite")
    with pytest.raises(StoreWriteError, match="cannot be written"):
        open_store(tmp_path, folder=tmp_path)


@posix
def test_folder_without_shared_memory_serves_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def without(address: str, **options: bool) -> sqlite3.Connection:
        # SQLite's own way to open files where there is neither shared memory nor POSIX locks, as on some network folders.
        return connect(f"{address}&vfs=unix-dotfile", **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", without)
    with open_store(path) as store:
        put(store, "a", [("en", "a dam")])
        assert held(store) == expected({"a": [("en", "a dam")]})
        assert store.remove_document("a")
    with Store.open(path) as store:
        assert held(store) == {}
    monkeypatch.undo()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert list(path.parent.iterdir()) == [path]
