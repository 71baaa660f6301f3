"""Word documents and PowerPoint presentations: all text a reader sees, tables and notes included, but for that of SmartArt."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from index.errors import DocumentError
from index.loaders.lists import BULLET, marked
from index.loaders.numbering import Item, W, WordLists
from index.loaders.sniff import open_archive
from index.loaders.tables import render_table
from index.loaders.text import Extract, join_blocks, join_lines

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide

_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What was deleted or moved away, and the older copy of a drawing that stands beside the newer one.
_DELETED = frozenset({W + "del", W + "moveFrom"})
_UNSEEN = _DELETED | {_FALLBACK}
_CHARACTERS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011"}
_MAX_DEPTH = 100
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SHAPES = frozenset(
    f"{{http://schemas.openxmlformats.org/presentationml/2006/main}}{name}"
    for name in ("sp", "grpSp", "pic", "graphicFrame", "cxnSp")
)
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MAX_COLUMNS = 63  # As many as Word allows.


def read_docx(name: str, data: bytes) -> Extract:
    """Paragraphs, tables, text boxes and notes of a Word document; headers, footers and comments are left out.

    Raises DocumentError as `open_archive`. The XML is walked here, as python-docx skips content controls, text boxes, notes,
    and insertions that are not accepted yet.
    """
    open_archive(name, data).close()
    import docx
    from docx.oxml import parse_xml

    document = docx.Document(BytesIO(data))
    parts = [relation for relation in document.part.rels.values() if not relation.is_external]
    numbering = next((parse_xml(part.target_part.blob) for part in parts if part.reltype.endswith("/numbering")), None)
    lists = WordLists(numbering, document.styles.element)
    blocks = list(_word_blocks(document.element.body, 0, lists))
    for part in parts:
        if part.reltype.endswith(("/footnotes", "/endnotes")):
            notes = [note for note in parse_xml(part.target_part.blob) if note.get(W + "type") in {None, "normal"}]
            blocks += [block for note in notes for block in _word_blocks(note, 0, lists)]
    text = join_blocks((marked(text, item.depth, item.mark) if item else text, item is not None) for text, item in blocks)
    return Extract(text, title=document.core_properties.title or "")


def _word_blocks(parent: Any, depth: int, lists: WordLists) -> Iterator[tuple[str, Item | None]]:
    """The paragraphs and tables under an element, and what stands before those that are items of lists."""
    for element in parent if depth < _MAX_DEPTH else ():
        if element.tag == W + "p":
            boxes: list[Any] = []
            text = "".join(_word_text(element, boxes)).strip()
            # The mark that ends a paragraph may be deleted too, and the paragraph with it; one without text is counted.
            deleted = any(element.find(f"{W}pPr/{W}rPr/{mark}") is not None for mark in _DELETED)
            item = None if deleted and not text else lists.item(element)
            if text:
                yield text, item
            for box in boxes:
                yield from _word_blocks(box, depth + 1, lists)
        elif element.tag == W + "tbl":
            if table := _word_table(element, depth, lists):
                yield table, None
        elif element.tag not in _UNSEEN:
            yield from _word_blocks(element, depth + 1, lists)


def _word_text(paragraph: Any, boxes: list[Any]) -> Iterator[str]:
    """The text of a paragraph; text boxes anchored in it are put aside, as they stand beside it on the page."""
    pending = [iter(paragraph)]
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
        elif element.tag in {W + "t", _MATH_TEXT}:
            yield element.text or ""
        elif element.tag in _CHARACTERS:
            yield _CHARACTERS[element.tag]
        elif element.tag == W + "txbxContent":
            boxes.append(element)
        elif element.tag not in _UNSEEN:
            pending.append(iter(element))


def _word_table(table: Any, depth: int, lists: WordLists) -> str:
    """A table's rows; one with a single column or row only serves layout, so it is text. Items there have numbers, no bullets."""
    rows: list[list[str]] = []
    for row in table.iter(W + "tr"):
        if next(row.iterancestors(W + "tbl")) is table:
            rows.append([])
            for cell in row.iter(W + "tc"):
                if next(cell.iterancestors(W + "tr")) is row:
                    span = cell.find(f"{W}tcPr/{W}gridSpan")
                    empty = int(span.get(W + "val", 1)) - 1 if span is not None else 0
                    blocks = _word_blocks(cell, depth + 1, lists)
                    text = "\n".join(f"{item.mark} {text}" if item and item.mark != BULLET else text for text, item in blocks)
                    rows[-1] += [text, *[""] * min(empty, _MAX_COLUMNS)]
    if len(rows) == 1 or all(len(row) <= 1 for row in rows):
        return "\n\n".join(cell for row in rows for cell in row if cell)
    first = next(table.iter(W + "tr"))
    has_header = first.find(f"{W}trPr/{W}tblHeader") is not None
    return render_table(rows, header=True if has_header or _all_bold(first, rows[0]) else None)


