"""The vector index finds what a search through all of the store's vectors finds, whatever became of its file."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.datatypes import Chunk, Document
from index.errors import StoreMismatchError
from index.store import Store
from index.vectors import VectorIndex

DIMENSIONS = 16
QUERY = np.linspace(-1, 1, DIMENSIONS, dtype=np.float32)
Found = dict[str, list[tuple[int, float]]]


def open_store(path: Path, fingerprint: str = "model", *, rebuild: bool = False) -> Store:
    return Store.create_or_open(path, fingerprint=fingerprint, dimensions=DIMENSIONS, folder=path.parent, rebuild=rebuild)


def put(store: Store, name: str, languages: list[str], seed: int = 0) -> None:
    """A document with a chunk in each of these languages, and vectors of the seed's, of any length."""
    text = "x" * len(languages)
    chunks = [Chunk(name, i, i + 1, "x", language) for i, language in enumerate(languages)]
    vectors = np.random.default_rng([seed, len(languages)]).standard_normal((len(languages), DIMENSIONS)).astype(np.float32)
    store.replace_document(Document(name, "", "en", "", text, str(seed)), chunks, vectors, size=1, modified_ns=1)


def brute_force(store: Store, query: NDArray[np.float32], limit: int) -> Found:
    found: Found = {}
    for language, content in store.vectors_since(None, 0)[1].items():
        cosines = content.vectors @ query / np.linalg.norm(content.vectors, axis=1) / np.linalg.norm(query)
        best = np.argsort(-cosines, kind="stable")[:limit]
        found[language] = [(int(content.ids[i]), float(cosines[i])) for i in best]
    return found


def check(index: VectorIndex, store: Store, query: NDArray[np.float32] = QUERY, limit: int = 5) -> None:
    found, wanted = index.search(query, limit), brute_force(store, query, limit)
    assert {language: [i for i, _ in pairs] for language, pairs in found.items()} == {
        language: [i for i, _ in pairs] for language, pairs in wanted.items()
    }
    for language, pairs in found.items():
        assert [cosine for _, cosine in pairs] == pytest.approx([cosine for _, cosine in wanted[language]], abs=1e-5)


def refreshed(store: Store, cache: Path | None = None) -> VectorIndex:
    index = VectorIndex(store, cache)
    index.refresh()
    return index


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite.faiss"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        put(opened, "a", ["en"] * 20 + ["fr"] * 3, seed=1)
        put(opened, "b", ["ar", "en"], seed=2)
        yield opened


changes = st.lists(
    st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from(["en", "fr", "ar"]), max_size=5) | st.none()), max_size=12
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=changes, seed=st.integers(0, 1000), rebuild=st.booleans())
def test_index_brought_up_to_date_equals_brute_force(
    tmp_path: Path, changes: list[tuple[str, list[str] | None]], seed: int, rebuild: bool
) -> None:
    query = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    open_store(tmp_path / "index.sqlite", rebuild=True).close()
    with open_store(tmp_path / "index.sqlite") as store:
        index = VectorIndex(store)
        for number, (name, languages) in enumerate(changes):
            if languages is None:
                store.remove_document(name)
            else:
                put(store, name, languages, seed + number)
            index.refresh()
            check(index, store, query)
        if rebuild:
            open_store(tmp_path / "index.sqlite", rebuild=True).close()
            put(store, "z", ["en"])
            index.refresh()
            check(index, store, query)
        check(refreshed(store), store, query)


def test_many_changes_between_two_refreshes(store: Store) -> None:
    index = refreshed(store)
    store.remove_document("b")
    put(store, "a", ["en"], seed=3)
    put(store, "c", ["ar", "ar"], seed=4)
    store.remove_document("c")
    put(store, "d", ["de"], seed=5)
    check_before = index.search(QUERY, 30)
    assert set(check_before) == {"en", "fr", "ar"}
    index.refresh()
    assert set(index.search(QUERY, 30)) == {"en", "de"}
    check(index, store, limit=30)


def test_search_gives_cosines_within_the_languages_asked_for(store: Store) -> None:
    index = refreshed(store)
    assert set(index.search(QUERY, 3)) == {"en", "fr", "ar"}
    assert set(index.search(QUERY, 3, ["fr", "xx"])) == {"fr"}
    assert [len(pairs) for pairs in index.search(QUERY, 1000).values()] == [
        len(p) for p in brute_force(store, QUERY, 1000).values()
    ]
    assert index.search(QUERY, 0) == {}
    check(index, store, QUERY * 100)
    content = store.vectors_since(None, 0)[1]["ar"]
    [(best, cosine)] = index.search(content.vectors[0], 1, ["ar"])["ar"]
    assert best == content.ids[0]
    assert cosine == pytest.approx(1.0)


def test_empty_index_finds_nothing(path: Path) -> None:
    with open_store(path) as store:
        assert VectorIndex(store).search(QUERY, 5) == {}
        assert refreshed(store).search(QUERY, 5) == {}


