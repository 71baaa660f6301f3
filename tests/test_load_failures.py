"""Files that cannot be read fail with the reason and a remedy: empty, damaged, misnamed, locked or made to harm."""

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.load import SUFFIXES
from tests.loading import (
    DAMAGED,
    archive_file,
    blank_pdf,
    failure,
    load,
    pdf_file,
    slides_file,
    with_member,
    word_file,
    workbook_file,
)

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 30
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "make", "reason", "remedy"),
    [
        ("a.txt", lambda: b"", "empty (0 bytes)", "remove"),
        ("a.pdf", lambda: b"", "empty (0 bytes)", "remove"),
        ("a.txt", lambda: b" \n\t\r\n", "holds no text", "right file"),
        ("a.md", lambda: b"---\ntitle: x\n---\n", "holds no text", "right file"),
        ("a.html", lambda: b"<p> </p>", "holds no text", "right file"),
        ("a.csv", lambda: b",,\n,,\n", "holds no text", "right file"),
        ("a.json", lambda: b" ", "holds no text", "right file"),
        ("a.txt", lambda: bytes(range(256)) * 20, "binary data", "real format"),
        ("a.txt", lambda: b"text\0\0\0\x01\x02 text", "binary data", "real format"),
        ("a.txt", lambda: PNG, "looks like a PNG image", "Convert"),
        ("a.md", pdf_file, "looks like a PDF", "ending .pdf"),
        ("a.docx", pdf_file, "not a Word document but looks like a PDF", "ending .pdf"),
        ("a.pdf", word_file, "not a PDF but looks like a Word document", "ending .docx"),
        ("a.xlsx", word_file, "looks like a Word document", "ending .docx"),
        ("a.epub", slides_file, "looks like a PowerPoint presentation", "ending .pptx"),
        ("a.txt", workbook_file, "looks like an Excel workbook", "ending .xlsx"),
        ("a.docx", lambda: OLD_OFFICE, "format before 2007", "Convert"),
        (
            "a.docx",
            lambda: OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"),
            "encrypted with a password",
            "without the password",
        ),
        ("a.docx", lambda: archive_file(x="y"), "cannot be opened as a Word document", "save it again"),
        ("a.docx", lambda: archive_file(mimetype="application/vnd.oasis.opendocument.text"), "OpenDocument", "Convert"),
        ("a.docx", lambda: b"Just some text.", "cannot be opened as a Word document", "save it again"),
        ("a.pdf", lambda: b"Just some text.", "not a PDF", "save it again"),
        ("a.pdf", lambda: pdf_file(1, password="secret"), "encrypted with a password", "without the password"),
        ("a.pdf", blank_pdf, "no text; its pages are pictures", "OCR"),
        ("a.pdf", lambda: b"%PDF-1.7\n" + b"junk" * 50, "damaged", "new PDF"),
        ("a.zip", lambda: b"PK", "Files ending in .zip are not read", ".docx"),
        ("a.doc", lambda: OLD_OFFICE, "Files ending in .doc are not read", "Save it as .docx"),
        ("Makefile", lambda: b"all:", "no ending", ".docx"),
    ],
)
def test_failures(name: str, make: Callable[[], bytes], reason: str, remedy: str) -> None:
    error = failure(name, make())
    assert reason in error.reason
    assert remedy in error.remedy
    assert str(error) == f"{name}: {error.reason} {error.remedy}"


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx", ".epub"])
def test_archive_bomb(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.loaders.sniff.MAX_UNPACKED", 2_000_000)
    data = with_member(DAMAGED[f"a{suffix}"](), "media/padding.bin", b"\0" * 3_000_000)
    assert len(data) < 100_000
    error = failure(f"bomb{suffix}", data)
    assert "would unpack to" in error.reason
    assert "split it" in error.remedy


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><x>&i;</x>"
)


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("a.docx", "word/document.xml"),
        ("a.pptx", "ppt/presentation.xml"),
        ("a.xlsx", "xl/workbook.xml"),
        ("a.epub", "OPS/book.opf"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bomb(name: str, member: str, encoding: str) -> None:
    error = failure(name, with_member(DAMAGED[name](), member, LAUGHS.encode(encoding)))
    assert "defines XML entities" in error.reason


def test_entities_in_a_page_are_not_expanded() -> None:
    document = load("a.xhtml", LAUGHS.replace("<x>", "<html><body><p>Laughs: ").replace("</x>", "</p></body></html>"))
    assert len(document.text) < 1000


@pytest.mark.parametrize("name", DAMAGED)
def test_truncated_files_fail_cleanly(name: str) -> None:
    data = DAMAGED[name]()
    generator = random.Random(name)
    for _ in range(12):
        cut = data[: generator.randrange(1, len(data))]
        flipped = bytearray(data)
        for place in generator.sample(range(len(data)), 30):
            flipped[place] = generator.randrange(256)
        for damaged in (cut, bytes(flipped)):
            with suppress(DocumentError):
                load(name, damaged)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@settings(max_examples=30)
@given(data=st.binary(max_size=300))
def test_any_bytes_fail_cleanly(suffix: str, data: bytes) -> None:
    for start in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xff\xfe", b"<html>", b"{"):
        with suppress(DocumentError):
            assert load(f"any{suffix}", start + data).text.strip()
