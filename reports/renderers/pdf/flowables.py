"""What a page is made of: text and tables that split wherever a page ends."""

from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from reports.renderers import theme
from reports.renderers.pdf.fonts import Fonts
from reports.renderers.pdf.setting import Line, Piece, Setting, Span, compose
from reports.renderers.theme import Type

# A paragraph leaves at least so many lines on either side of a page's end.
COMPANY = 2
# Where the baseline of a line lies, from its top, as a share of its leading.
BASELINE = 0.74
PAD = 5.5
# A row is split only if it is taller than this; a shorter one moves to the next page.
TALL_ROW = 240.0

paint = lru_cache(maxsize=64)(HexColor)


class Text(Flowable):  # type: ignore[misc]  # untyped library
    """A paragraph; `label` hangs in its indent on the first line, `anchor` is where links lead."""

    def __init__(
        self,
        spans: Sequence[Span],
        style: Type,
        fonts: Fonts,
        *,
        anchor: str = "",
        label: Sequence[Span] = (),
        indent: float = 0.0,
        right: bool = False,
    ) -> None:
        super().__init__()
        self.spans, self.style, self.fonts = spans, style, fonts
        self.anchor, self.label, self.indent, self.right = anchor, label, indent, right
        self._set: Setting | None = None
        self._set_width = 0.0

    def getSpaceBefore(self) -> float:
        return self.style.before

    def getSpaceAfter(self) -> float:
        return self.style.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = width, len(self._lines(width)) * self.style.leading
        return width, self.height

    def split(self, width: float, height: float) -> list["Text"]:
        lines = self._lines(width)
        fitting = min(int(height / self.style.leading + 1e-6), len(lines) - COMPANY)
        if fitting < COMPANY:
            fitting = 0 if height < 3 * COMPANY * self.style.leading else COMPANY
        if not 0 < fitting < len(lines):
            return []
        return [self._part(lines[:fitting], width, first=True), self._part(lines[fitting:], width)]

    def draw(self) -> None:
        self.draw_at(self.canv, 0.0, 0.0)

    def draw_at(self, canvas: Any, x: float, y: float) -> None:
        """Draw the paragraph, wrapped before, with its lower left corner at (x, y)."""
        lines = self._lines(self.width)
        placed = [(x + self._x(one), y + self._baseline(at), one) for at, one in enumerate(lines)]
        if self.label:
            label = compose(self.label, self.style, self.fonts, self.width).lines[0]
            placed.append((x, y + self._baseline(0), label))
        if self.anchor:
            canvas.bookmarkHorizontal(self.anchor, x, y + self.height + self.style.leading)
        _draw_lines(canvas, placed)

    def first_line(self, width: float) -> "Text":
        """The paragraph as one line; an ellipsis stands for what does not fit."""
        if len(self._lines(width)) == 1:
            return self
        room = width - self.style.size
        words = compose(self.spans, self.style, self.fonts, room).lines[0]
        letters = "".join(piece.said or piece.text for piece in words.pieces)
        short = Text([Span(f"{letters.strip()}…")], self.style, self.fonts, right=self.right)
        short.wrap(width, 0)
        return short

    def _lines(self, width: float) -> tuple[Line, ...]:
        if self._set is None or self._set_width != width:
            room = max(width - self.indent, self.style.size)
            self._set = compose(self.spans, self.style, self.fonts, room)
            self._set_width = width
        return self._set.lines

    def _part(self, lines: tuple[Line, ...], width: float, *, first: bool = False) -> "Text":
        """Some lines as a paragraph of their own; only the first part has label and anchor."""
        part = copy(self)
        for passing in ("canv", "_frame", "_postponed"):
            vars(part).pop(passing, None)
        turned = self._set is not None and self._set.turned
        part._set, part._set_width = Setting(lines, turned), width
        if not first:
            part.anchor, part.label = "", ()
        return part

    def _x(self, line: Line) -> float:
        turned = self._set is not None and self._set.turned
        return self.width - line.width if self.right or turned else self.indent

    def _baseline(self, index: int) -> float:
        return self.height - (index + BASELINE) * self.style.leading


