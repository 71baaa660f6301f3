"""Lists of Word documents: a paragraph is read with the number that Word shows before it, and as deep as it is nested."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.loading import load, saved

Paragraph = tuple[str, int, int]
"""Text, list and level; -1 as the list is that of the style."""
LETTERS = [("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%3.")]
CLAUSES = [("decimal", "%1."), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3.")]


def define(document: Any, levels: Sequence[tuple[str, str]], **attributes: int) -> int:
    """Adds a list to a document: the sort and the text of its levels. `start` is of the first level. The list's number."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def add(parent: Any, name: str, **values: object) -> Any:
        element = OxmlElement(f"w:{name}")
        for key, value in values.items():
            element.set(qn(f"w:{key}"), str(value))
        parent.append(element)
        return element

    numbering = document.part.numbering_part.element
    numbers = numbering.findall(qn("w:num"))
    identity = 100 + len(numbers)
    abstract = add(numbering, "abstractNum", abstractNumId=identity)
    numbers[0].addprevious(abstract)
    for at, (sort, text) in enumerate(levels):
        level = add(abstract, "lvl", ilvl=at)
        add(level, "start", val=attributes.get("start", 1) if at == 0 else 1)
        add(level, "numFmt", val=sort)
        add(level, "lvlText", val=text)
    number = numbering.add_num(identity)
    return int(number.numId)


def add(document: Any, *paragraphs: Paragraph, style: str = "List Paragraph") -> None:
    for text, number, level in paragraphs:
        paragraph = document.add_paragraph(text, style=style)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = number


def new() -> Any:
    import docx

    return docx.Document()


def text_of(document: Any) -> str:
    return load("steps.docx", saved(document.save)).text


def test_steps_are_read_with_their_numbers() -> None:
    document = new()
    number = define(document, LETTERS)
    document.add_paragraph("Changing the blade:")
    add(document, ("Unplug it.", number, 0), ("Loosen the guard.", number, 0), ("Tighten the screw.", number, 0))
    document.add_paragraph("Plug it in.")
    assert text_of(document) == (
        "Changing the blade:\n\n1. Unplug it.\n2. Loosen the guard.\n3. Tighten the screw.\n\nPlug it in."
    )


def test_lists_within_lists_keep_their_depth_and_count_anew() -> None:
    document = new()
    number = define(document, LETTERS)
    levels = [("Oil", 0), ("chain", 1), ("hinge", 1), ("left", 2), ("Wipe", 0), ("blade", 1)]
    add(document, *((text, number, level) for text, level in levels))
    assert text_of(document) == "1. Oil\n  a) chain\n  b) hinge\n    i. left\n2. Wipe\n  a) blade"


def test_bullets_within_steps_keep_their_depth() -> None:
    document = new()
    number = define(document, [("decimal", "%1)"), ("bullet", "\uf0b7")])
    add(document, ("Oil", number, 0), ("the chain", number, 1), ("* both sides", number, 1), ("Wipe", number, 0))
    assert text_of(document) == "1) Oil\n  - the chain\n  * both sides\n2) Wipe"


def test_the_lists_of_words_own_styles() -> None:
    document = new()
    for text, style in (("Oil", ""), ("chain", " 2"), ("hinge", " 2"), ("Wipe", "")):
        document.add_paragraph(text, style=f"List Number{style}")
    for text, style in (("Rope", ""), ("Hemp", " 2"), ("Short", " 3")):
        document.add_paragraph(text, style=f"List Bullet{style}")
    assert text_of(document) == "1. Oil\n  1. chain\n  2. hinge\n2. Wipe\n- Rope\n  - Hemp\n    - Short"


def test_clauses_have_the_numbers_of_those_above_them_headings_included() -> None:
    document = new()
    number = define(document, CLAUSES)
    add(document, ("Rent", number, 0), style="Heading 1")
    add(document, ("It is paid monthly.", number, 1), ("It is 900 crowns.", number, 1))
    add(document, ("Repairs", number, 0), style="Heading 1")
    add(document, ("The tenant repairs:", number, 1), ("locks,", number, 2), ("windows.", number, 2))
    assert text_of(document) == (
        "Rent\n\n1.1 It is paid monthly.\n1.2 It is 900 crowns.\n\n"
        "Repairs\n\n2.1 The tenant repairs:\n  2.1.1. locks,\n  2.1.2. windows."
    )


