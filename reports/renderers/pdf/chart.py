"""Figures over periods as bars: vector shapes, an axis in round numbers, every value printed."""

import math
from collections.abc import Iterator, Sequence

from reportlab.graphics.shapes import STATE_DEFAULTS, Drawing, Line, Rect, String

from analysis.types import Figure
from reports.renderers import theme
from reports.renderers.amounts import scale_of
from reports.renderers.pdf.flowables import paint
from reports.renderers.pdf.fonts import FACES, Fonts, printable

# A drawing begins with this font, used or not; Helvetica would not be embedded.
STATE_DEFAULTS["fontName"] = FACES[theme.SANS]

HEIGHT = 178.0
BASE, TOP = 30.0, 20.0
AXIS = 40.0
WIDEST_BAR = 44.0
# Of a period's room, what its bar takes.
BAR_SHARE = 0.56
LONG_PERIOD = 12
LABEL, TICK = 7.8, 7.2
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def chart(figures: Sequence[Figure], fonts: Fonts) -> Drawing:
    """Bars in the order of the figures; the last one, the newest, stands out."""
    return _Bars(figures, fonts).drawing


class _Bars:
    def __init__(self, figures: Sequence[Figure], fonts: Fonts) -> None:
        self.drawing, self._fonts = Drawing(theme.MEASURE, HEIGHT), fonts
        self._values = [float(figure.value / scale_of(figures)[0]) for figure in figures]
        self._ticks = list(round_ticks(min(0.0, *self._values), max(0.0, *self._values)))
        self._draw_axis()
        for at, figure in enumerate(figures):
            self._draw_bar(at, figure)

    def _y(self, value: float) -> float:
        low, high = self._ticks[0], self._ticks[-1]
        return BASE + (HEIGHT - BASE - TOP) * (value - low) / (high - low)

    def _draw_axis(self) -> None:
        for tick in self._ticks:
            colour = theme.MUTED if tick == 0 else theme.RULE
            self.drawing.add(_line(AXIS, self._y(tick), theme.MEASURE, colour))
            self._write(f"{tick:,.10g}", AXIS - 8, self._y(tick) - 2.5, TICK, theme.MUTED, "end")

    def _draw_bar(self, at: int, figure: Figure) -> None:
        room = (theme.MEASURE - AXIS) / len(self._values)
        width = min(room * BAR_SHARE, WIDEST_BAR)
        middle = AXIS + room * (at + 0.5)
        low, high = sorted((self._y(0), self._y(self._values[at])))
        colour = theme.NAVY if at == len(self._values) - 1 else theme.PALE
        bar = Rect(middle - width / 2, low, width, high - low)
        bar.fillColor, bar.strokeColor = paint(colour), None
        self.drawing.add(bar)
        self._clear(middle, high + 2.5, self._width(figure.raw, LABEL) + 6)
        self._write(figure.raw, middle, high + 5, LABEL, theme.NAVY, "middle", room)
        for line, words in enumerate(_two_lines(figure.period)):
            y = BASE - 13 - line * LABEL * 1.25
            self._write(words, middle, y, LABEL, theme.INK, "middle", room)

    def _clear(self, middle: float, y: float, width: float) -> None:
        """White paper for a label, over the lines of the axis."""
        paper = Rect(middle - width / 2, y, width, LABEL * 1.3)
        paper.fillColor, paper.strokeColor = paint(theme.WHITE), None
        self.drawing.add(paper)

    def _width(self, text: str, size: float) -> float:
        runs = self._fonts.runs(printable(text), theme.SANS)
        return sum(self._fonts.width(run, font, size) for font, run in runs)

    def _write(
        self, text: str, x: float, y: float, size: float, colour: str, anchor: str, room: float = 0
    ) -> None:
        """One line of text; smaller where it would run into its neighbours."""
        width = self._width(text, size)
        if room and width > room - 4:
            size, width = size * (room - 4) / width, room - 4
        x -= {"end": width, "middle": width / 2}[anchor]
        for font, run in self._fonts.runs(printable(text), theme.SANS):
            self.drawing.add(
                String(x, y, run, fontName=font, fontSize=size, fillColor=paint(colour))
            )
            x += self._fonts.width(run, font, size)


def _two_lines(words: str) -> tuple[str, str]:
    """A long period in two lines, broken where they are most alike."""
    if len(words) <= LONG_PERIOD or " " not in words:
        return words, ""
    spaces = [at for at, letter in enumerate(words) if letter == " "]
    middle = min(spaces, key=lambda at: abs(at - len(words) / 2))
    return words[:middle], words[middle + 1 :]


def _line(x: float, y: float, end: float, colour: str) -> Line:
    line = Line(x, y, end, y)
    line.strokeColor, line.strokeWidth = paint(colour), 0.6
    return line


def round_ticks(low: float, high: float) -> Iterator[float]:
    """Four to seven round numbers from below `low` to above `high`."""
    step = _round_step((high - low or 1.0) / 4)
    first, last = math.floor(low / step), math.ceil(high / step) or 1
    for count in range(first, last + 1):
        yield count * step


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(step for step in STEPS if step * power >= rough * 0.999)
