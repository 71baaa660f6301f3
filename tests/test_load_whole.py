"""What a file holds is not lost on the way to its text, in odd encodings, archives, tables and pages."""

import io
import zipfile
from typing import Any

import pytest

from index.errors import DocumentError
from tests.loading import archive_file, load, saved


def text_of(name: str, data: bytes | str) -> str:
    return load(name, data).text


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        ("cp932", "港の事務所は午前六時に開きます。船の料金は十二クローネです。"),
        ("gb18030", "港口办公室早上六点开门。船的费用是十二克朗。"),
        ("cp949", "항구 사무소는 여섯 시에 문을 엽니다. 배의 요금은 십이 크로나입니다."),
    ],
)
def test_long_texts_in_east_asian_encodings_are_read_wherever_a_sample_of_them_ends(
    encoding: str, sentence: str, before: int
) -> None:
    text = "x" * before + f"{sentence * 40}\n" * (80_000 // len(sentence.encode(encoding)) // 40) + sentence
    assert text_of("harbour.txt", text.encode(encoding)) == text


@pytest.mark.parametrize("declared", ["", '<meta charset="windows-1252">'])
def test_letters_that_come_late_are_read_in_their_encoding(declared: str) -> None:
    late = "Der Müller trägt die Säcke über die Brücke."
    if declared:
        page = f"<html><head>{declared}<style>{'a { color: red } ' * 5000}</style></head><body><p>{late}</p></body></html>"
        assert late in text_of("mill.html", page.encode("cp1252"))
    else:
        assert text_of("mill.txt", ("All the miller's bags. " * 3500 + late).encode("cp1252")).endswith(late)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "---\n\nWelcome to the harbour.\n\n---\n\n# Fees\n\nTwelve crowns.",
            "Welcome to the harbour.\n\nFees\n\nTwelve crowns.",
        ),
        ("---\n# Title slide\n\nAda Holm\n\n---\n\n# Fees\n", "Title slide\n\nAda Holm\n\nFees"),
        ("---\ntitle: Fees\n---\nTwelve crowns.", "Twelve crowns."),
        ("---\n# of 2024\n\ntitle: Fees\ntags:\n- a\n  - b\n---\nTwelve crowns.", "Twelve crowns."),
        ("---\n\nNote: bring your keys.\n\n---\n\nThanks.", "Note: bring your keys.\n\nThanks."),
        ("---\nNote: bring your keys.\nThe office is closed.\n---\nThanks.", None),
        ("---\n[Home] is where the keys are.\n---\nThanks.", None),
        ("---\nhttps://quay.example is the address.\n---\nThanks.", None),
        ('+++\n[extra]\nkind = "a"\n+++\nTwelve crowns.', "Twelve crowns."),
        ("---\n---\nTwelve crowns.", "Twelve crowns."),
    ],
)
def test_only_metadata_are_front_matter(text: str, expected: str | None) -> None:
    found = text_of("fees.md", text)
    if expected is None:  # whatever Markdown makes of it, nothing is lost
        assert {word for word in text.split() if word[0].isalpha()} <= set(found.split())
    else:
        assert found == expected


@pytest.mark.parametrize("name", ["subscription", "consent", "modal", "ads", "shared sharing"])
def test_a_part_of_a_page_is_not_lost_for_its_name(name: str) -> None:
    page = f"<h1>Membership</h1><div class='{name}'><p>A year costs 40 crowns.</p></div><p>Ask at the desk.</p>"
    assert "A year costs 40 crowns." in text_of("a.html", page)
    box = f"<h1>Membership</h1><div class='{name}'><p>Join</p><form><input></form></div><p>Ask at the desk.</p>"
    assert "Join" not in text_of("a.html", box)
    links = f"<h1>Membership</h1><div class='{name}'><a href='/a'>Fish market</a></div><p>Ask at the desk.</p>"
    assert "Fish" not in text_of("a.html", links)


def test_a_caution_in_an_aside_of_the_article_is_read_and_a_list_of_links_not() -> None:
    paragraphs = "".join(
        f"<p>Step {number}: rub the deck with a brush and plenty of sea water until it is clean.</p>" for number in range(9)
    )
    caution = '<aside class="note"><p>Never mix it with bleach.</p></aside>'
    related = '<aside><h3>Related</h3><ul><li><a href="/f">Fish market moves</a></li></ul></aside>'
    text = text_of("a.html", f"<html><body><main><h1>Cleaning</h1>{paragraphs}{caution}{related}</main></body></html>")
    assert "Never mix it with bleach." in text
    assert "Fish market" not in text


