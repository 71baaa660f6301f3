"""Workbooks and files of separated values are read row by row, with the names of the columns and the values as shown."""

import datetime

import pytest

from index.loaders.tables import _cell_text
from tests.loading import (
    failure,
    load,
    saved,
    workbook_file,
)


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
        (1067, "00000", "01067"),
        (7, "00", "07"),
        (7.5, "000.0", "007.5"),
        (-5, "000", "-005"),
        (1234, "0,000", "1,234"),
        (12, '0" kg"', "12 kg"),
        (4, '"No. "0', "No. 4"),
        (1200, '"CHF" #,##0.00', "CHF 1,200.00"),
        (12000, '#,##0,"K"', "12K"),
        (1234567, '0.0,,"M"', "1.2M"),
    ],
)
def test_values_are_shown_as_in_the_sheet(value: object, number_format: str, shown: str) -> None:
    assert _cell_text(value, number_format) == shown


def test_workbook_with_a_cell_in_the_far_corner() -> None:
    import openpyxl  # type: ignore[import-untyped]

    workbook = openpyxl.Workbook()
    workbook.active["A1"], workbook.active["XFD1048576"] = "near", "far"
    assert load("far.xlsx", saved(workbook.save)).text == "Sheet\n\nnear\n\nfar"


def test_workbook_with_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
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
        ("a.csv", 'item,note\npipe,5" inch\nvalve,brass\n', 'item: pipe; note: 5" inch\nitem: valve; note: brass'),
    ],
)
def test_csv(name: str, text: str, expected: str) -> None:
    assert load(name, text).text == expected


@pytest.mark.parametrize(
    "text", ['a,b\n1,"' + "x" * 200_000, 'item,note\npipe,"5 inch\nvalve,brass\ntap,steel'], ids=["long", "rows"]
)
def test_a_quotation_mark_that_is_not_closed_is_told_before_it_swallows_rows(text: str) -> None:
    error = failure("open.csv", text)
    assert "quotation mark" in error.reason
    assert "spreadsheet" in error.remedy
