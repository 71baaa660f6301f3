"""Loading: every format and every way in which a file can fail, with files made by the real libraries."""

import datetime
import hashlib
import io
import os
import random
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.load import SUFFIXES, detect_language, is_right_to_left, list_files, load_document, normalise, read_bytes
from index.loaders.pdf import read_pdf
from index.loaders.tables import MAX_CELLS, _cell_text
from tests.loading import load, saved

FILES = Path(__file__).parent / "files"
FERRY = "The night ferry between the mainland and the islands leaves the north quay at a quarter past ten."


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


PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Ferry | Harbour News</title>
<meta property="og:title" content="The night ferry returns">
<meta property="article:published_time" content="2024-03-09T08:00:00Z">
<script>track("visitor");</script></head><body>
<div class="cookie-banner"><p>We use cookies to improve your experience.</p><button>Accept all</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/weather">Weather</a></li></ul></nav></header>
<main><article><h1>The night ferry returns</h1>
<p>After eleven years {FERRY[0].lower()}{FERRY[1:]} The <a href="/l">Linnea</a> carried 212 passengers on her first night.</p>
<h2>Tickets</h2><p>A single ticket costs 14 crowns, and children under six travel free of charge.</p>
<table><tr><th>Route</th><th>Price</th></tr><tr><td>North quay</td><td>4.20</td></tr>
<tr><td>Lighthouse</td><td>6.50</td></tr></table>
<ul><li>Bicycles travel on the lower deck.</li><li>Dogs need a lead.</li></ul>
<ol><li>Buy a ticket.</li>
<li><p>Wait on the quay.</p><p>Not on the stairs.</p></li><li>Walk aboard.<ul><li>With care.</li></ul></li></ol>
<div class="newsletter-box"><h3>Subscribe to our newsletter</h3><p>The best stories in your inbox.</p><input type="email"></div>
<p>The company plans a second ship for the summer, provided that the council agrees to widen the quay.</p>
</article><aside><h3>Related stories</h3><a href="/f">Fish market moves</a></aside></main>
<footer><p>Copyright 2021 Harbour News. Privacy policy.</p></footer></body></html>"""

MARKDOWN = """---
title: "Keeping a logbook"
date: 2023-11-05
---
# Logbook

Write **every** entry the *same* day, see [the rules](https://rules.example/all)
and ![a lamp](lamp.png).

- wind and `sea`
- fuel
  1. nested

| Field | Meaning | Unit |
|-------|---------|------|
| Wind | its **force** | Beaufort |

```
speed = 4 * knots
```

Line one\\
line two &amp; three.<!-- not this -->
"""


def test_word() -> None:
    document = load("handbook.docx", word_file())
    assert document.title == "Harbour handbook"
    assert (document.language, document.date) == ("en", "")
    assert document.text == (
        "Harbour handbook\n\nThe harbour opens at six. Boats longer than twelve metres need a pilot.\n\n"
        "Length: up to 8 m; Fee: 12 crowns; Valid: one night\nLength: 8 to 12 m; Fee: 18 crowns; Valid: one night\n"
        "Prices include water\n\n- Fuel\n- Ice\n\nBoth are sold at the north quay."
    )


def test_word_parts_that_python_docx_skips() -> None:
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a content control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>Kept </w:t></w:r><w:ins><w:r><w:t>and inserted</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>and deleted</w:delText></w:r></w:del><w:r><w:br/><w:t>text.</w:t></w:r>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
        "</w:body></w:document>"
    )
    data = with_member(word_file(), "word/document.xml", body)
    assert load("parts.docx", data).text == "In a content control.\n\nKept and inserted\ntext.\n\nIn a box."


def test_word_notes_follow_the_text() -> None:
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:type="separator"><w:p><w:r><w:t>line</w:t></w:r></w:p></w:footnote>'
        "<w:footnote><w:p><w:r><w:t>A note at the foot.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    relation = (
        '<Relationship Id="rId99" Target="footnotes.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    with zipfile.ZipFile(io.BytesIO(word_file())) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode().replace("</Relationships>", relation)
    data = with_member(with_member(word_file(), "word/footnotes.xml", notes), "word/_rels/document.xml.rels", relations)
    assert load("notes.docx", data).text.endswith("Both are sold at the north quay.\n\nA note at the foot.")


def with_member(data: bytes, name: str, content: str | bytes) -> bytes:
    """A copy of an archive with one member replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {member: archive.read(member) for member in archive.namelist()}
    return archive_file(**{**members, name: content})


def test_presentation() -> None:
    document = load("plan.pptx", slides_file())
    assert document.title == "Plan for the season"
    assert document.text.split("\n\n") == [
        "Plan for the season", "Paint the pier\nOrder new ropes", "Thank the crew here.",
        "Traffic", "Month: June; Boats: 260", "Northerners; Guests: 44.5", "Counted at the lighthouse.",
    ]  # fmt: skip


def test_workbook() -> None:
    document = load("mooring-fees_2024.xlsx", workbook_file())
    assert document.title == "mooring fees 2024"
    assert document.text == (
        "Fees 2024\n\nMooring fees, in crowns\n\nBoat: Linnea; Length: 11.5; Fee: 1,234.50; Paid on: 2024-05-03; Share: 12.5%\n\n"
        "Crew\n\nName: Ada; Born: 1981"
    )


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (1234.5, "General", "1234.5"),
        (7, "General", "7"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0.0725, "0.0%", "7.2%"),
        (3.14159, "0.00", "3.14"),
        (12, "0", "12"),
        (1200, '"$"#,##0.00', "$1,200.00"),
        (1200, "#,##0 [$€-407]", "1,200 €"),
        (-5, "[$£-809]0.00;[Red]-0.00", "£-5.00"),
        (True, "General", "True"),
        (datetime.time(9, 30), "hh:mm", "09:30"),
        (datetime.datetime(2024, 6, 1, 14, 30), "General", "2024-06-01 14:30"),
    ],
)
def test_values_are_shown_as_in_the_sheet(value: object, number_format: str, shown: str) -> None:
    assert _cell_text(value, number_format) == shown


