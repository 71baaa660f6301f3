"""Documents changed while the server runs: whole or not at all, whatever comes and whenever it dies."""

import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.build import index_documents
from assistant.errors import DocumentExistsError
from assistant.manage import DocumentManager
from assistant.settings import Settings
from index.errors import DocumentError
from index.load import list_files
from index.store import Store

TEXT = b"# Opening hours\n\nThe library opens at nine in the morning."


@pytest.fixture
def settings(tmp_path: Path, tiny_model: Path) -> Settings:
    folder = tmp_path / "documents"
    (folder / "old").mkdir(parents=True)
    (folder / "first.txt").write_text("The first document tells of lighthouses.")
    (folder / "old" / "second.txt").write_text("The second document tells of ferries.")
    settings = Settings(documents=folder, index=tmp_path / "index.sqlite", model=str(tiny_model), largest_upload=1)
    index_documents(settings)
    return settings


@pytest.fixture
def manager(settings: Settings) -> Iterator[DocumentManager]:
    manager = DocumentManager(settings)
    yield manager
    manager.close()


def indexed(settings: Settings) -> dict[str, str]:
    """The texts in the index."""
    with Store.open(settings.index) as store:
        return {name: document.text for name in store.files() if (document := store.document(name))}


def files(settings: Settings) -> set[str]:
    """Everything in the folder, hidden or not."""
    return {path.relative_to(settings.documents).as_posix() for path in settings.documents.rglob("*") if path.is_file()}


def test_an_added_document_is_in_the_folder_and_the_index(settings: Settings, manager: DocumentManager) -> None:
    assert manager.add("hours.md", io.BytesIO(TEXT)) is False
    assert manager.wait(30)
    assert (settings.documents / "hours.md").read_bytes() == TEXT
    assert "opens at nine" in indexed(settings)["hours.md"]
    state = manager.state()
    assert (state.added, state.failures, state.error, state.share) == (("hours.md",), (), "", 1.0)
    assert state.finished_at


def test_nothing_is_overwritten_without_saying_so(settings: Settings, manager: DocumentManager) -> None:
    with pytest.raises(DocumentExistsError, match="take the other one's place"):
        manager.add("first.txt", io.BytesIO(b"Another text."))
    assert "lighthouses" in (settings.documents / "first.txt").read_text()
    assert manager.add("first.txt", io.BytesIO(b"Another text tells of canals."), overwrite=True) is True
    assert manager.wait(30)
    assert indexed(settings)["first.txt"] == "Another text tells of canals."
    assert files(settings) == {"first.txt", "old/second.txt"}


def test_a_link_is_replaced_and_never_written_through(settings: Settings, manager: DocumentManager, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Not to be touched.")
    (settings.documents / "link.txt").symlink_to(outside)
    with pytest.raises(DocumentExistsError):
        manager.add("link.txt", io.BytesIO(TEXT))
    manager.add("link.txt", io.BytesIO(TEXT), overwrite=True)
    assert outside.read_text() == "Not to be touched."
    assert (settings.documents / "link.txt").read_bytes() == TEXT


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../up.txt",
        "a/b.txt",
        "/etc/passwd.txt",
        "..\\up.txt",
        "C:\\up.txt",
        ".hidden.txt",
        "~$lock.docx",
        " space.txt",
        "nul\0.txt",
        "line\n.txt",
        "\u202etxt.fdp.txt",
        "a" * 300 + ".txt",
        "\udcff.txt",
    ],
)
def test_names_that_lead_elsewhere_hide_or_deceive_are_refused(settings: Settings, manager: DocumentManager, name: str) -> None:
    before = files(settings)
    with pytest.raises(DocumentError, match="Rename the file") as raised:
        manager.add(name, io.BytesIO(TEXT))
    str(raised.value).encode()
    assert files(settings) == before
    assert not (settings.documents.parent / "up.txt").exists()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("program.txt", b"\x7fELF" + bytes(2000), "Convert it|program"),
        ("picture.pdf", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        ("page.docx", b"no archive", "docx|Word"),
        ("empty.md", b"", "empty"),
        ("tool.exe", b"MZ", "are not read"),
        ("noending", TEXT, "no ending"),
        ("long.txt", b"word " * 250_000, "larger than 1 MB.*largest_upload"),
    ],
)
def test_what_is_no_document_is_refused_and_leaves_nothing(
    settings: Settings, manager: DocumentManager, name: str, content: bytes, told: str
) -> None:
    before = files(settings)
    with pytest.raises(DocumentError, match=told):
        manager.add(name, io.BytesIO(content))
    assert files(settings) == before


