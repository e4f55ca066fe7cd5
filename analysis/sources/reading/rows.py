"""Tables as lines of text, such that the words of a cell stay together as they are."""

import re
from collections.abc import Iterable, Sequence

PROSE_FROM = 80
SENTENCE_ENDS = tuple(".!?\u3002\uff01\uff1f")
WIDE_FROM = 9
NUMBER = re.compile(r"[\d.,%$€£¥()+\-/: ]+")


def cell_text(cell: str) -> str:
    """A cell on one line."""
    return " ".join(cell.split())


def row_lines(cells: Sequence[str]) -> list[str]:
    """A row as a line of cells between tabs; a cell that is prose stands on a line of its own."""
    if len(cells) == 1:
        # A frame rather than a row: what is in it keeps its own lines.
        return list(filter(None, map(cell_text, cells[0].split("\n"))))
    lines: list[str] = []
    short: list[str] = []
    for cell in map(cell_text, cells):
        if is_prose(cell):
            lines += [*_joined(short), cell]
            short = []
        else:
            short.append(cell)
    return lines + _joined(short)


def table_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    return [line for row in rows for line in row_lines(row)]


def record_lines(header: Sequence[str], cells: Sequence[str]) -> list[str]:
    """A row of a wide table as "column: value; column: value"; prose stands under its column."""
    lines: list[str] = []
    short: list[str] = []
    for column, cell in zip(header, map(cell_text, cells), strict=False):
        if is_prose(cell):
            lines += [*_listed(short), f"{column}:", cell]
            short = []
        elif cell:
            short.append(f"{column}: {cell}")
    return lines + _listed(short)


def is_prose(cell: str) -> bool:
    """Whether a cell is a sentence, or long and made of words."""
    blanks = cell.count(" ")
    if cell.endswith(SENTENCE_ENDS) and (blanks >= 4 or not cell.isascii()):
        return len(cell) >= PROSE_FROM / 4
    return len(cell) >= PROSE_FROM and blanks >= 8


def names_columns(header: Sequence[str]) -> bool:
    """Whether a first row reads like the names of columns: all there, all different, no numbers."""
    names = [cell_text(cell) for cell in header]
    return all(names) and len(set(names)) == len(names) and not any(map(NUMBER.fullmatch, names))


def _joined(cells: list[str]) -> list[str]:
    line = "\t".join(cells).rstrip("\t")
    return [line] if line.strip() else []


def _listed(cells: list[str]) -> list[str]:
    return ["; ".join(cells)] if cells else []
