"""PDF files: text by page, laid out as paragraphs. Encrypted, damaged and scanned files are told apart."""

import logging
import math
from io import BytesIO
from typing import TYPE_CHECKING, Any

from index.errors import DocumentError
from index.loaders.layout import Fragment, Line, paragraphs, to_line, without_furniture
from index.loaders.text import Extract

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_LOGGER = logging.getLogger(__name__)
_DAMAGED = "Open it in a PDF viewer and print or save it as a new PDF, or fetch it anew."


def read_pdf(name: str, data: bytes) -> Extract:
    """Text of all pages in the order the file draws them, which is the reading order for all but odd producers.

    Raises DocumentError for a file that is encrypted, damaged, or has no text because its pages are pictures.
    """
    reader = _open(name, data)
    count = len(reader.pages)
    pages: list[list[Line]] = []
    failed = 0
    for number in range(count):
        try:
            pages.append(_page_lines(reader.pages[number]))
        except Exception as error:
            _LOGGER.warning("%s: page %d of %d cannot be read (%s)", name, number + 1, count, type(error).__name__)
            failed += 1
            pages.append([])
    text = "\n\n".join(paragraphs(without_furniture(pages)))
    if not any(character.isalnum() for character in text):
        if failed or not count:
            raise DocumentError(name, "The PDF is damaged: none of its pages can be read.", _DAMAGED)
        reason = "The PDF has no text; its pages are pictures, as from a scanner."
        raise DocumentError(name, reason, "Run text recognition (OCR) on it first, for instance with OCRmyPDF.")
    return Extract(text, title=_title(reader))


def _open(name: str, data: bytes) -> "PdfReader":
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    try:
        reader = PdfReader(BytesIO(data))
        # Many PDFs are encrypted only against changes: then the empty password opens them for reading.
        locked = reader.is_encrypted and not reader.decrypt("")
        if not locked:
            len(reader.pages)
    except (DependencyError, NotImplementedError):
        locked = True
    except Exception as error:
        raise DocumentError(name, "The PDF is damaged and cannot be opened.", _DAMAGED) from error
    if locked:
        raise DocumentError(name, "The PDF is encrypted with a password.", "Save a copy without the password and use that.")
    return reader


def _page_lines(page: "PageObject") -> list[Line]:
    lines: list[Line] = []
    fragments: list[Fragment] = []

    def visit(text: str, space: list[float], matrix: list[float], _font: Any, size: float) -> None:
        placed = _place(space, matrix, size)
        for index, piece in enumerate(text.split("\n")):
            if index and (line := to_line(fragments)):
                lines.append(line)
            if index:
                fragments.clear()
            if piece:
                fragments.append(Fragment(piece, *placed))

    page.extract_text(visitor_text=visit)
    if line := to_line(fragments):
        lines.append(line)
    return lines


def _place(space: list[float], matrix: list[float], size: float) -> tuple[float, float, float]:
    """Distance along the line, height across it and letter size, in points, for text running in any direction."""
    a = matrix[0] * space[0] + matrix[1] * space[2]
    b = matrix[0] * space[1] + matrix[1] * space[3]
    x = matrix[4] * space[0] + matrix[5] * space[2] + space[4]
    y = matrix[4] * space[1] + matrix[5] * space[3] + space[5]
    scale = math.hypot(a, b) or 1.0
    return (x * a + y * b) / scale, (y * a - x * b) / scale, abs(size) * scale


def _title(reader: "PdfReader") -> str:
    try:
        metadata = reader.metadata
        return str(metadata.title or "") if metadata else ""
    except Exception:
        return ""
