"""PDF files: paragraphs without headers, footers and broken words, in logical order, whatever is locked or damaged."""

import io
from pathlib import Path

import pytest

from index.loaders.pdf import read_pdf
from tests.loading import load, pdf_file, saved

FILES = Path(__file__).parent / "files"


def test_pdf() -> None:
    document = load("handbook.pdf", pdf_file())
    assert document.title == "Harbour handbook"
    paragraphs = document.text.split("\n\n")
    assert paragraphs[:3] == [
        "Part 1: the ferry",
        "On Monday the harbour master inspects the ferry with a well-known engineer before departure, and he records the state "
        "of the lifeboats for the security officer of the well-known company in a register.",
        "On Friday the harbour master inspects the ferry with a well-known engineer before departure, and he records the state "
        "of the lifeboats for the security officer of the well-known company in a register.",
    ]
    assert len(paragraphs) == 12
    assert "third edition" not in document.text
    assert "Page" not in document.text


def test_arabic_pdf_is_in_logical_order() -> None:
    document = load("ferry_guide.pdf", (FILES / "arabic.pdf").read_bytes())
    assert document.language == "ar"
    assert document.title == "دليل العبّارة"
    assert "تغادر العبّارة الرصيف الشمالي في الساعة 6:30 صباحًا كل يوم" in document.text
    assert "ويبلغ سعر التذكرة 12.50 درهمًا للبالغين." in document.text
    assert "بمكتب الميناء (Harbour Office) قبل ساعتين من موعد المغادرة." in document.text


def test_pdf_encrypted_against_changes_only_is_read() -> None:
    assert "harbour master" in load("locked.pdf", pdf_file(1, owner="secret")).text


def test_pdf_with_one_damaged_page_keeps_the_others(caplog: pytest.LogCaptureFixture) -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, StreamObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_file())))
    broken = StreamObject()
    broken.set_data(b"BT (never closed")
    writer.pages[1][NameObject("/Contents")] = writer._add_object(broken)
    text = read_pdf("broken.pdf", saved(writer.write)).text
    assert "the ferry" in text
    assert "the yacht" in text
    assert "page 2 of 4" in caplog.text
