"""Totals of figures that may be added: four quarters of an account that flows, one after another.

What is added must not overlap. Quarters never do; parts of one period may (a product and the
line that it belongs to), and no table says so: they are not added.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from analysis.pipeline.conflicts import DIGITS, step_of
from analysis.pipeline.exhibits import length, order
from analysis.pipeline.figures import name_of
from analysis.types import Derivation, Derived, Figure

QUARTER, QUARTERS, SLACK = 3, 4, 1
NUMBER = re.compile(r"\d+")
# Accounts of what comes and goes; what is there at the end of a quarter adds up to nothing.
FLOWS = frozenset(
    map(
        name_of,
        (
            "Net sales", "Revenue", "Revenues", "Sales", "Turnover", "Gross profit",
            "Operating income", "Operating profit", "Income from operations", "Net income",
            "Net profit", "Net earnings",
        ),
    )
)  # fmt: skip
SCALES = {1: "", 10**3: "thousand", 10**6: "million", 10**9: "billion", 10**12: "trillion"}


def year(figures: Sequence[Figure], known: Sequence[Figure]) -> Iterator[Derived]:
    """The sum of the newest four quarters of an account, unless its year is among the `known`.

    `figures` are those of one account, source, currency and unit, newest first.
    """
    quarters = list(figures[:QUARTERS])
    if not _is_year_of_quarters(quarters) or _is_told(quarters[0], known):
        return
    value = sum((one.value for one in quarters), Decimal(0))
    printed = _printed(quarters, value)
    if printed:
        yield Derived(
            kind=Derivation.TOTAL,
            label=f"{quarters[0].label}, sum of four quarters",
            value=value,
            printed=printed,
            unit=quarters[0].unit,
            period=f"{quarters[-1].period} to {quarters[0].period}",
            formula=" + ".join(one.raw for one in reversed(quarters)),
            operands=tuple(one.key for one in quarters),
        )


def _is_year_of_quarters(figures: Sequence[Figure]) -> bool:
    """Whether they are four quarters in a row, named and printed alike, of what may be added."""
    if len(figures) < QUARTERS or name_of(figures[0].label) not in FLOWS:
        return False
    if any(length(one) != QUARTER or not one.currency for one in figures):
        return False
    alike = {(step_of(one), _named(one)) for one in figures}
    gaps = [_month(one) - _month(other) for one, other in pairwise(figures)]
    # Fiscal quarters end up to a week before or after the end of a month.
    near = all(abs(gap - QUARTER) <= SLACK for gap in gaps)
    return len(alike) == 1 and near and abs(sum(gaps) - (QUARTERS - 1) * QUARTER) <= SLACK


def _month(figure: Figure) -> int:
    years, months, _ = order(figure)
    return 12 * years + months


def _named(figure: Figure) -> str:
    """How its period is named: "Quarter ended ..." and "Q# FY#" may be other quarters."""
    return "Quarter" if "ended" in figure.period else NUMBER.sub("#", figure.period)


def _is_told(newest: Figure, known: Sequence[Figure]) -> bool:
    """Whether a source tells the year that ends with the newest quarter by itself."""
    return any(
        length(one) == QUARTERS * QUARTER
        and name_of(one.label) == name_of(newest.label)
        and abs(_month(one) - _month(newest)) <= SLACK
        for one in known
    )


def _printed(quarters: Sequence[Figure], value: Decimal) -> str:
    """The sum in the scale of what was added, in words; "" where that has none."""
    step = step_of(quarters[0])
    digits = DIGITS.search(quarters[0].raw)
    if digits is None:
        return ""
    decimals = len(digits.group().partition(".")[2])
    scale = int(step * 10**decimals)
    if scale not in SCALES:
        return ""
    return f"{quarters[0].currency} {value / scale:,.{decimals}f} {SCALES[scale]}".strip()
