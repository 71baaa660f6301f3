"""Tables as lines a reader can quote: `Header: value; Header: value`. CSV, TSV and Excel workbooks."""

import csv
import datetime
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from itertools import islice

from index.errors import DocumentError
from index.loaders.sniff import open_archive
from index.loaders.text import Extract, decode, join_lines

MAX_CELLS = 10_000_000
"""Cells of one workbook, empty ones counted: a cell at the far corner of a sheet can stand for billions."""

_NUMBER = re.compile(r"[^\w\s]{0,3}\s?[\d٠-٩۰-۹][\d٠-٩۰-۹.,:/\s'’%-]*\s?[^\W\d]{0,3}[%€$£¥]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_THOUSANDS = re.compile(r"[0#](,+)[^0#,]*$")
_LAST_ROW = "end"
_CURRENCY = re.compile(r"\[\$([^\]\[-]+)|(?<!\[)([$€£¥₹])")


def render_table(rows: Iterable[Sequence[str]], *, header: bool | None = None) -> str:
    """One line a row. With `header` None the first row is taken for the header if it looks like one."""
    cells = [[join_lines(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    if header is None:
        header = _looks_like_header(cells)
    names = cells[0] if header and len(cells) > 1 else []
    lines = []
    for row in cells[1:] if names else cells:
        filled = [(index, cell) for index, cell in enumerate(row) if cell]
        named = [(names[index] if index < len(names) else "", cell) for index, cell in filled]
        if len(filled) == 1 and filled[0][0] == 0:
            lines.append(row[0])  # A heading within the table: naming it after the first column would mislead.
        elif not names and len(filled) == len(row) == 2:
            lines.append(f"{row[0].rstrip(':')}: {row[1]}")
        else:
            lines.append("; ".join(f"{title.rstrip(':')}: {cell}" if title else cell for title, cell in named))
    return "\n".join(lines)


def _looks_like_header(rows: list[list[str]]) -> bool:
    """Words in every column of the first row; and, as two columns may just be names and values, numbers below one. Or years."""
    if len(rows) < 2 or sum(map(bool, rows[0])) < 2:
        return False
    if not _names_columns(rows[0]):
        return _names_years(rows)
    if not all(rows[0][1:]) or len(set(rows[0])) < len(rows[0]):
        return False
    return len(rows[0]) > 2 or any(_NUMBER.fullmatch(cell) for row in rows[1:] for cell in row)


def read_csv(name: str, data: bytes) -> Extract:
    """Rows of a CSV or TSV file. Raises DocumentError where a quotation mark is never closed."""
    text = decode(name, data).replace("\0", "")
    try:
        # Quotation marks that are still open at the end, having swallowed the rows before, swallow the added row too.
        *rows, last = csv.reader(StringIO(f"{text}\n{_LAST_ROW}", newline=""), delimiter=_delimiter(text))
        if last != [_LAST_ROW]:
            raise csv.Error("unexpected end of data")
    except csv.Error as error:
        reason = f"The table cannot be read ({error}); a quotation mark may not be closed."
        raise DocumentError(name, reason, "Correct it in a spreadsheet program and save it as CSV again.") from error
    rows = [row for row in ([cell.strip() for cell in row] for row in rows) if any(row)]
    # Two columns of a CSV file nearly always have a header, unlike two columns in a document.
    header = True if rows and len(rows[0]) > 1 and _names_columns(rows[0]) else None
    return Extract(render_table(rows, header=header), headline=False)


def _names_columns(cells: Sequence[str]) -> bool:
    return not any(_NUMBER.fullmatch(cell) for cell in cells)


def _names_years(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names years beside something else, with no years below them: "Country, 2019, 2020"."""
    years = [place for place, cell in enumerate(rows[0]) if _YEAR.fullmatch(cell)]
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in rows[0])
    below = [row[place] for row in rows[1:] for place in years if place < len(row)]
    return 1 < len(years) == numbers < len(rows[0]) and not any(map(_YEAR.fullmatch, below))


def _delimiter(text: str) -> str:
    """The delimiter that splits the first rows into the same number of columns most often; csv.Sniffer errs too much."""
    best, best_score = ",", 0.0
    sample = text[:20_000]
    for delimiter in ",;\t|":
        try:
            widths = [len(row) for row in islice(csv.reader(StringIO(sample, newline=""), delimiter=delimiter), 50) if row]
        except csv.Error:
            continue
        usual = max(widths, key=widths.count, default=1)
        score = widths.count(usual) / len(widths) * (1 + min(usual, 20) / 100) if usual > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_xlsx(name: str, data: bytes) -> Extract:
    """All sheets of a workbook, each under its name. Raises DocumentError as `open_archive`, and for too many cells."""
    open_archive(name, data).close()
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    paragraphs = []
    left = MAX_CELLS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns of styles and features that matter only to those who write the file again.
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # What files claim as their size is often wrong, and then rows are cut or padded.
            rows: list[list[str]] = []
            for row in sheet.iter_rows():
                left -= len(row) + 1
                if left < 0:
                    reason = f"The workbook has more than {MAX_CELLS:,} cells."
                    raise DocumentError(name, reason, "Split it, or clear what stands far to the right or below.")
                values = [_cell_text(cell.value, str(cell.number_format)) if cell.value is not None else "" for cell in row]
                if any(values) or (rows and rows[-1]):
                    rows.append(values if any(values) else [])
            if tables := list(_sheet_tables(rows)):
                paragraphs += [str(sheet.title), *tables]
        workbook.close()
    return Extract("\n\n".join(paragraphs), headline=False)


def _sheet_tables(rows: list[list[str]]) -> Iterator[str]:
    """Split a sheet at its empty rows: what stands alone is text, the rest tables, with the header of the last one if it fits."""
    block: list[list[str]] = []
    header: list[str] = []
    for row in [*rows, []]:
        if row and (sum(map(bool, row)) > 1 or block):
            block.append(row)
            continue
        if block:
            own = _looks_like_header(_trimmed(block))
            header = block[0] if own else header if _same_columns(header, block) else []
            yield render_table(_trimmed(block if own or not header else [header, *block]), header=bool(header) or None)
        block = []
        if row:
            yield next(filter(None, row))


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Give all rows the columns that any of them uses; padding them to the widest could take all memory."""
    used = sorted({column for row in rows for column, cell in enumerate(row) if cell})
    return [[row[column] if column < len(row) else "" for column in used] for row in rows]


def _same_columns(header: list[str], block: list[list[str]]) -> bool:
    return bool(header) and all(
        {i for i, cell in enumerate(row) if cell} <= {i for i, cell in enumerate(header) if cell} for row in block
    )


def _cell_text(value: object, number_format: str) -> str:
    """A value as the sheet shows it, near enough: dates in ISO form, percentages, thousands, decimal places, currencies."""
    if isinstance(value, datetime.datetime):
        shown = value.isoformat(sep=" ", timespec="minutes")
        return shown[:10] if value.time() == datetime.time() else shown
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()
    return _number_text(value, number_format.split(";", 1)[0])


def _number_text(value: float, number_format: str) -> str:
    shape = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", number_format)
    decimals = re.search(r"0\.(0+)", shape)
    places = len(decimals[1]) if decimals else 0
    if "%" in shape:
        return f"{value * 100:.{places}f}%"
    if "0" not in shape or "E" in shape or "/" in shape:
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if scale := _THOUSANDS.search(shape):  # 0,"K"
        value, shape = value / 1000 ** len(scale[1]), shape[: scale.start(1)]
    shown = f"{abs(value):{',' if ',' in shape else ''}.{places}f}"
    if digits := re.match(r"\s*(0{2,})(?![,#0])", shape):  # 01067
        shown = shown.zfill(len(digits[1]) + (places + 1 if places else 0))
    if value < 0:
        shown = f"-{shown}"
    if currency := _CURRENCY.search(number_format):
        symbol = currency[1] or currency[2]
        before = re.search("[0#]", number_format[: currency.start()]) is None
        return f"{symbol}{shown}" if before else f"{shown} {symbol}"
    parts = re.split("[0#?]", number_format)
    return f"{_literal(parts[0])}{shown}{_literal(parts[-1].lstrip(',.'))}"


def _literal(part: str) -> str:
    """The text that stands before or behind the digits of a number format, where any is quoted."""
    return re.sub(r'\[[^\]]*\]|_.|\*.|["\\]', "", part) if '"' in part else ""
