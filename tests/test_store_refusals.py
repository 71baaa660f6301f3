"""An index of another encoder, version or folder, a damaged one and what is none are refused with the remedy."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import StoreError, StoreMismatchError, StoreMissingError, StoreWriteError
from index.store import Store
from tests.stores import DIMENSIONS, expected, found_texts, held, keyword_index, open_store, posix, put


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