def test_workbook_with_a_cell_in_the_far_corner() -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active["A1"], workbook.active["XFD1048576"] = "near", "far"
    assert load("far.xlsx", saved(workbook.save)).text == "Sheet\n\nnear\n\nfar"


def test_workbook_with_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_CELLS > 1_000_000
    monkeypatch.setattr("index.loaders.tables.MAX_CELLS", 5)
    assert "more than 5 cells" in failure("many.xlsx", workbook_file()).reason


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", 'Name,Home\nAda,"Quay 1, north"\nBo,\n', "Name: Ada; Home: Quay 1, north\nBo"),
        ("a.csv", "Name;Age;Town\nAda;36;Ny\n", "Name: Ada; Age: 36; Town: Ny"),
        ("a.tsv", "name\tscore\nAda\t3\n", "name: Ada; score: 3"),
        ("a.csv", "1,2\n3,4\n", "1: 2\n3: 4"),
        ("a.csv", "just one column\nof text\n", "just one column\nof text"),
        ("a.csv", 'Name,Note\nAda,"two\nlines"\n', "Name: Ada; Note: two lines"),
    ],
)
def test_csv(name: str, text: str, expected: str) -> None:
    assert load(name, text).text == expected


def test_csv_with_open_quotation_mark() -> None:
    error = failure("open.csv", 'a,b\n1,"' + "x" * 200_000)
    assert "quotation mark" in error.reason
    assert "spreadsheet" in error.remedy


def test_book() -> None:
    document = load("keeper.epub", book_file())
    assert (document.title, document.date, document.language) == ("The lighthouse keeper", "2019-04-02", "en")
    assert document.text == ("Arrival\n\nThe keeper came by boat in March 1901.\n\nStorm\n\nThe lamp went out at midnight.")


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


def test_a_pages_title_names_whose_page_it_is() -> None:
    page = PAGE.replace("Ferry | Harbour News", "The night ferry returns – Harbour News")
    assert load("ferry.html", page).title == "The night ferry returns – Harbour News"


def test_page() -> None:
    document = load("ferry.html", PAGE)
    assert (document.title, document.date, document.language) == ("The night ferry returns", "2024-03-09", "en")
    for wanted in (
        "leaves the north quay at a quarter past ten. The Linnea carried 212 passengers",
        "\n\nTickets\n\n",
        "Route: North quay; Price: 4.20\nRoute: Lighthouse; Price: 6.50",
        "- Bicycles travel on the lower deck.\n- Dogs need a lead.",
        "- Buy a ticket.\n- Wait on the quay.\n\nNot on the stairs.\n\n- Walk aboard.\n  - With care.",
        "The company plans a second ship",
    ):
        assert wanted in document.text
    for furniture in ("cookies", "Weather", "newsletter", "inbox", "Related", "Fish market", "Copyright", "track"):
        assert furniture not in document.text


