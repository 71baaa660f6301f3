"""Files made in memory and read as documents, for the tests of loading."""

import datetime
import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index.datatypes import Document
from index.errors import DocumentError
from index.load import load_document

FOLDER = Path("nowhere")
FERRY = "The night ferry between the mainland and the islands leaves the north quay at a quarter past ten."


def load(name: str, data: bytes | str) -> Document:
    return load_document(FOLDER, name, data.encode() if isinstance(data, str) else data)


def saved(save: Callable[[Any], object]) -> bytes:
    """What a library's `save` writes into a file."""
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def failure(name: str, data: bytes | str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        load(name, data)
    assert caught.value.name == name
    assert caught.value.remedy
    return caught.value


@cache
def word_file() -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title = "Microsoft Word - harbour.docx"
    document.sections[0].header.paragraphs[0].text = "Printed in the harbour office"
    document.add_heading("Harbour handbook", 0)
    document.add_paragraph("The harbour opens at six. Boats longer than twelve metres need a pilot.")
    table = document.add_table(rows=0, cols=3)
    for row in (("Length", "Fee", "Valid"), ("up to 8 m", "12 crowns", "one night"), ("8 to 12 m", "18 crowns", "one night")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    merged = table.add_row().cells
    merged[0].merge(merged[2]).text = "Prices include water"
    document.add_paragraph("Fuel", style="List Bullet")
    document.add_paragraph("Ice", style="List Bullet")
    document.add_paragraph("Both are sold at the north quay.")
    return saved(document.save)


@cache
def slides_file() -> bytes:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    presentation = Presentation()
    slide: Any = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Plan for the season"
    slide.placeholders[1].text = "Paint the pier\nOrder new ropes"
    slide.notes_slide.notes_text_frame.text = "Thank the crew here."
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Traffic"
    box = slide.shapes.add_textbox(Inches(0.2), Inches(6.9), Inches(3), Inches(0.5))
    box.text_frame.text = "Counted at the lighthouse."
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for row, texts in enumerate((("Month", "Boats"), ("June", "260"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    chart = CategoryChartData()  # type: ignore[no-untyped-call]
    chart.categories = ["Northerners"]
    chart.add_series("Guests", (44.5,))  # type: ignore[no-untyped-call]
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(4), Inches(4), Inches(2), chart)
    return saved(presentation.save)


@cache
def workbook_file() -> bytes:
    import openpyxl  # type: ignore[import-untyped]

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Fees 2024"
    sheet.append(["Mooring fees, in crowns"])
    sheet.append([])
    sheet.append(["Boat", "Length", "Fee", "Paid on", "Share"])
    sheet.append(["Linnea", 11.5, 1234.5, datetime.date(2024, 5, 3), 0.125])
    sheet["C4"].number_format, sheet["E4"].number_format = "#,##0.00", "0.0%"
    crew = workbook.create_sheet("Crew")
    crew.append(["Name", "Born"])
    crew.append(["Ada", 1981])
    return saved(workbook.save)


def archive_file(**members: str | bytes) -> bytes:
    """A ZIP archive; two underscores in a name stand for a slash."""

    def write(buffer: io.BytesIO) -> None:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name.replace("__", "/"), content)

    return saved(write)


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf"/>'
    "</rootfiles></container>"
)


@cache
def book_file() -> bytes:
    chapter = (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>'
        "<body><h1>{}</h1><p>{}</p></body></html>"
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>The lighthouse keeper</dc:title><dc:date>2019-04-02</dc:date></metadata><manifest>"
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="two" href="text/part%202.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="one" href="text/part1.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/></spine></package>'
    )
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": package,
        "OPS/nav.xhtml": chapter.format("Contents", "Arrival, Storm"),
        "OPS/text/part1.xhtml": chapter.format("Arrival", "The keeper came by boat in <i>March</i>&#160;1901."),
        "OPS/text/part 2.xhtml": chapter.format("Storm", "The lamp went out at midnight."),
    }
    return archive_file(**members)


@cache
def pdf_file(pages: int = 4, password: str = "", owner: str = "") -> bytes:
    from fpdf import FPDF
    from pypdf import PdfReader, PdfWriter

    class Handbook(FPDF):
        def header(self) -> None:
            self.set_font("Helvetica", size=8)
            self.cell(0, 8, "Harbour handbook, third edition", align="C")
            self.ln(12)

        def footer(self) -> None:
            self.set_y(-15)
            self.cell(0, 8, f"Page {self.page_no()} of {pages}", align="C")

    pdf = Handbook()
    pdf.set_title("Harbour handbook")
    for number, vessel in zip(range(pages), ("ferry", "tug", "trawler", "yacht"), strict=False):
        pdf.add_page()
        pdf.set_font("Helvetica", "B", 16)
        pdf.multi_cell(0, 8, f"Part {number + 1}: the {vessel}", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Times", size=11)
        for day in ("Monday", "Friday"):
            text = (
                f"On {day} the harbour master inspects the {vessel} with a well-known engineer before departure, and he records "
                "the state of the lifeboats for the secu-\nrity officer of the well-\nknown company in a register."
            )
            pdf.multi_cell(0, 5, text, align="L", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(4)
    data = bytes(pdf.output())
    if password or owner:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
        writer.encrypt(password, owner or None, algorithm="AES-256")
        data = saved(writer.write)
    return data


def blank_pdf() -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return saved(writer.write)


def with_member(data: bytes, name: str, content: str | bytes) -> bytes:
    """A copy of an archive with one member replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {member: archive.read(member) for member in archive.namelist()}
    return archive_file(**{**members, name: content})


DAMAGED = {"a.docx": word_file, "a.pptx": slides_file, "a.xlsx": workbook_file, "a.epub": book_file, "a.pdf": pdf_file}
