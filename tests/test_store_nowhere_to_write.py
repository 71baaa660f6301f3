"""Read-only folders, full disks and folders without shared memory: nothing is lost."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import StoreWriteError
from index.store import Store
from tests.stores import (
    child,
    expected,
    hear,
    held,
    keyword_index,
    open_store,
    posix,
    put,
    tell,
)


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
