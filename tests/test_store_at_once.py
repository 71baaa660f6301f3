"""Several processes and threads at one index: each waits or is told, and reads whole states."""

import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import StoreBusyError, StoreMismatchError
from index.store import Store
from tests.stores import Paragraphs, child, expected, hear, held, open_store, posix, put, rebuilt, tell


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
    with open_store(path) as store:
        put(store, "a", [("en", "text")])
    with open_store(path, timeout=0.01) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for attempt in (lambda: put(store, "b", []), lambda: open_store(path, timeout=0.01)):
            with pytest.raises(StoreBusyError, match=r"another process is writing.*Try again"):
                attempt()
        assert held(store) == expected({"a": [("en", "text")]})
        other.execute("ROLLBACK")
    with open_store(path) as store:
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
    seen: list[set[int]] = [set() for _ in range(4)]
    """How many chunks each reader has found at a time."""
    finished = threading.Event()

    def read(sizes: set[int]) -> None:
        while not finished.is_set():
            _, languages = store.vectors_since(None, 0)
            ids = [int(i) for content in languages.values() for i in content.ids]
            sizes.add(len(ids))
            assert len(store.chunks(ids)) in {0, 1, 3}
            assert len(store.search_words("one two deux", None, 9)) < 3

    def write() -> int:
        """Goes on until every reader has seen what was written between its reads; gives the number of writes."""
        for number in range(1, 5000):
            put(store, "a", versions[number % 2])
            if number >= 20 and (all(len(sizes) > 1 for sizes in seen) or any(reader.done() for reader in readers)):
                break
        return number

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read, sizes) for sizes in seen]
        try:
            writers = [pool.submit(write) for _ in range(2)]
            written = sum(writer.result() for writer in writers)
        finally:
            finished.set()
        for reader in readers:
            reader.result()
    assert seen == [{1, 3}] * 4
    assert store.revision() == 1 + written
