"""Text on a page: paragraphs that split wherever a page ends, headings, single lines."""

from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.ttfonts import ShapedStr
from reportlab.platypus import Flowable

from reports.renderers import theme
from reports.renderers.pdf.fonts import Fonts
from reports.renderers.pdf.lines import Line, Setting, compose
from reports.renderers.pdf.words import Piece, Span
from reports.renderers.theme import Type

# A paragraph leaves at least so many lines on either side of a page's end.
COMPANY = 2
# Where the baseline of a line lies, from its top, as a share of its leading.
BASELINE = 0.74
# More characters than fit on any single line.
MOST_ON_A_LINE = 500

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

    def opening(self, width: float) -> float:
        """The height of the least part that a page may end with; all of a short paragraph."""
        lines = len(self._lines(width))
        return (COMPANY if lines >= 2 * COMPANY else lines) * self.style.leading

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
            part.__dict__.pop(passing, None)
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
            self._draw(piece, x, y)
            self._ink._code.append("EMC")
        else:
            self._draw(piece, x, y)

    def _draw(self, piece: Piece, x: float, y: float) -> None:
        if not isinstance(piece.text, ShapedStr):
            self._ink.textOut(piece.text)
            return
        # Glyph by glyph: ReportLab's own way fails where a word begins with a raised mark.
        scale = piece.manner.size / 1000
        for glyph, place in zip(str(piece.text), piece.text.__shapeData__, strict=True):
            self._ink.setTextOrigin(x + place.x_offset * scale, y + place.y_offset * scale)
            self._ink.textOut(glyph)
            x += place.x_advance * scale

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
    short = [span._replace(text=span.text[:MOST_ON_A_LINE]) for span in spans]
    text = Text(short, style, fonts, right=right)
    text.wrap(width, 0)
    text = text.first_line(width)
    text.drawOn(canvas, x, y - (1 - BASELINE) * style.leading)


class Title(Text):
    """A text that announces what follows it, so that it is never the last on a page."""


class Heading(Title):
    """A title that stands in the outline (level 0 or 1) and, with a number, in the contents."""

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
