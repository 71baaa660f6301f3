"""Which files of a folder are listed and read: links, odd names, what is forbidden, and what is too large."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.errors import DocumentError
from index.load import SUFFIXES, list_files, load_document, read_bytes


def test_list_files(tmp_path: Path) -> None:
    hidden = (".git/x.txt", "sub/.hidden.md", "~$b.docx", "Thumbs.db")
    for name in ("b.TXT", "sub/ليل.md", "sub/deep/c d.pdf", "photo.png", "LICENSE", *hidden):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    names, errors = list_files(tmp_path)
    assert names == ["b.TXT", "sub/deep/c d.pdf", "sub/ليل.md"]
    assert [error.name for error in errors] == ["LICENSE", "photo.png"]
    assert "no ending" in errors[0].reason
    assert "OCR" in errors[1].remedy
    assert all(suffix in error.remedy for error in errors for suffix in SUFFIXES)


def test_links(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (folder / "a.txt").write_text("a")
    (folder / "link.txt").symlink_to("a.txt")
    (folder / "sub" / "loop").symlink_to("..")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "secret.txt").symlink_to(outside / "secret.txt")
    (folder / "others").symlink_to(outside)
    (folder / "gone.txt").symlink_to("nothing.txt")
    names, errors = list_files(folder)
    assert names == ["a.txt", "link.txt"]
    assert [error.name for error in errors] == ["gone.txt", "others", "secret.txt", "self.txt"]
    assert "outside the folder" in errors[1].reason
    assert "outside the folder" in errors[2].reason
    assert read_bytes(folder, "link.txt") == b"a"
    for name in ("secret.txt", "others/secret.txt", "../outside/secret.txt", str(outside / "secret.txt")):
        with pytest.raises(DocumentError, match="outside the folder"):
            read_bytes(folder, name)


def test_linked_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("a")
    (tmp_path / "link").symlink_to("real")
    assert list_files(tmp_path / "link") == (["a.txt"], [])
    assert read_bytes(tmp_path / "link", "a.txt") == b"a"


def test_special_files_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    listed: list[tuple[list[str], list[DocumentError]]] = []
    refused: list[DocumentError] = []

    def read() -> None:
        listed.append(list_files(tmp_path))
        try:
            read_bytes(tmp_path, "pipe.txt")
        except DocumentError as error:
            refused.append(error)

    reading = threading.Thread(target=read, daemon=True)  # so that a reader that hangs fails this test and holds up no other
    reading.start()
    reading.join(60)
    assert not reading.is_alive(), "waits for somebody to write into the pipe"
    ((names, errors),) = listed
    assert names == []
    assert "pipe" in errors[0].reason
    assert ["not a file" in error.reason for error in refused] == [True]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    names, errors = list_files(tmp_path)
    assert names == []
    assert errors[0].name == "caf\\udce9.txt"
    assert "Rename" in str(errors[0])
    with pytest.raises(DocumentError, match="not valid UTF-8"):
        load_document(tmp_path, os.fsdecode(b"caf\xe9.txt"))


@pytest.mark.parametrize("name", ["missing.txt", "sub", "nul\0.txt", "a.txt/b.txt", "x" * 300 + ".txt"])
def test_unreadable(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DocumentError) as caught:
        read_bytes(tmp_path, name)
    assert caught.value.name == name
    assert caught.value.remedy


def test_missing_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    for folder in (tmp_path / "missing", tmp_path / "a.txt"):
        with pytest.raises(DocumentError, match=folder.name):
            list_files(folder)


@contextmanager
def _ordinary_user() -> Iterator[None]:
    """Root may read everything, so where the tests run as root, they give that up for a moment."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_forbidden_files_and_folders() -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        (folder / "a.txt").write_text("x")
        (folder / "shut").mkdir()
        (folder / "a.txt").chmod(0)
        (folder / "shut").chmod(0)
        with _ordinary_user():
            names, errors = list_files(folder)
            with pytest.raises(DocumentError, match="Permission denied"):
                read_bytes(folder, "a.txt")
        (folder / "shut").chmod(0o700)
    assert (names, [error.name for error in errors]) == (["a.txt"], ["shut"])


def test_size_limit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 2_000_000)
    assert len(read_bytes(tmp_path, "a.txt", limit=2_000_000)) == 2_000_000
    with pytest.raises(DocumentError, match="larger than 1 MB") as caught:
        read_bytes(tmp_path, "a.txt", limit=1_000_000)
    assert "Split" in caught.value.remedy
