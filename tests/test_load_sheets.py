"""Sheets and tables: what stands above the columns names what stands in them, whatever the file."""

from typing import Any

import pytest

from index.errors import DocumentError
from tests.loading import load, saved

YEARS = [["Country", 2019, 2020], ["France", 65, 67], ["Niger", 22, 24]]
NAMED = "Country: France; 2019: 65; 2020: 67\nCountry: Niger; 2019: 22; 2020: 24"


def sheet(rows: list[list[Any]]) -> str:
    """The text of a workbook of one sheet."""
    import openpyxl  # type: ignore[import-untyped]

    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    text = load("sheet.xlsx", saved(workbook.save)).text
    assert text.startswith("Sheet\n\n")
    return text.removeprefix("Sheet\n\n")


def document(rows: list[list[Any]]) -> str:
    """The text of a Word document that holds a table."""
    import docx

    written = docx.Document()
    table = written.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)
    return load("table.docx", saved(written.save)).text


def test_years_above_the_columns_name_them_in_any_file() -> None:
    assert sheet(YEARS) == NAMED
    assert document(YEARS) == NAMED
    assert load("a.csv", "\n".join(",".join(map(str, row)) for row in YEARS)).text == NAMED


def test_years_above_the_columns_name_them_where_nothing_names_the_rows() -> None:
    assert sheet([[None, 2019, 2020, 2021], ["France", 65, 67, 68.5]]) == "France; 2019: 65; 2020: 67; 2021: 68.5"


def test_years_above_the_columns_hold_for_the_rows_below_an_empty_one() -> None:
    assert sheet([*YEARS[:2], [], ["Togo", 8, 9]]) == ("Country: France; 2019: 65; 2020: 67\n\nCountry: Togo; 2019: 8; 2020: 9")


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([["Ada", 1981, 2020], ["Bo", 1975, 2019]], "Ada; 1981; 2020\nBo; 1975; 2019"),
        ([["Kolo", 1999], ["Dori", 2001]], "Kolo: 1999\nDori: 2001"),
        ([["Ada", 2019, 31], ["Bo", 12, 44]], "Ada; 2019; 31\nBo; 12; 44"),
    ],
)
def test_years_in_the_rows_of_a_sheet_are_no_header(rows: list[list[Any]], text: str) -> None:
    assert sheet(rows) == text


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\n\n"])
def test_the_last_row_of_a_csv_file_is_read_whatever_ends_it(end: str) -> None:
    assert load("a.csv", f"item,note\npipe,end\ntap,end{end}").text == "item: pipe; note: end\nitem: tap; note: end"
    assert load("a.csv", f'item,note\npipe,"5"\ntap,"end"{end}').text == "item: pipe; note: 5\nitem: tap; note: end"
    with pytest.raises(DocumentError, match="quotation mark"):
        load("a.csv", f'item,note\npipe,"5" inch\ntap,"end{end}')
