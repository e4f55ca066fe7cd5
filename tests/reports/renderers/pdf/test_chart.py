"""Bars stand on an axis of round numbers, each with the value as its source prints it."""

import pytest
from reportlab.graphics.shapes import Rect, String

from analysis.types import Figure
from reports.renderers import theme
from reports.renderers.pdf.chart import chart, round_ticks
from reports.renderers.pdf.flowables import paint
from reports.renderers.pdf.fonts import Fonts
from tests.reports.drafts import make_figure


def figures(*values: str) -> list[Figure]:
    return [
        make_figure(f"n-{at}", value, value, str(2020 + at), "q-1")
        for at, value in enumerate(values)
    ]


def drawn(*values: str) -> tuple[list[Rect], list[str]]:
    """The bars and all words of a chart."""
    shapes = chart(figures(*values), Fonts(values)).contents
    bars = [one for one in shapes if isinstance(one, Rect) and one.fillColor != paint(theme.WHITE)]
    return bars, [one.text for one in shapes if isinstance(one, String)]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 4.1, [0, 2, 4, 6]),
        (0, 100, [0, 25, 50, 75, 100]),
        (-3, 5, [-4, -2, 0, 2, 4, 6]),
        (0, 0, [0, 0.25]),
        (0, 0.03, [0, 0.01, 0.02, 0.03]),
    ],
)
def test_an_axis_counts_in_round_numbers(low, high, ticks):
    assert list(round_ticks(low, high)) == pytest.approx(ticks)


def test_bars_are_as_high_as_their_values_and_the_newest_stands_out():
    (first, second, third), words = drawn("10", "20", "40")
    assert second.height == pytest.approx(2 * first.height)
    assert third.height == pytest.approx(4 * first.height)
    assert [bar.fillColor for bar in (first, second, third)] == [
        paint(theme.PALE), paint(theme.PALE), paint(theme.NAVY),
    ]  # fmt: skip
    assert {"2020", "2021", "2022", "10", "20", "40"} <= set(words)


def test_a_loss_hangs_below_the_axis():
    (gain, loss), _ = drawn("10", "-5")
    assert loss.y + loss.height == pytest.approx(gain.y)


def test_a_long_period_takes_two_lines():
    long = make_figure("n-1", "1", "1", "Quarter ended October 30, 2022", "q-1")
    words = [
        one.text for one in chart([long], Fonts([long.period])).contents if isinstance(one, String)
    ]
    assert "Quarter ended" in words
    assert "October 30, 2022" in words
