"""Rows of figures in tables that are printed as lines: "Total net sales 81,797 82,959".

A row counts only when its numbers match the columns that the lines above it announce: better
no figure than one under the wrong date.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from analysis.pipeline import layout
from analysis.pipeline.amounts import number_of, plain
from analysis.pipeline.columns import Column, columns, is_head
from analysis.pipeline.layout import Line
from analysis.pipeline.marks import LONGEST_LABEL, Mark, clean_label
from analysis.pipeline.scale import Scale, currency_of, measure, scale

CELL = re.compile(
    r"(?<!\S)(?:[$€£¥₹]\s?)?(?:\(\s?)?(?:[$€£¥₹]\s?)?[-\u2212]?(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    r"(?:\s?\))?(?:\s?%)?(?!\S)|(?<!\S)(?:[$€£¥₹]\s?)?[\u2014\u2013-](?:\s?%)?(?!\S)"
)
LAST = tuple("0123456789)%\u2014\u2013-")
CAPTION_LENGTH = 600
MOST_BETWEEN = 3


class Row(NamedTuple):
    line: Line
    label: str
    cells: tuple[re.Match[str], ...]


def printed_rows(text: str) -> Iterator[Mark]:
    """The figures of every printed table of a page."""
    table = _Table(text)
    for line in layout.lines(text):
        yield from table.read(line)


class _Table:
    """Reads a page line by line; knows the columns and the scale that hold at this line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.above: list[str] = []
        self.columns: tuple[Column, ...] = ()
        self.scale = Scale()
        self.currency = ""
        self.group = ""
        self.broken: Line | None = None
        self.caption_from = 0
        self.misses = 0

    def read(self, line: Line) -> Iterator[Mark]:
        row = row_of(line) if line.text[-1:] in LAST and not is_head(line.text) else None
        if row is None:
            self._note(line)
            return
        if self.above and (found := columns(self.above)):
            self._begin(found, line.start)
        self.above = []
        self.misses = 0
        yield from self._marks(self._joined(row))
        self.caption_from = line.end

    def _begin(self, found: tuple[Column, ...], at: int) -> None:
        """A new table: its columns, and what its caption says of the numbers."""
        caption = self.text[max(self.caption_from, at - CAPTION_LENGTH) : at]
        stated = scale(caption)
        self.columns, self.scale = found, stated
        self.currency = currency_of(caption)

    def _note(self, line: Line) -> None:
        """A line that is no row: a head, a group's name, the first half of a label, or prose."""
        self.above = [*self.above, line.text][-12:]
        is_half = bool(line.text) and not layout.ends(line.text) and not is_head(line.text)
        self.broken = line if is_half else None
        self.misses += 1
        if line.text.endswith(":") and len(line.text) <= LONGEST_LABEL:
            self.group = line.text.rstrip(": ")
        elif self.misses > MOST_BETWEEN or layout.ends(line.text):
            self.group = ""
        if self.misses > MOST_BETWEEN:
            self.columns = ()

    def _joined(self, row: Row) -> Row:
        """A label that begins with a small letter began on the line above."""
        begun, self.broken = self.broken, None
        if begun is None or not is_continued(row.label):
            return row
        line = Line(begun.start, row.line.end, self.text[begun.start : row.line.end])
        return Row(line, f"{begun.text} {row.label}", row.cells)

    def _marks(self, row: Row) -> Iterator[Mark]:
        self.currency = self.currency or currency_of(row.line.text)
        cells = matched(row.cells, self.columns)
        if not cells or is_continued(row.label):
            return
        label = self._named(row.label)
        for column, cell in cells:
            mark = self._mark(row, label, column, cell)
            if mark is not None:
                yield mark
        if row.label.casefold().startswith("total"):
            self.group = ""

    def _named(self, label: str) -> str:
        """A short label is only clear together with the name of its group."""
        alone = label.casefold().startswith("total") or len(label.split()) > 4
        name = label if alone or not self.group else f"{self.group}: {label}"
        return f"{name} (% of {self.scale.whole})" if self.scale.whole else name

    def _mark(self, row: Row, label: str, column: Column, cell: re.Match[str]) -> Mark | None:
        number = number_of(cell["digits"]) if cell["digits"] else None
        printed = cell.group()
        how = measure(self.scale, label, printed, self.currency)
        if number is None or how is None or column.period is None:
            return None
        value = plain(number.scaleb(how.power))
        return Mark(
            label=label,
            period=column.period,
            value=-value if re.search(r"[(\u2212-]", printed) else value,
            step=Decimal(1).scaleb(int(number.as_tuple().exponent) + how.power),
            raw=" ".join(printed.split()),
            unit=how.unit,
            currency=how.currency,
            start=row.line.start,
            end=row.line.end,
        )


def is_continued(label: str) -> bool:
    """Whether a label has no beginning: a small letter, but not that of "iPhone"."""
    return label[:1].islower() and not label[1:2].isupper()


def row_of(line: Line) -> Row | None:
    """The line as a label and the cells that follow it; None if it is none."""
    cells = _trailing(line.text)
    if not cells:
        return None
    label = clean_label(line.text[: cells[0].start()])
    if not re.search(r"[^\W\d_]{2}", label) or len(label) > LONGEST_LABEL:
        return None
    return Row(line, label, tuple(cells))


def _trailing(text: str) -> list[re.Match[str]]:
    """The cells at the end of a line that only blanks divide."""
    cells: list[re.Match[str]] = []
    edge = len(text)
    for cell in reversed(list(CELL.finditer(text))):
        if text[cell.end() : edge].strip():
            break
        cells.insert(0, cell)
        edge = cell.start()
    return cells


def matched(
    cells: Sequence[re.Match[str]], heads: Sequence[Column]
) -> list[tuple[Column, re.Match[str]]]:
    """Each cell under its column, if their numbers agree; changes may be left out of a row."""
    dated = [head for head in heads if head.period is not None]
    if len(cells) == len(heads):
        return list(zip(heads, cells, strict=True))
    if len(cells) == len(dated):
        return list(zip(dated, cells, strict=True))
    return []
