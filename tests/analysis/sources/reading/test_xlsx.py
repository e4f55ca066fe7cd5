"""A workbook is read a sheet a page, a row a line."""

from datetime import date, datetime

import pytest

from analysis.sources.reading import limits, xlsx
from analysis.sources.reading.types import Unreadable
from tests.analysis.sources.reading import files


def test_each_sheet_is_a_page_under_its_name():
    extract = xlsx.read(
        files.workbook({"Sales": [["Year", "EUR"], [2022, 1250000]], "Notes": [["None."]]})
    )

    assert extract.pages == ["Sales\n\nYear\tEUR\n2022\t1250000", "Notes\n\nNone."]


def test_values_are_written_as_one_would_write_them():
    row = [1.0, 2.5, -0.125, 394328000000.0, True, date(2023, 7, 1), datetime(2023, 7, 1, 8, 30)]

    assert xlsx.read(files.workbook({"A": [row]})).pages == [
        "A\n\n1\t2.5\t-0.125\t394328000000\tTRUE\t2023-07-01\t2023-07-01 08:30:00"
    ]


def test_an_empty_sheet_keeps_its_number_and_an_empty_cell_its_place():
    extract = xlsx.read(files.workbook({"A": [["x", None, "y"]], "B": [], "C": [["z"]]}))

    assert extract.pages == ["A\n\nx\t\ty", "", "C\n\nz"]


def test_hidden_sheets_are_left_out_and_named():
    extract = xlsx.read(files.workbook({"Shown": [["a"]], "Secret": [["b"]]}, hidden=["Secret"]))

    assert extract.pages == ["Shown\n\na", ""]
    assert [warning.code for warning in extract.warnings] == ["hidden_sheets"]
    assert "Secret" in extract.warnings[0].detail


def test_a_workbook_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_CELLS", 100)

    with pytest.raises(Unreadable, match="cells") as refusal:
        xlsx.read(files.workbook({"A": [["x"] * 10] * 11}))
    assert refusal.value.code == "file_too_complex"


def test_a_workbook_without_its_sheets_is_refused():
    broken = files.replaced(
        files.workbook({"A": [["x"]]}), {"xl/worksheets/sheet1.xml": b"<worksheet"}
    )

    with pytest.raises(Unreadable, match="damaged"):
        xlsx.read(broken)