def test_short_page_is_read_without_its_menu() -> None:
    page = (
        "<html><head><title>Hours</title></head><body><nav><a href='/'>Home</a></nav><h1>Opening hours</h1>"
        "<dl><dt>Monday</dt><dd>9 to 17</dd></dl><p>Quay 1<br>Northport</p><footer>Copyright 2020</footer></body></html>"
    )
    document = load("hours.htm", page)
    assert document.text == "Opening hours\n\nMonday: 9 to 17\n\nQuay 1\nNorthport"
    assert document.date == ""


def test_page_without_an_end_to_its_tags() -> None:
    assert load("deep.html", "<span>" * 2000 + FERRY).text == FERRY


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-8", "utf-16"])
def test_page_in_declared_encoding(encoding: str) -> None:
    page = f"<html><head><meta charset={encoding}><title>x</title></head><body><p>{PARAGRAPHS['cp1256']}</p></body></html>"
    assert load("page.html", page.encode(encoding)).text == PARAGRAPHS["cp1256"]


def test_markdown() -> None:
    document = load("logbook.md", MARKDOWN)
    assert (document.title, document.date) == ("Keeping a logbook", "2023-11-05")
    assert document.text == (
        "Logbook\n\nWrite every entry the same day, see the rules and a lamp.\n\n- wind and sea\n- fuel\n  1. nested\n\n"
        "Field: Wind; Meaning: its force; Unit: Beaufort\n\nspeed = 4 * knots\n\nLine one\nline two & three."
    )


def test_json() -> None:
    boats = '[{"name": "Linnea", "length": 11.50, "tags": ["red", "old"]}, {"name": 1}]'
    text = f'{{"title": "Fleet", "date": "2024-02-03", "boats": {boats}}}'
    document = load("fleet.json", text)
    assert (document.title, document.date) == ("Fleet", "2024-02-03")
    assert document.text == (
        "title: Fleet\ndate: 2024-02-03\n\n"
        "boats[1].name: Linnea\nboats[1].length: 11.50\nboats[1].tags: red, old\n\nboats[2].name: 1"
    )


@pytest.mark.parametrize("name", ["log.jsonl", "log.json"])
def test_json_lines(name: str) -> None:
    assert load(name, '{"q": "why", "ok": true}\n\n{"q": "how", "note": null}\n').text == "q: why\nok: true\n\nq: how"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1,\n "b": }', "line 2, column 7"),
        ("[" * 500 + "]" * 500, "nested more than 100 levels"),
        ("[" * 100_000, "nested more than 100 levels"),
    ],
)
def test_broken_json(text: str, reason: str) -> None:
    assert reason in failure("broken.json", text).reason


def test_broken_json_lines() -> None:
    assert "line 3, column 6" in failure("broken.jsonl", '{"a": 1}\n\n{"a" 2}').reason


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.txt", "Rules of the dock\n\nNobody swims here.", "Rules of the dock"),
        ("dock-rules_v2.txt", "Nobody swims here, and nobody fishes.\n\nMore.", "dock rules v2"),
        ("wrapped.txt", "Nobody may swim in the dock at any time of the day or\nthe night, and nobody may fish.", "wrapped"),
        ("a.md", "Intro.\n\n## The *second* level\n\nText.", "The second level"),
        ("a.html", "<title>Untitled</title><p>Swimming</p><p>Nobody swims here.</p>", "Swimming"),
    ],
)
def test_title(name: str, text: str, title: str) -> None:
    assert load(name, text).title == title


def test_document_fields() -> None:
    data = b"\xef\xbb\xbf\r\nCafe\xcc\x81 by the quay\r\n"
    document = load("notes/a.txt", data)
    assert document.name == "notes/a.txt"
    assert document.text == "Café by the quay"
    assert document.content_hash == hashlib.sha256(data).hexdigest()


PARAGRAPHS = {
    "cp1256": "تغادر العبّارة الليلية الرصيف الشمالي في الساعة العاشرة والربع، وعلى الركاب الذين يحملون الدراجات الوصول باكرا.",
    "cp1252": "Le ferry de nuit quitte le quai nord à dix heures et quart ; les passagers à vélo arrivent bien plus tôt.",
    "shift_jis": "夜のフェリーは十時十五分に北の埠頭を出ます。自転車をお持ちの方は三十分前までにお越しください。",
    "gb18030": "夜间渡轮于十点一刻离开北码头。携带自行车的乘客必须提前半小时到达，并在售票处登记。",
    "koi8-r": "Ночной паром отходит от северного причала в четверть одиннадцатого, а пассажиры с велосипедами приходят раньше.",
    "utf-8": "Το νυχτερινό πλοίο φεύγει στις δέκα — naïve café, 夜, ليل.",
    "utf-8-sig": "Nächtliche Fähre",
    "utf-16": "Nächtliche Fähre, 夜のフェリー",
}


