"""Tables as text: comma, semicolon, tab or bar between the cells."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from analysis.sources.reading import limits, rows
from analysis.sources.reading.types import Extract

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS = 64 << 10
SAMPLE_ROWS = 50
LONGEST_CELL = 1 << 20
STRICT_ROWS, STRICT_COLUMNS = 3, 3
LOOSE_SHARE = 0.7


def delimiter_of(text: str, *, strictly: bool) -> str | None:
    """What separates the cells, or None if the lines are no rows.

    Strictly, as for a file that does not call itself a table, every row has as many columns.
    """
    columns = {mark: _columns(text, mark, strictly) for mark in DELIMITERS}
    best = max(DELIMITERS, key=columns.__getitem__)
    return best if columns[best] else None


def read(text: str) -> Extract:
    """One page: a line per row, its cells between tabs; a wide table names its columns."""
    delimiter = delimiter_of(text, strictly=False) or ","
    table = _table(text, delimiter)
    header = next(table, [])
    if len(header) < rows.WIDE_FROM or not rows.names_columns(header):
        lines = [*rows.row_lines(header), *rows.table_lines(table)]
        return Extract(pages=["\n".join(lines)])
    records = ["\n".join(rows.record_lines(header, cells)) for cells in table]
    return Extract(pages=["\n\n".join(records)])


def _columns(text: str, delimiter: str, strictly: bool) -> int:
    """How many columns the first rows usually have, or 0 if they are no rows."""
    sample = text[:SAMPLE_CHARACTERS]
    if len(text) > SAMPLE_CHARACTERS:
        # Without the last line, which is cut in two.
        sample = sample[: sample.rfind("\n") + 1] or sample
    widths = _widths(sample, delimiter)
    usual, times = Counter(widths).most_common(1)[0] if widths else (0, 0)
    if strictly:
        fits = usual >= STRICT_COLUMNS and times == len(widths) >= STRICT_ROWS
    else:
        fits = usual >= 2 and (times >= LOOSE_SHARE * len(widths) or _is_ragged(widths))
    return usual if fits else 0


def _is_ragged(widths: list[int]) -> bool:
    """Whether rows only leave out empty cells at their end."""
    return widths[0] >= STRICT_COLUMNS and min(widths) >= 2 and max(widths) == widths[0]


def _widths(sample: str, delimiter: str) -> list[int]:
    parsed = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        return [len(row) for row in islice(filter(any, parsed), SAMPLE_ROWS)]
    except csv.Error:
        return []


def _table(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows that hold anything; raises Unreadable, with the line, where one is no row."""
    csv.field_size_limit(LONGEST_CELL)
    parsed = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells = 0
    while True:
        try:
            row = next(parsed)
        except StopIteration:
            return
        except csv.Error as error:
            raise limits.too_complex(f"Line {parsed.line_num} is no row ({error}).") from None
        cells += len(row)
        if len(row) > limits.MAX_COLUMNS:
            raise limits.too_complex(
                f"Line {parsed.line_num} has {len(row):,} columns; at most "
                f"{limits.MAX_COLUMNS:,} are read."
            )
        if cells > limits.MAX_CELLS:
            raise limits.too_complex(f"It has more than {limits.MAX_CELLS:,} cells.")
        if any(cell.strip() for cell in row):
            yield row