@pytest.mark.parametrize("wrong", [QUERY[1:], QUERY[np.newaxis], QUERY * np.nan, QUERY * np.inf])
def test_wrong_query_is_rejected(store: Store, wrong: NDArray[np.float32]) -> None:
    with pytest.raises(ValueError, match="finite vector of shape"):
        refreshed(store).search(wrong, 5)


def test_reader_sees_what_another_process_writes(store: Store) -> None:
    with Store.open(store.path) as reader:
        index = refreshed(reader)
        put(store, "c", ["en", "ja"], seed=6)
        index.refresh()
        check(index, store)


def test_index_of_another_encoder_is_not_searched(store: Store) -> None:
    with Store.open(store.path) as reader:
        index = refreshed(reader)
        open_store(store.path, "another", rebuild=True).close()
        with pytest.raises(StoreMismatchError, match="another, not model"):
            index.refresh()


def test_index_set_back_while_it_is_open_is_read_anew(store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "backup.sqlite")) as backup, closing(sqlite3.connect(store.path)) as live:
        live.backup(backup)
        put(store, "c", ["en", "fr", "ja"], seed=6)
        index = refreshed(store)
        backup.backup(live)
    index.refresh()
    check(index, store, limit=30)
    put(store, "d", ["en", "fr"], seed=7)
    index.refresh()
    check(index, store, limit=30)


# --- the file ---


def test_file_spares_reading_the_vectors(store: Store, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refreshed(store, cache).save()
    with monkeypatch.context() as patched:
        patched.delattr(Store, "vectors_since")
        index = refreshed(store, cache)
    check(index, store)
    put(store, "c", ["fr"], seed=7)
    store.remove_document("b")
    index.refresh()
    check(index, store)


def test_file_of_an_earlier_state_is_not_used(store: Store, cache: Path) -> None:
    assert refreshed(store, cache).save()
    put(store, "a", ["en", "fr"], seed=8)
    index = refreshed(store, cache)
    check(index, store)
    assert index.save()
    check(refreshed(store, cache), store)


def test_file_of_another_index_is_not_used(store: Store, cache: Path, tmp_path: Path) -> None:
    with open_store(tmp_path / "other.sqlite") as other:
        put(other, "a", ["en"] * 20 + ["fr"] * 3, seed=9)
        put(other, "b", ["ar", "en"], seed=10)
        assert refreshed(other, cache).save()
        assert other.revision() == store.revision()
    check(refreshed(store, cache), store)


def test_file_newer_than_a_restored_backup_is_not_used(path: Path, cache: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    with open_store(path) as store:
        put(store, "a", ["en"] * 9)
    shutil.copy(path, backup)
    with open_store(path) as store:
        put(store, "c", ["en", "fr"], seed=11)
        assert refreshed(store, cache).save()
        revision = store.revision()
    shutil.copy(backup, path)
    with open_store(path) as store:
        put(store, "c", ["en", "fr"], seed=12)
        assert store.revision() == revision
        check(refreshed(store, cache), store, limit=30)


def test_damaged_file_is_made_anew(store: Store, cache: Path) -> None:
    assert refreshed(store, cache).save()
    whole = cache.read_bytes()
    damaged = [b"", b"garbage", whole + b"x", whole[:16] + b"\n" * 500, whole[::-1]]
    damaged += [whole[:length] for length in range(0, len(whole), 97)]
    damaged += [whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :] for place in range(0, len(whole), 89)]
    for content in damaged:
        cache.write_bytes(content)
        check(refreshed(store, cache), store)
    index = refreshed(store, cache)
    assert index.save()
    check(refreshed(store, cache), store)
    cache.unlink()
    assert index.save()
    assert cache.exists()


def test_place_that_takes_no_file_is_no_error(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for cache in (None, tmp_path / "file" / "index.faiss", tmp_path / "missing" / "index.faiss", tmp_path):
        index = refreshed(store, cache)
        assert not index.save()
        check(index, store)
    assert not VectorIndex(store, tmp_path / "index.faiss").save()


def test_searches_during_changes_see_whole_states(store: Store) -> None:
    index = refreshed(store)
    failures: list[object] = []
    finished = threading.Event()

    def search() -> None:
        while not finished.is_set():
            try:
                index.refresh()
                sizes = {language: len(pairs) for language, pairs in index.search(QUERY, 100).items()}
                if sizes not in ({"en": 21, "fr": 3, "ar": 1}, {"en": 1, "ar": 1, "ja": 4}):
                    failures.append(sizes)
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for i in range(15):
        put(store, "a", ["ja"] * 4, seed=i)
        put(store, "a", ["en"] * 20 + ["fr"] * 3, seed=i)
    finished.set()
    for thread in threads:
        thread.join()
    assert failures == []
    index.refresh()
    check(index, store)
