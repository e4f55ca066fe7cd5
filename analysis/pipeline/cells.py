"""Rows of figures in tables whose cells are divided by tabs or bars (sheets, Markdown, HTML)."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from analysis.pipeline import layout, periods
from analysis.pipeline.amounts import Amount, amounts, plain
from analysis.pipeline.layout import Line
from analysis.pipeline.marks import LONGEST_LABEL, Mark, clean_label
from analysis.pipeline.periods import Period
from analysis.pipeline.scale import STATED, Scale, measure, scale

DIVIDER = re.compile(r"\t|\s*\|\s*")
RULE = re.compile(r"[\s|:+=-]*")
IN_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
TIME = re.compile(
    r"^(?:(?:fiscal )?(?:quarter|year|month|period|date)s?(?: (?:ended|ending))?)$", re.I
)
CAPTION_LENGTH = 300
MOST_ROWS, MOST_COLUMNS = 400, 16


class Head(NamedTuple):
    """A column: what its numbers are of, when, and how they are to be read."""

    label: str
    period: Period | None
    scale: Scale


def celled_rows(text: str) -> Iterator[Mark]:
    """The figures of every table of a page that has divided cells."""
    if "\t" not in text and "|" not in text:
        return
    lines = layout.lines(text)
    for divided, group in groupby(lines, key=lambda line: len(split(line.text)) > 1):
        members = [line for line in group if not RULE.fullmatch(line.text)]
        if divided and len(members) > 1:
            yield from _Table(text, members).marks()


def split(line: str) -> list[str]:
    """The cells of a line; one cell if it is not divided."""
    if "\t" not in line and "|" not in line:
        return [line]
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip(" *_") for cell in DIVIDER.split(bare)]


class _Table:
    """A table whose first line heads its columns."""

    def __init__(self, text: str, members: Sequence[Line]) -> None:
        above = text[max(0, members[0].start - CAPTION_LENGTH) : members[0].start]
        self.caption = " ".join(above.rstrip().split("\n")[-2:])
        self.scale = _scale(self.caption, text[: members[0].start])
        self.heads = [self._head(cell) for cell in split(members[0].text)]
        self.rows = members[1 : 1 + MOST_ROWS]

    def _head(self, cell: str) -> Head:
        own = scale(cell)
        known = own if own.power is not None or own.percent else self.scale
        return Head(clean_label(IN_BRACKETS.sub("", cell)), periods.first(cell), known)

    def marks(self) -> Iterator[Mark]:
        if not 2 <= len(self.heads) <= MOST_COLUMNS:
            return
        rows = [(line, cells) for line in self.rows if len(cells := split(line.text)) > 1]
        read = self._by_period if self._names_periods(rows) else self._by_name
        for line, cells in rows:
            if len(cells) == len(self.heads):
                yield from read(line, cells)

    def _names_periods(self, rows: Sequence[tuple[Line, list[str]]]) -> bool:
        """Whether the rows are periods ("Q1 2024 | 412 | 31"), not things."""
        if any(head.period for head in self.heads[1:]):
            return False
        dated = sum(1 for _, cells in rows if self._period(cells[0]))
        return dated * 2 > len(rows)

    def _period(self, cell: str) -> Period | None:
        found = next(periods.periods(cell), None)
        if found is None or (found.end - found.start) * 2 < len(cell):
            return None
        months = periods.length(self.heads[0].label) if self.heads else None
        period = found.period
        return periods.dated(period.end, months) if period.end and months else period

    def _by_period(self, line: Line, cells: Sequence[str]) -> Iterator[Mark]:
        period = self._period(cells[0])
        for head, cell in zip(self.heads[1:], cells[1:], strict=True):
            mark = _mark(line, head.label, period, head.scale, cell) if period else None
            if mark is not None:
                yield mark

    def _by_name(self, line: Line, cells: Sequence[str]) -> Iterator[Mark]:
        """Rows that name things: their columns are periods, or what is told of each thing."""
        name = clean_label(IN_BRACKETS.sub("", cells[0]))
        own = scale(cells[0])
        has_periods = any(head.period for head in self.heads[1:])
        common = None if has_periods else self._common(cells)
        for head, cell in zip(self.heads[1:], cells[1:], strict=True):
            if (has_periods and head.period is None) or TIME.match(head.label):
                continue
            label = name if has_periods else f"{name}: {head.label}"
            known = own if own.power is not None or own.percent else head.scale
            mark = _mark(line, label, head.period or common, known, cell)
            if mark is not None:
                yield mark

    def _common(self, cells: Sequence[str]) -> Period | None:
        """The period of a whole row: its cell in a column of years, else that of the caption."""
        for head, cell in zip(self.heads, cells, strict=True):
            if TIME.match(head.label):
                return periods.first(cell)
        return periods.first(self.caption)


def _scale(caption: str, before: str) -> Scale:
    """What the caption says; plain numbers if the page says nothing of its numbers so far."""
    stated = scale(caption)
    if stated.power is None and not STATED.search(before):
        return stated._replace(power=0)
    return stated


def _mark(line: Line, label: str, period: Period | None, known: Scale, cell: str) -> Mark | None:
    number = _only_number(cell)
    if number is None or not re.search(r"[^\W\d_]{2}", label) or len(label) > LONGEST_LABEL:
        return None
    how = measure(known, label, cell, number.currency)
    if how is None:
        return None
    power = 0 if number.scaled or number.unit else how.power
    return Mark(
        label=label,
        period=period,
        value=plain(number.value.scaleb(power)),
        step=number.step.scaleb(power),
        raw=number.raw,
        unit=number.unit or how.unit,
        currency="" if number.unit else (number.currency or how.currency),
        start=line.start,
        end=line.end,
    )


def _only_number(cell: str) -> Amount | None:
    """The number that a cell consists of; None if it holds more, less, or a year."""
    found = list(amounts(cell)) if any(sign.isdigit() for sign in cell) else []
    if len(found) != 1 or cell[: found[0].start].strip() or cell[found[0].end :].strip():
        return None
    return found[0]