@pytest.mark.parametrize("encoding", PARAGRAPHS)
def test_encoding(encoding: str) -> None:
    assert load("ferry.txt", PARAGRAPHS[encoding].encode(encoding)).text == PARAGRAPHS[encoding]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark(encoding: str) -> None:
    assert load("ferry.txt", FERRY.encode(encoding)).text == FERRY
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b"\xfe\xff"
    assert load("ferry.txt", mark + PARAGRAPHS["cp1256"].encode(encoding)).text == PARAGRAPHS["cp1256"]


def test_damaged_utf8_stays_utf8() -> None:
    data = PARAGRAPHS["koi8-r"].encode()
    assert load("cut.txt", data[:-2]).text == PARAGRAPHS["koi8-r"][:-2] + "\ufffd"


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_normalise(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)
    assert "\n\n\n" not in normal
    assert not any(character in normal for character in "\0\r\ufeff\x1f\x0c")
    assert all(line == line.rstrip() for line in normal.split("\n"))
    normal.encode()


def test_normalise_changes_nothing_else() -> None:
    text = "“Quoted” \u200f(ليل)\u200e – it’s  two spaces,\tа tab\xa0and a\u00adhyphen…\n\n\tindented"
    assert normalise(text) == text


DAMAGED = {"a.docx": word_file, "a.pptx": slides_file, "a.xlsx": workbook_file, "a.epub": book_file, "a.pdf": pdf_file}
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
@settings(deadline=None, max_examples=30)
@given(data=st.binary(max_size=300))
def test_any_bytes_fail_cleanly(suffix: str, data: bytes) -> None:
    for start in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xff\xfe", b"<html>", b"{"):
        with suppress(DocumentError):
            assert load(f"any{suffix}", start + data).text.strip()


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
    names, errors = list_files(tmp_path)
    assert names == []
    assert "pipe" in errors[0].reason
    with pytest.raises(DocumentError, match="not a file"):
        read_bytes(tmp_path, "pipe.txt")


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


QUESTIONS = {
    "ar": "متى تغادر آخر عبّارة؟",
    "de": "Wann fährt die letzte Fähre?",
    "el": "Πότε φεύγει το τελευταίο πλοίο;",
    "en": "When does the last ferry leave?",
    "es": "¿Cuándo sale el último barco?",
    "fa": "آخرین کشتی چه زمانی حرکت می‌کند؟",
    "fr": "Quand part le dernier ferry ?",
    "he": "מתי יוצאת המעבורת האחרונה?",
    "hi": "आखिरी नाव कब निकलती है?",
    "hu": "Mikor indul az utolsó komp?",
    "it": "Quando parte l’ultimo traghetto?",
    "ja": "最終フェリーは何時ですか",
    "ko": "마지막 배는 언제 떠나나요?",
    "nl": "Wanneer vertrekt de laatste veerboot?",
    "pl": "Kiedy odpływa ostatni prom?",
    "pt": "Quando parte o último barco?",
    "ru": "Когда отходит последний паром?",
    "sw": "Kivuko cha mwisho kinaondoka saa ngapi?",
    "th": "เรือเฟอร์รี่เที่ยวสุดท้ายออกกี่โมง",
    "tr": "Son feribot ne zaman kalkıyor?",
    "uk": "Коли відпливає останній пором?",
    "ur": "آخری کشتی کب روانہ ہوتی ہے؟",
    "vi": "Chuyến phà cuối cùng rời bến lúc mấy giờ?",
    "zh": "最后一班渡轮几点开？",
}


@pytest.mark.parametrize("language", QUESTIONS)
def test_language(language: str) -> None:
    assert detect_language(QUESTIONS[language]) == language
    assert detect_language(QUESTIONS[language] * 500) == language


@pytest.mark.parametrize("text", ["", "12345 67.8", "\n", "?!", "😀 →", "Linnea"])
def test_language_that_cannot_be_told(text: str) -> None:
    assert detect_language(text) == "und"
    assert detect_language(text, default="fr") == "fr"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ποτέ", "el"),
        ("夜", "zh"),
        ("What does the word λόγος mean in this chapter?", "en"),
        ("Что такое Harbour Office?", "ru"),
        ("ما هو الـ Harbour Office؟", "ar"),
    ],
)
def test_language_by_script(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_direction() -> None:
    assert all(map(is_right_to_left, ("ar", "fa", "he", "ur")))
    assert not any(map(is_right_to_left, ("en", "und", "zh", "")))