Placed = tuple[float, float, Line]


def _draw_lines(canvas: Any, lines: Sequence[Placed]) -> None:
    for x, y, line in lines:
        _draw_beneath(canvas, line, x, y)
    pen = _Pen(canvas)
    for x, y, line in lines:
        for piece in line.pieces:
            pen.write(piece, x, y)
            x += piece.width
    pen.finish()


def _draw_beneath(canvas: Any, line: Line, x: float, y: float) -> None:
    """What is behind the words: the wash of a chip, the area of a link."""
    for piece in line.pieces:
        size = piece.manner.size
        if piece.manner.wash:
            canvas.setFillColor(paint(piece.manner.wash))
            box = (x - 3, y - 0.32 * size, piece.width + 6, 1.42 * size)
            canvas.roundRect(*box, radius=0.5 * size, stroke=0, fill=1)
        if piece.manner.link:
            area = (x, y - 0.25 * size, x + piece.width, y + 0.9 * size)
            _link(canvas, piece.manner.link, area)
        x += piece.width


class _Pen:
    """Writes pieces; says font and colour only where they change."""

    def __init__(self, canvas: Any) -> None:
        self._canvas, self._ink = canvas, canvas.beginText()
        self._font: tuple[str, float] | None = None
        self._colour = ""

    def write(self, piece: Piece, x: float, y: float) -> None:
        """Draw a piece; where it does not read as drawn, its letters go along (/ActualText).

        Not where it runs from right to left: readers turn such words around themselves.
        """
        self._ink.setTextOrigin(x, y)
        self._take(piece)
        if piece.said and not piece.manner.level % 2:
            letters = piece.said.encode("utf-16-be").hex().upper()
            self._ink._code.append(f"/Span <</ActualText <FEFF{letters}>>> BDC")
            self._ink.textOut(piece.text)
            self._ink._code.append("EMC")
        else:
            self._ink.textOut(piece.text)

    def finish(self) -> None:
        self._canvas.drawText(self._ink)

    def _take(self, piece: Piece) -> None:
        font = (piece.manner.font, piece.manner.size)
        if font != self._font:
            self._ink.setFont(*font)
            self._font = font
        if piece.manner.colour != self._colour:
            self._ink.setFillColor(paint(piece.manner.colour))
            self._colour = piece.manner.colour


def _link(canvas: Any, target: str, area: tuple[float, float, float, float]) -> None:
    if target.startswith("#"):
        canvas.linkRect("", target[1:], area, relative=1, thickness=0)
    elif target.startswith(("http://", "https://")):
        canvas.linkURL(target, area, relative=1, thickness=0)


def put(
    canvas: Any,
    x: float,
    y: float,
    width: float,
    spans: Sequence[Span],
    style: Type,
    fonts: Fonts,
    *,
    right: bool = False,
) -> None:
    """Draw one line with its baseline at y; what does not fit ends in an ellipsis."""
    text = Text(spans, style, fonts, right=right)
    text.wrap(width, 0)
    text = text.first_line(width)
    text.drawOn(canvas, x, y - (1 - BASELINE) * style.leading)


class Heading(Text):
    """A text that stands in the outline (level 0 or 1) and, with a number, in the contents."""

    def __init__(
        self,
        title: str,
        style: Type,
        fonts: Fonts,
        *,
        anchor: str,
        number: str = "",
        level: int = 0,
    ) -> None:
        super().__init__(
            [Span(title)],
            style,
            fonts,
            anchor=anchor,
            label=[Span(number, colour=theme.ACCENT)] if number else (),
            indent=1.55 * style.size if number else 0.0,
        )
        self.title, self.number, self.level = title, number, level


class Aside(Text):
    """What the report says about itself, beside a bar."""

    def draw(self) -> None:
        self.canv.setFillColor(paint(theme.RULE))
        self.canv.rect(0, 0, 2.5, self.height, stroke=0, fill=1)
        super().draw()