def test_cells_and_headings_of_html_in_markdown_are_words_of_their_own() -> None:
    text = text_of("a.md", "<table><tr><td>Rice</td><td>700 g</td></tr></table>\n\n<h2>Salt</h2>Two spoons.\n")
    assert text.split() == ["Rice", "700", "g", "Salt", "Two", "spoons."]


@pytest.mark.parametrize("plot", ["bar3DChart", "stockChart", "surfaceChart"])
def test_a_chart_of_any_sort_and_with_errors_is_read_with_its_slide(plot: str) -> None:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    presentation = Presentation()
    slide: Any = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Guests"
    data = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = [f"day {number}" for number in range(400)]
    data.add_series("Northerners", range(400))  # type: ignore[no-untyped-call]
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(4), Inches(4), data).chart
    prefix = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    element = next(chart.element.iter(f"{prefix}barChart"))
    element.tag = f"{prefix}{plot}"
    point = element.findall(f"{prefix}ser/{prefix}val//{prefix}pt")[3]
    point.find(f"{prefix}v").text = "#N/A"
    text = text_of("guests.pptx", saved(presentation.save))
    assert text.startswith("Guests\n\n")
    assert "day 3; Northerners: #N/A" in text
    assert "day 399; Northerners: 399" in text


def test_a_text_that_a_slide_gives_alternatives_for_is_read_once() -> None:
    from lxml import etree  # type: ignore[import-untyped]
    from pptx import Presentation
    from pptx.util import Inches

    presentation = Presentation()
    slide: Any = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Heat"
    box = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(4), Inches(1))
    box.text_frame.text = "The boiler runs at 80 degrees."
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    alternatives = etree.Element(f"{{{space}}}AlternateContent", nsmap={"mc": space})
    box.element.addprevious(alternatives)
    fallback = etree.SubElement(alternatives, f"{{{space}}}Fallback")
    fallback.append(etree.fromstring(etree.tostring(box.element)))
    choice = etree.Element(f"{{{space}}}Choice", Requires="a14")
    alternatives.insert(0, choice)
    choice.append(box.element)
    assert text_of("heat.pptx", saved(presentation.save)) == "Heat\n\nThe boiler runs at 80 degrees."
    choice.append(etree.Element("{http://schemas.openxmlformats.org/presentationml/2006/main}contentPart"))  # ink
    assert text_of("ink.pptx", saved(presentation.save)) == "Heat\n\nThe boiler runs at 80 degrees."


def test_years_above_the_columns_name_them() -> None:
    assert text_of("a.csv", "Country,2019,2020\nFrance,65,67\n") == "Country: France; 2019: 65; 2020: 67"
    assert text_of("a.csv", "Ada,1981,2020\nBo,1975,2019\n") == "Ada; 1981; 2020\nBo; 1975; 2019"
    assert text_of("a.csv", "Kolo,1999\nDori,2001\n") == "Kolo: 1999\nDori: 2001"


def pdf(pages: list[list[str]]) -> bytes:
    from fpdf import FPDF

    file = FPDF()
    file.set_font("Helvetica", size=11)
    for lines in pages:
        file.add_page()
        for line in lines:
            file.multi_cell(0, 6, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(file.output())


def test_a_picture_may_define_entities() -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("The office opens at six.")
    file = io.BytesIO(saved(document.save))
    with zipfile.ZipFile(file, "a") as written:
        written.writestr("word/media/image1.svg", b'<!DOCTYPE svg [<!ENTITY ns "http://ns.example/">]><svg/>')
    assert text_of("a.docx", file.getvalue()) == "The office opens at six."


@pytest.mark.parametrize("name", ["Day ", "Invoice No. 104"])
def test_headings_that_count_up_page_by_page_are_no_page_numbers(name: str) -> None:
    body = ["The crew painted the pier and mended the nets until dusk.", "Then it rained, and they went home early."]
    text = text_of("log.pdf", pdf([[f"{name}{number}", *body] for number in range(1, 6)]))
    assert all(f"{name}{number}" in text for number in range(1, 6))


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "xl/document.bin"])
def test_parts_of_a_workbook_that_are_read_whole_may_not_be_too_large(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr("index.loaders.sniff.MAX_MARKUP", 10_000)
    members = {"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": b"<x/>" * 9000, part: b"<a>" + b"<x/>" * 9000}
    with pytest.raises(DocumentError, match="too much"):
        text_of("a.xlsx", archive_file(**members))


def test_an_entity_is_found_in_a_part_whose_name_hides_that_it_is_markup() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(DocumentError, match="entities"):
        text_of("a.docx", archive_file(**{"[Content_Types].xml": b"<Types/>", "word/document.bin": bomb}))
