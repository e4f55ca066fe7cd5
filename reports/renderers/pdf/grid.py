"""Tables that split wherever a page ends, also inside a row that is taller than a page."""

from collections.abc import Sequence

from reportlab.platypus import Flowable

from reports.renderers import theme
from reports.renderers.pdf.flowables import Text, paint

# Above and below the words of a cell.
PAD = 5.5
GUTTER = 12.0
# A table leaves at least so many rows on either side of a page's end.
COMPANY = 2
# A table that is no higher than this is kept whole, as a chart is.
SHORT_TABLE = 180.0
# A row is split only if it is taller than this; a shorter one moves to the next page.
TALL_ROW = 240.0
Row = Sequence[Text]


class Grid(Flowable):  # type: ignore[misc]  # untyped library
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

    def opening(self, width: float) -> float:
        """The height of the least part that a page may end with; all of a short table."""
        self.wrap(width, 0)
        if self.height <= SHORT_TABLE:
            return self.height
        return self._head_height + sum(min(one, TALL_ROW) for one in self._heights[:COMPANY])

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
        above = min(fitting, max(len(self.rows) - COMPANY, 1))
        return self._parted(self.rows[:above], self.rows[above:])

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
        return [
            share * width - (GUTTER if at < last else 0) for at, share in enumerate(self.shares)
        ]
