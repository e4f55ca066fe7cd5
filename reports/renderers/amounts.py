"""What a figure comes to: its scale, its unit, and how to read one that prints without them."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from analysis.types import Figure

SCALES = ((12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"))


def scale_of(figures: Sequence[Figure]) -> tuple[Decimal, str]:
    """What to count in: (1000000000, "billion") for values of some billions."""
    largest = max(abs(figure.value) for figure in figures)
    for power, word in SCALES:
        if largest >= Decimal(10) ** power:
            return Decimal(10) ** power, word
    return Decimal(1), ""


def unit_of(figures: Sequence[Figure]) -> str:
    """The unit of an axis in words, such as "USD billion" or "%"."""
    first = figures[0]
    return " ".join(filter(None, [first.currency, scale_of(figures)[1], first.unit]))


def meaning(figure: Figure) -> str:
    """ "USD 2.04 billion" for "$ 2,043" out of a table in millions; "" where that is plain."""
    printed = re.sub(r"[^\d.]", "", figure.raw)
    try:
        in_scale = abs(figure.value) == abs(Decimal(printed))
    except InvalidOperation:
        return ""
    if in_scale or re.search(r"[^\W\d_]{2}", figure.raw):
        return ""
    divisor, word = scale_of([figure])
    number = f"{figure.value / divisor:,.2f}".rstrip("0").rstrip(".")
    return " ".join(filter(None, [figure.currency, number, word, figure.unit]))