@pytest.mark.parametrize(
    ("sort", "shown", "start", "text"),
    [
        ("decimal", "Step %1:", 9, "Step 9: Oil\nStep 10: Wipe"),
        ("decimal", "%1", 1, "1. Oil\n2. Wipe"),
        ("decimalZero", "%1.", 9, "09. Oil\n10. Wipe"),
        ("upperLetter", "(%1)", 26, "(Z) Oil\n(AA) Wipe"),
        ("upperRoman", "%1.", 4, "IV. Oil\nV. Wipe"),
        ("none", "", 1, "- Oil\n- Wipe"),
    ],
)
def test_numbers_are_those_that_word_shows(sort: str, shown: str, start: int, text: str) -> None:
    document = new()
    number = define(document, [(sort, shown)], start=start)
    add(document, ("Oil", number, 0), ("Wipe", number, 0))
    assert text_of(document) == text


def test_a_list_goes_on_after_a_paragraph_and_another_counts_from_its_own_start() -> None:
    document = new()
    number = define(document, LETTERS)
    add(document, ("Oil", number, 0))
    document.add_paragraph("Wait an hour.")
    add(document, ("Wipe", number, 0))
    numbering = document.part.numbering_part.element
    again = numbering.add_num(next(one for one in numbering.num_lst if one.numId == number).abstractNumId.val)
    again.add_lvlOverride(ilvl=0).add_startOverride(1)
    document.add_paragraph("Closing:")
    add(document, ("Shut", again.numId, 0), ("Lock", again.numId, 0))
    assert text_of(document) == "1. Oil\n\nWait an hour.\n\n2. Wipe\n\nClosing:\n\n1. Shut\n2. Lock"


def test_a_step_that_was_deleted_is_not_counted() -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = new()
    number = define(document, LETTERS)
    add(document, ("Oil", number, 0), ("", number, 0), ("Wipe", number, 0))
    mark = f"<w:rPr {nsdecls('w')}><w:del/></w:rPr>"
    document.paragraphs[1]._p.get_or_add_pPr().append(parse_xml(mark))
    assert text_of(document) == "1. Oil\n2. Wipe"


def test_steps_in_the_cells_of_a_table_have_their_numbers() -> None:
    document = new()
    number = define(document, LETTERS)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("Job", "How", "Chain", ""), strict=True):
        cell.text = text
    add(table.cell(1, 1), ("Oil", number, 0), ("Wipe", number, 0), style="Normal")
    assert text_of(document) == "Job: How\nChain: 1. Oil 2. Wipe"


def test_a_style_may_make_paragraphs_steps_and_others_be_based_on_it() -> None:
    from docx.enum.style import WD_STYLE_TYPE

    document = new()
    number = define(document, LETTERS)
    steps = document.styles.add_style("Handgriff", WD_STYLE_TYPE.PARAGRAPH)
    steps.element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
    document.styles.add_style("Handgriff fett", WD_STYLE_TYPE.PARAGRAPH).base_style = steps
    document.add_paragraph("Ölen", style="Handgriff")
    document.add_paragraph("Wischen", style="Handgriff fett")
    add(document, ("Warten", 0, 0), style="Handgriff")
    steps.base_style = document.styles["Handgriff fett"]  # round in a circle
    document.add_paragraph("Schließen", style="Handgriff")
    assert text_of(document) == "1. Ölen\n2. Wischen\n\nWarten\n\n3. Schließen"


def test_a_list_may_be_told_by_a_style_of_lists() -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = new()
    number, linked = define(document, CLAUSES), define(document, [])
    style = document.styles.add_style("Clauses", WD_STYLE_TYPE.LIST)
    style.element.append(parse_xml(f"<w:pPr {nsdecls('w')}><w:numPr><w:numId w:val='{number}'/></w:numPr></w:pPr>"))
    numbering = document.part.numbering_part.element
    link = parse_xml(f"<w:numStyleLink {nsdecls('w')} w:val='Clauses'/>")
    identity = numbering.num_having_numId(linked).abstractNumId.val
    next(one for one in numbering if one.get(f"{{{numbering.nsmap['w']}}}abstractNumId") == str(identity)).append(link)
    add(document, ("Oil", linked, 0), ("chain", linked, 1))
    assert text_of(document) == "1. Oil\n  1.1 chain"


def test_a_paragraph_whose_list_or_style_is_not_in_the_file_is_read() -> None:
    document = new()
    add(document, ("Oil", 999, 0), ("Wipe", 999, 7))
    document.paragraphs[1].style.element.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}styleId", "Renamed")
    assert text_of(document) == "- Oil\n  - Wipe"