def _all_bold(row: Any, cells: list[str]) -> bool:
    runs = [run for run in row.iter(W + "r") if run.find(W + "t") is not None]
    return all(cells) and bool(runs) and all(run.find(f"{W}rPr/{W}b") is not None for run in runs)


def read_pptx(name: str, data: bytes) -> Extract:
    """Slides in order: title, then the shapes from top to bottom with their tables and charts, then the speaker's notes.

    Raises DocumentError as `open_archive`, and where there are no slides.
    """
    open_archive(name, data).close()
    from pptx import Presentation

    presentation = Presentation(BytesIO(data))
    if not len(presentation.slides):
        raise DocumentError(name, "The presentation has no slides.", "Check that it is the right file, or leave it out.")
    blocks = [block for slide in presentation.slides for block in _slide_blocks(slide)]
    return Extract("\n\n".join(blocks), title=presentation.core_properties.title or "")


def _slide_blocks(slide: "Slide") -> Iterator[str]:
    _choose_alternatives(slide.shapes.element)
    title = slide.shapes.title
    if title is not None and title.text_frame.text.strip():
        yield join_lines(title.text_frame.text.replace("\v", "\n"))
    shapes = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    for shape in sorted(shapes, key=_position):
        yield from _shape_blocks(shape, 0)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None and notes.text.strip():
        yield notes.text.replace("\v", "\n").strip()


def _choose_alternatives(tree: Any) -> None:
    """Puts shapes in the place of the alternatives that a file gives for them: a text with an equation, a picture of ink."""
    for alternatives in list(tree.iter(f"{_COMPATIBILITY}AlternateContent")):
        known = (list(one) for one in alternatives if all(shape.tag in _SHAPES for shape in one))
        for shape in next((shapes for shapes in known if shapes), ()):
            alternatives.addprevious(shape)
        alternatives.getparent().remove(alternatives)


def _position(shape: "BaseShape") -> tuple[int, int]:
    """Rows of half an inch, and the left edge within them: the order in a file is the order in which shapes were added."""
    return ((shape.top or 0) // 457_200, shape.left or 0)


def _shape_blocks(shape: Any, depth: int) -> Iterator[str]:
    from pptx.enum.shapes import PP_PLACEHOLDER

    furniture = {PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.HEADER}
    if shape.is_placeholder and shape.placeholder_format.type in furniture:
        return
    if hasattr(shape, "shapes"):
        for member in sorted(shape.shapes, key=_position) if depth < _MAX_DEPTH else ():
            yield from _shape_blocks(member, depth + 1)
    elif getattr(shape, "has_table", False):
        rows = [[cell.text.replace("\v", "\n") for cell in row.cells] for row in shape.table.rows]
        yield render_table(rows, header=True if shape.table.first_row else None)
    elif getattr(shape, "has_chart", False):
        yield from filter(None, _chart_blocks(shape.chart))
    elif shape.has_text_frame and shape.text_frame.text.strip():
        paragraphs = (join_lines(paragraph.text.replace("\v", "\n")) for paragraph in shape.text_frame.paragraphs)
        yield "\n".join(filter(None, paragraphs))


def _chart_blocks(chart: Any) -> Iterator[str]:
    """The title of a chart, and its values as a table with a row for each category."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield chart.chart_title.text_frame.text.strip()
    # Read as XML: python-pptx knows not all sorts of charts, and takes a time for each point that grows with their number.
    for plot in chart.element.iterfind(f".//{_CHART}plotArea/*"):
        series = plot.findall(f"{_CHART}ser")
        categories = next((found for one in series if (found := _points(one, "cat"))), {})
        if not categories:
            continue
        columns = [_points(one, "val") for one in series]
        header = ["", *("".join(value.text or "" for value in one.iterfind(f"{_CHART}tx//{_CHART}v")) for one in series)]
        rows = [[name, *(_number(column.get(at, "")) for column in columns)] for at, name in sorted(categories.items())]
        yield render_table([header, *rows], header=True)


def _points(series: Any, part: str) -> dict[int, str]:
    """What a series of a chart has at each of its points; of categories in several levels the finest."""
    points: dict[int, str] = {}
    for point in series.iterfind(f"{_CHART}{part}//{_CHART}pt"):
        points.setdefault(int(point.get("idx")), point.findtext(f"{_CHART}v") or "")
    return points


def _number(written: str) -> str:
    """A number as people write it; what is none, as "#N/A", as it is."""
    try:
        return f"{float(written):.15g}"
    except ValueError:
        return written
