"""A table of text is read such that the words of a cell stay together."""

import csv
import io

import pytest

from analysis.sources.reading import csv as reading
from analysis.sources.reading.types import Unreadable

CAUSE = "The pilot failed to keep clear of a fence, which the wind had moved, during take-off."
COLUMNS = ["No", "City", "State", "Country", "Cause", "Latitude", "Make", "Model", "Damage"]
CASE = ["7", "Myakka City", "Florida", "", CAUSE, "27.3", "MONOCOUPE", "90AL", "Substantial"]


def written(*rows: list[str], delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_row_is_a_line_of_cells_whatever_parts_them(delimiter):
    table = written(["Who", "Share, %"], ["Alice", "12,5"], ["Bob", "7"], delimiter=delimiter)

    assert reading.read(table).pages == ["Who\tShare, %\nAlice\t12,5\nBob\t7"]


def test_a_wide_table_names_its_columns_and_a_sentence_stands_on_a_line_of_its_own():
    page = reading.read(written(COLUMNS, CASE, CASE)).pages[0]

    assert page.split("\n\n")[0].split("\n") == [
        "No: 7; City: Myakka City; State: Florida",
        "Cause:",
        CAUSE,
        "Latitude: 27.3; Make: MONOCOUPE; Model: 90AL; Damage: Substantial",
    ]


def test_a_wide_table_without_names_of_columns_is_read_as_rows():
    row = [str(number) for number in range(12)]

    assert reading.read(written(row, row)).pages == ["\t".join(row) + "\n" + "\t".join(row)]


def test_quoted_cells_may_hold_line_breaks_and_delimiters():
    page = reading.read('a,b\n"one\ntwo","x, ""y"""\n').pages[0]

    assert page == 'a\tb\none two\tx, "y"'


def test_empty_rows_are_left_out():
    assert reading.read("a,b\n,\n\n1,2\n").pages == ["a\tb\n1\t2"]


@pytest.mark.parametrize(
    ("text", "strictly", "delimiter"),
    [
        ("a,b\n1,2\n", False, ","),
        ("a,b\n1,2\n", True, None),
        ("a;b;c\n1,5;2;3\n4,5;5;6\n", True, ";"),
        ("Alice came, saw and won.\nBob, too.\nNobody else did\n", False, None),
        ("One, two, three.\nFour, five, six.\nSeven, eight.\n", True, None),
        ("version,name,born,died\n1,Buzz,1993,1996\n13,Trixie,2023\n", False, ","),
        ("", False, None),
    ],
)
def test_what_parts_the_cells_is_told_by_the_shape_of_the_rows(text, strictly, delimiter):
    assert reading.delimiter_of(text, strictly=strictly) == delimiter


def test_a_row_of_too_many_columns_is_refused_with_its_line():
    with pytest.raises(Unreadable, match=r"Line 2 has 1,000,000 columns") as refusal:
        reading.read("a,b\n" + "," * 999_999 + "x\n")

    assert refusal.value.code == "file_too_complex"


def test_a_cell_that_never_ends_is_refused_with_its_line():
    with pytest.raises(Unreadable, match="is no row"):
        reading.read('a,b\n1,"' + "x" * (reading.LONGEST_CELL + 1))


def test_a_table_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(reading.limits, "MAX_CELLS", 100)

    with pytest.raises(Unreadable, match="100 cells"):
        reading.read("a,b\n" * 51)