@pytest.mark.parametrize("name", ["می‌خواهم.txt", "Übersicht März.txt", "報告.txt", "a;b&c='d'.txt", "100%.txt", "-rf.txt"])
def test_honest_names_in_any_script_are_taken(settings: Settings, manager: DocumentManager, name: str) -> None:
    manager.add(name, io.BytesIO(TEXT))
    assert manager.wait(30)
    assert "opens at nine" in indexed(settings)[name]
    assert manager.remove(name)
    assert manager.wait(30)
    assert name not in indexed(settings)


def test_a_removed_document_is_gone_from_both(settings: Settings, manager: DocumentManager) -> None:
    assert manager.remove("old/second.txt")
    assert manager.wait(30)
    assert set(indexed(settings)) == {"first.txt"} == files(settings)
    assert manager.remove("first.txt"), "the last one too"
    assert manager.wait(30)
    assert indexed(settings) == {}
    assert manager.state().error == ""


def test_only_documents_of_the_folder_can_be_removed(settings: Settings, manager: DocumentManager, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Not to be touched.")
    (settings.documents / ".hidden.txt").write_text("Hidden.")
    for name in ("../outside.txt", str(outside), "old", ".", "", "old/../first.txt", ".hidden.txt", "no.txt"):
        assert not manager.remove(name), name
    assert outside.exists()
    assert files(settings) == {"first.txt", "old/second.txt", ".hidden.txt"}


def test_a_file_that_cannot_be_read_can_be_removed(settings: Settings, manager: DocumentManager) -> None:
    (settings.documents / "broken.pdf").write_bytes(b"no PDF")
    manager.index()
    assert manager.wait(30)
    assert [(one.name, bool(one.remedy)) for one in manager.state().failures] == [("broken.pdf", True)]
    assert manager.remove("broken.pdf")
    assert manager.wait(30)
    assert manager.state().failures == ()


def test_many_at_once_are_all_indexed_by_one_indexing_at_a_time(settings: Settings, manager: DocumentManager) -> None:
    def add(number: int) -> None:
        manager.add(f"{number}.txt", io.BytesIO(f"Document {number} tells of number {number}.".encode()))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert manager.wait(60)
    assert manager.state().error == "", "two indexings at once would be refused by the store"
    assert {f"{number}.txt" for number in range(8)} <= set(indexed(settings))


def test_what_keeps_it_from_indexing_is_told_and_nothing_is_lost(settings: Settings, manager: DocumentManager) -> None:
    with Store.open(settings.index) as other, other.writing():
        manager.add("hours.md", io.BytesIO(TEXT))
        assert manager.wait(30)
        assert manager.state().error
    assert "hours.md" not in indexed(settings)
    manager.index()
    assert manager.wait(30)
    assert manager.state().error == ""
    assert "hours.md" in indexed(settings)


KILLED = """
import os, sys
from pathlib import Path
from assistant.manage import DocumentManager
from assistant.settings import Settings

class Dying:
    pieces = [b"The first half of "]
    def read(self, size):
        return self.pieces.pop() if self.pieces else os._exit(9)

settings = Settings(documents=Path(sys.argv[1]), index=Path(sys.argv[2]), model=sys.argv[3])
DocumentManager(settings).add(sys.argv[4], Dying(), overwrite=True)
"""


@pytest.mark.parametrize("name", ["first.txt", "new.txt"])
def test_an_upload_that_is_killed_half_way_leaves_the_folder_as_it_was(settings: Settings, name: str) -> None:
    arguments = [str(settings.documents), str(settings.index), settings.model, name]
    killed = subprocess.run([sys.executable, "-c", KILLED, *arguments], cwd=Path(__file__).parent.parent, check=False)
    assert killed.returncode == 9
    assert list_files(settings.documents) == (["first.txt", "old/second.txt"], []), "the unfinished one is no document"
    assert "lighthouses" in (settings.documents / "first.txt").read_text()
    assert index_documents(settings).unchanged == ["first.txt", "old/second.txt"]


def test_leftovers_of_killed_uploads_are_cleared_away_in_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.documents / ".quoth-upload-00.part").write_text("half of")
    DocumentManager(settings).close()
    assert ".quoth-upload-00.part" in files(settings), "it may be another server's, under way"
    monkeypatch.setattr("assistant.manage._STALE", -1)
    DocumentManager(settings).close()
    assert ".quoth-upload-00.part" not in files(settings)


def test_a_folder_that_cannot_be_written_is_told(settings: Settings) -> None:
    manager = DocumentManager(replace(settings, documents=settings.documents / "gone"))
    with pytest.raises(DocumentError, match=r"cannot be written.*upload it again"):
        manager.add("hours.md", io.BytesIO(TEXT))
    manager.close()
