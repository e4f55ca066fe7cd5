"""Rows of figures in tables whose cells are divided by tabs or bars (sheets, Markdown, HTML)."""

import re
from collections.abc import Callable, Iterator, Sequence
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
MONEY_AT_END = re.compile(
    r"[\s,]+(?:(?:in\s+)?(?:usd|eur|gbp|us\$|[$€£])\s*)?(?:thousand|million|billion|mn|bn)s?$"
    r"|\s+(?:usd|eur|gbp)$",
    re.IGNORECASE,
)
LETTERS = re.compile(r"[^\W\d_]{2}")
LONGEST_NAME = 60
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
        cut = ((line, split(line.text)) for line in members[1 : 1 + MOST_ROWS])
        self.rows = [(line, cells) for line, cells in cut if len(cells) == len(self.heads)]

    def _head(self, cell: str) -> Head:
        printed = cell.replace("_", " ")
        own = scale(printed)
        known = own if own.power is not None or own.percent else self.scale
        label = clean_label(IN_BRACKETS.sub("", MONEY_AT_END.sub("", printed)))
        return Head(label, periods.first(printed), known)

    def marks(self) -> Iterator[Mark]:
        if not 2 <= len(self.heads) <= MOST_COLUMNS or not self.rows:
            return
        dated = any(head.period for head in self.heads[1:])
        yield from self._by_heads() if dated else self._by_records()

    def _by_heads(self) -> Iterator[Mark]:
        """Rows name things, columns are periods."""
        for line, cells in self.rows:
            own = scale(cells[0])
            name = clean_label(IN_BRACKETS.sub("", cells[0]))
            for head, cell in zip(self.heads[1:], cells[1:], strict=True):
                known = own if own.power is not None or own.percent else head.scale
                mark = _mark(line, name, head.period, known, cell) if head.period else None
                if mark is not None:
                    yield mark

    def _by_records(self) -> Iterator[Mark]:
        """Each row is one thing, or one period, and columns tell of it."""
        time = self._column(lambda cells, at: self._period(cells[at], at) is not None)
        name = self._column(lambda cells, at: at != time and _names(cells[at]))
        told = [at for at in range(len(self.heads)) if at not in (time, name)]
        for line, cells in self.rows:
            when = periods.first(self.caption) if time is None else self._period(cells[time], time)
            for at in told:
                head = self.heads[at]
                label = head.label if name is None else _joined(cells[name], head.label)
                mark = _mark(line, label, when, head.scale, cells[at])
                if mark is not None:
                    yield mark

    def _column(self, holds: Callable[[list[str], int], bool]) -> int | None:
        """The first column of which most rows say so."""
        for at in range(len(self.heads)):
            if sum(1 for _, cells in self.rows if holds(cells, at)) * 2 > len(self.rows):
                return at
        return None

    def _period(self, cell: str, at: int) -> Period | None:
        """The period that a cell consists of; its length may stand in the head."""
        found = next(periods.periods(cell), None)
        if found is None or (found.end - found.start) * 3 < len(cell) * 2:
            return None
        months = periods.length(self.heads[at].label)
        period = found.period
        return periods.dated(period.end, months) if period.end and months else period


def _joined(name: str, head: str) -> str:
    """The name of a row with the head of a column, unless it says the same."""
    said = set(name.casefold().split())
    return name if said.issuperset(head.casefold().split()) else f"{name}: {head}"


def _names(cell: str) -> bool:
    return len(cell) <= LONGEST_NAME and bool(LETTERS.search(cell)) and _only_number(cell) is None


def _scale(caption: str, before: str) -> Scale:
    """What the caption says; plain numbers if the page says nothing of its numbers so far."""
    stated = scale(caption)
    if stated.power is None and not STATED.search(before):
        return stated._replace(power=0)
    return stated


def _mark(line: Line, label: str, period: Period | None, known: Scale, cell: str) -> Mark | None:
    number = _only_number(cell)
    if number is None or not LETTERS.search(label) or len(label) > LONGEST_LABEL:
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
