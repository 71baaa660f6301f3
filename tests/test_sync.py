"""Indexing again touches only what changed; what is gone is gone; what cannot be read is named and harms nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import sync
from index.encode import Encoder, load_encoder
from index.errors import StoreBusyError, StoreError
from index.store import Store
from index.sync import Report, sync_folder

Sync = Callable[..., Report]
SECOND = 10**9  # in nanoseconds


@pytest.fixture(scope="module")
def tiny_encoder(tiny_model: Path) -> Encoder:
    return load_encoder(str(tiny_model))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "sub").mkdir(parents=True)
    (folder / "boats.txt").write_text("Three boats patrol the river. They are green.")
    (folder / "masts.md").write_text("# Masts\n\nThe mast in Gaya is 30 m high.")
    (folder / "sub" / "rice.txt").write_text("Cook the rice for twenty minutes.")
    return folder


@pytest.fixture
def store(tmp_path: Path, folder: Path, tiny_encoder: Encoder) -> Iterator[Store]:
    with Store.create_or_open(
        tmp_path / "index.sqlite", fingerprint=tiny_encoder.fingerprint, dimensions=16, folder=folder
    ) as store:
        yield store


def names(store: Store) -> list[str]:
    return [document.name for document in store.documents()]


def found(store: Store, word: str) -> list[str]:
    return [stored.chunk.document for stored in store.chunks([i for i, _ in store.search_words(word, None, 9)]).values()]


def set_back(file: Path) -> None:
    """Gives a file an old time of modification, until its inode, whose times go by ticks, is seen to have changed."""
    before = file.stat().st_ctime_ns
    while file.stat().st_ctime_ns == before:
        os.utime(file, (1_000_000_000, 1_000_000_000))


def test_the_first_time_everything_is_added(folder: Path, store: Store, tiny_encoder: Encoder) -> None:
    report = sync_folder(folder, store, lambda: tiny_encoder)
    assert sorted(report.added) == names(store) == ["boats.txt", "masts.md", "sub/rice.txt"]
    assert found(store, "green") == ["boats.txt"]


def test_the_second_time_nothing_is_touched_and_no_model_is_loaded(
    folder: Path, store: Store, tiny_encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "_FRESH", -SECOND)
    sync_folder(folder, store, lambda: tiny_encoder)
    revision = store.revision()

    def no_encoder() -> Encoder:
        raise AssertionError("nothing is to be encoded")

    monkeypatch.setattr(Store, "touch_document", no_encoder)
    report = sync_folder(folder, store, no_encoder)
    assert sorted(report.unchanged) == names(store)
    assert (report.added, report.changed, report.removed) == ([], [], [])
    assert store.revision() == revision


def test_only_what_changed_is_touched(folder: Path, store: Store, tiny_encoder: Encoder) -> None:
    sync_folder(folder, store, lambda: tiny_encoder)
    (folder / "boats.txt").write_text("Four boats patrol the river. They are blues")
    (folder / "sub" / "rice.txt").unlink()
    (folder / "new.txt").write_text("A new radio.")
    report = sync_folder(folder, store, lambda: tiny_encoder)
    assert (report.added, report.changed, report.removed) == (["new.txt"], ["boats.txt"], ["sub/rice.txt"])
    assert report.unchanged == ["masts.md"]
    assert found(store, "green") == []
    assert found(store, "minutes") == []
    assert found(store, "four") == ["boats.txt"]


def test_a_change_of_the_same_size_and_time_is_seen(folder: Path, store: Store, tiny_encoder: Encoder) -> None:
    before = (folder / "boats.txt").stat()
    sync_folder(folder, store, lambda: tiny_encoder)
    (folder / "boats.txt").write_text("Three boats patrol the river. They are white.")
    os.utime(folder / "boats.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert sync_folder(folder, store, lambda: tiny_encoder).changed == ["boats.txt"]


def test_a_change_of_the_same_size_with_a_time_set_back_is_seen(
    folder: Path, store: Store, tiny_encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "_FRESH", -SECOND)
    set_back(folder / "boats.txt")
    sync_folder(folder, store, lambda: tiny_encoder)
    (folder / "boats.txt").write_text("Three boats patrol the river. They are white.")
    set_back(folder / "boats.txt")
    assert sync_folder(folder, store, lambda: tiny_encoder).changed == ["boats.txt"]


def test_a_change_in_the_moment_of_indexing_is_seen_however_late(
    folder: Path, store: Store, tiny_encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = (folder / "boats.txt").stat()
    monkeypatch.setattr(time, "time_ns", lambda: status.st_ctime_ns)
    sync_folder(folder, store, lambda: tiny_encoder)
    (folder / "boats.txt").write_text("Three boats patrol the river. They are white.")
    given = Path.stat
    monkeypatch.setattr(Path, "stat", lambda path, **how: status if path.name == "boats.txt" else given(path, **how))
    monkeypatch.setattr(time, "time_ns", lambda: status.st_ctime_ns + 3600 * SECOND)
    assert sync_folder(folder, store, lambda: tiny_encoder).changed == ["boats.txt"]


def test_a_file_touched_but_not_changed_is_not_encoded(
    folder: Path, store: Store, tiny_encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "_FRESH", -SECOND)
    sync_folder(folder, store, lambda: tiny_encoder)
    set_back(folder / "boats.txt")
    report = sync_folder(folder, store, lambda: tiny_encoder)
    assert "boats.txt" in report.unchanged
    assert store.files()["boats.txt"].modified_ns == (folder / "boats.txt").stat().st_ctime_ns


def test_an_index_that_knows_only_times_of_modification_goes_on(
    folder: Path, store: Store, tiny_encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_folder(folder, store, lambda: tiny_encoder)
    for name, state in store.files().items():
        os.utime(folder / name, (1_000_000_000, 1_000_000_000))
        store.touch_document(name, state.size, 1_000_000_000 * SECOND)
    monkeypatch.setattr(sync, "_FRESH", -SECOND)
    for _ in range(2):
        assert sorted(sync_folder(folder, store, lambda: tiny_encoder).unchanged) == names(store)
        assert store.files()["masts.md"].modified_ns == (folder / "masts.md").stat().st_ctime_ns


def test_files_that_cannot_be_read_are_named_and_the_rest_is_indexed(folder: Path, store: Store, tiny_encoder: Encoder) -> None:
    (folder / "empty.txt").write_text("")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 and nothing more")
    report = sync_folder(folder, store, lambda: tiny_encoder)
    assert sorted(failure.name for failure in report.failures) == ["broken.docx", "empty.txt"]
    assert names(store) == ["boats.txt", "masts.md", "sub/rice.txt"]


def test_a_document_whose_file_broke_is_no_longer_cited(folder: Path, store: Store, tiny_encoder: Encoder) -> None:
    sync_folder(folder, store, lambda: tiny_encoder)
    (folder / "boats.txt").write_bytes(bytes(range(256)) * 8)
    report = sync_folder(folder, store, lambda: tiny_encoder)
    assert [failure.name for failure in report.failures] == ["boats.txt"]
    assert found(store, "green") == []


def test_a_document_whose_file_goes_away_during_the_sync_stays(folder: Path, store: Store, tiny_encoder: Encoder) -> None:
    sync_folder(folder, store, lambda: tiny_encoder)
    for name in ("boats.txt", "masts.md"):
        (folder / name).write_text("Nothing that was there before, and longer.")

    class Unmounting(_Stop):
        def begin(self, files: int, size: int) -> None:
            folder.rename(folder.with_name("away"))

    report = sync_folder(folder, store, lambda: tiny_encoder, Unmounting(9))
    assert (report.kept, len(report.failures)) == (["boats.txt", "masts.md"], 2)
    assert (report.changed, report.removed) == ([], [])
    assert found(store, "green") == ["boats.txt"]
    folder.with_name("away").rename(folder)
    assert sync_folder(folder, store, lambda: tiny_encoder).changed == ["boats.txt", "masts.md"]


def test_an_emptied_folder_does_not_empty_the_index_by_accident(folder: Path, store: Store, tiny_encoder: Encoder) -> None:
    sync_folder(folder, store, lambda: tiny_encoder)
    for file in [*folder.glob("*.*"), *folder.glob("sub/*")]:
        file.unlink()
    (folder / "photo.png").write_bytes(b"left behind")
    with pytest.raises(StoreError, match="--allow-empty"):
        sync_folder(folder, store, lambda: tiny_encoder)
    assert len(names(store)) == 3
    assert len(sync_folder(folder, store, lambda: tiny_encoder, allow_empty=True).removed) == 3
    assert names(store) == []


def test_a_missing_folder_is_an_error(tmp_path: Path, store: Store, tiny_encoder: Encoder) -> None:
    with pytest.raises(StoreError, match="There is no folder"):
        sync_folder(tmp_path / "nowhere", store, lambda: tiny_encoder)


def test_a_second_sync_at_the_same_time_is_told_so(folder: Path, tmp_path: Path, store: Store, tiny_encoder: Encoder) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom index.store import Store\n"
        f"store = Store.create_or_open(Path({str(tmp_path / 'index.sqlite')!r}), fingerprint={tiny_encoder.fingerprint!r},"
        f" dimensions=16, folder=Path({str(folder)!r}))\n"
        "with store.writing():\n    print('locked', flush=True)\n    sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "locked\n"
    with pytest.raises(StoreBusyError):
        sync_folder(folder, store, lambda: tiny_encoder)
    other.kill()
    other.communicate()
    assert len(sync_folder(folder, store, lambda: tiny_encoder).added) == 3


class _Stop:
    """Progress that interrupts after a number of finished files, as Ctrl-C would."""

    def __init__(self, files: int) -> None:
        self.left = files

    def begin(self, files: int, size: int) -> None:
        pass

    def advance(self, size: float, files: int = 0, chunks: int = 0) -> None:
        self.left -= files
        if self.left <= 0:
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("files", [0, 1, 2])
def test_an_interrupted_sync_keeps_what_it_did_and_the_next_goes_on(
    files: int, folder: Path, store: Store, tiny_encoder: Encoder
) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            sync_folder(folder, store, lambda: tiny_encoder, _Stop(files))
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(names(store)) == files
    report = sync_folder(folder, store, lambda: tiny_encoder)
    assert len(report.added) == 3 - files
    assert len(report.unchanged) == files
    assert names(store) == ["boats.txt", "masts.md", "sub/rice.txt"]


def test_an_index_inside_its_own_folder_is_no_document(folder: Path, tiny_encoder: Encoder) -> None:
    with Store.create_or_open(
        folder / "index.sqlite", fingerprint=tiny_encoder.fingerprint, dimensions=16, folder=folder
    ) as inside:
        beside = ["-wal", "-journal", ".lock", ".faiss", ".faiss.tmp", ".feedback.sqlite", ".feedback.sqlite-wal"]
        for ending in beside:
            (folder / f"index.sqlite{ending}").touch()
        assert sync_folder(folder, inside, lambda: tiny_encoder).failures == []
        assert len(names(inside)) == 3


def test_documents_whose_names_begin_like_that_of_the_index_are_read(folder: Path, tiny_encoder: Encoder) -> None:
    for name in ("index.html", "index-old.md", "index.faiss.md"):
        (folder / name).write_text("The old mill grinds rye.")
    with Store.create_or_open(folder / "index", fingerprint=tiny_encoder.fingerprint, dimensions=16, folder=folder) as inside:
        report = sync_folder(folder, inside, lambda: tiny_encoder)
        assert {"index.html", "index-old.md", "index.faiss.md"} <= set(report.added)
        assert report.failures == []