class Rule(Flowable):  # type: ignore[misc]
    """A hairline across the column."""

    def __init__(self, *, colour: str = theme.RULE, weight: float = 0.6, after: float = 8) -> None:
        super().__init__()
        self.colour, self.weight, self.after = colour, weight, after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = width, self.weight
        return width, self.weight

    def getSpaceAfter(self) -> float:
        return self.after

    def draw(self) -> None:
        self.canv.setStrokeColor(paint(self.colour))
        self.canv.setLineWidth(self.weight)
        self.canv.line(0, 0, self.width, 0)


Row = Sequence[Text]


class Grid(Flowable):  # type: ignore[misc]
    """A table: hairlines between rows, its head again on every page, tall rows split.

    `shares` are the widths of the columns as parts of the whole.
    """

    def __init__(self, head: Row, rows: Sequence[Row], shares: Sequence[float]) -> None:
        super().__init__()
        self.head, self.rows, self.shares = head, rows, shares
        self._heights: Sequence[float] = ()

    def getSpaceAfter(self) -> float:
        return 12.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self._head_height = self._row_height(self.head, width) if self.head else 0.0
        if len(self._heights) != len(self.rows):
            self._heights = [self._row_height(row, width) for row in self.rows]
        self.height = self._head_height + sum(self._heights)
        return width, self.height

    def split(self, width: float, height: float) -> list["Grid"]:
        self.wrap(width, height)
        fitting, room = 0, height - self._head_height
        while fitting < len(self.rows) and self._heights[fitting] <= room:
            room -= self._heights[fitting]
            fitting += 1
        if fitting < len(self.rows) and self._heights[fitting] > TALL_ROW:
            parts = self._split_row(self.rows[fitting], room)
            if parts:
                return self._parted(
                    [*self.rows[:fitting], parts[0]], [parts[1], *self.rows[fitting + 1 :]]
                )
        if not fitting:
            return []
        return self._parted(self.rows[:fitting], self.rows[fitting:])

    def _parted(self, above: Sequence[Row], below: Sequence[Row]) -> list["Grid"]:
        parts = [Grid(self.head, rows, self.shares) for rows in (above, below)]
        if len(above) + len(below) == len(self.rows):
            parts[0]._heights = self._heights[: len(above)]
            parts[1]._heights = self._heights[len(above) :]
        return parts

    def _split_row(self, row: Row, room: float) -> tuple[Row, Row] | None:
        upper, lower = [], []
        for cell, width in zip(row, self._widths(self.width), strict=True):
            empty = Text((), cell.style, cell.fonts)
            if cell.wrap(width, room)[1] <= room - 2 * PAD:
                first, rest = cell, empty
            elif parts := cell.split(width, room - 2 * PAD):
                first, rest = parts
            else:
                return None
            upper.append(first)
            lower.append(rest)
        return upper, lower

    def draw(self) -> None:
        top = self.height
        if self.head:
            self._line(top, theme.NAVY, 1.1)
            top = self._draw_row(self.head, top, self._head_height)
            self._line(top, theme.MUTED, 0.5)
        for row, height in zip(self.rows, self._heights, strict=True):
            top = self._draw_row(row, top, height)
            self._line(top, theme.RULE, 0.5)

    def _draw_row(self, row: Row, top: float, height: float) -> float:
        x = 0.0
        for cell, share in zip(row, self.shares, strict=True):
            cell.draw_at(self.canv, x, top - PAD - cell.height)
            x += share * self.width
        return top - height

    def _line(self, y: float, colour: str, weight: float) -> None:
        self.canv.setStrokeColor(paint(colour))
        self.canv.setLineWidth(weight)
        self.canv.line(0, y, self.width, y)

    def _row_height(self, row: Row, width: float) -> float:
        sizes = [cell.wrap(room, 0)[1] for cell, room in zip(row, self._widths(width), strict=True)]
        return max(sizes) + 2 * PAD

    def _widths(self, width: float) -> list[float]:
        """The room for the words of each column; a gutter keeps them apart."""
        last = len(self.shares) - 1
        return [share * width - (12 if at < last else 0) for at, share in enumerate(self.shares)]
