"""The store keeps what it was given, whole, and a change is done as a whole or not at all."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import keywords
from index.datatypes import Chunk, Document
from index.store import FileState, Store
from tests.stores import (
    DIMENSIONS,
    Paragraphs,
    document_of,
    expected,
    found_texts,
    held,
    keyword_index,
    open_store,
    put,
    vectors_of,
)


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
    before = store.state()
    assert store.touch_document("a", 5, 6)
    assert store.state() == before
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


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
