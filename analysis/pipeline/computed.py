"""Figures that follow from others, with their formulas: growth, shares, differences, totals.

A claim may state a number that its quotes do not hold if code can compute it from numbers that
they do hold, in the way that the claim's words call for.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation
from itertools import permutations
from typing import NamedTuple, Protocol

from analysis.pipeline.amounts import Amount, agree, amounts

MOST_NUMBERS = 10
HUNDRED = Decimal(100)
GROWTH = re.compile(
    r"\b(?:gr[eo]w\w*|ris(?:e|es|ing)|rose|increas\w+|fell|fall\w*|declin\w+|decreas\w+|chang\w+"
    r"|up|down|higher|lower|drop\w*|gain\w*|climb\w*)\b",
    re.IGNORECASE,
)
SHARE = re.compile(
    r"\b(?:share|percent(?:age)? of|% of|ratio|margin|accounts? for|proportion)\b", re.I
)
DIFFERENCE = re.compile(
    r"\b(?:difference|gap|more than|less than|by|exceed\w*|increas\w+|decreas\w+|rose|fell|net)\b",
    re.I,
)
TOTAL = re.compile(r"\b(?:total\w*|together|combined|sum|in all|altogether)\b", re.IGNORECASE)
TIMES = re.compile(r"\b(?:times|fold|doubl\w+|tripl\w+|multiple)\b", re.IGNORECASE)


class Printed(Protocol):
    """A number with the form in which it is printed."""

    @property
    def value(self) -> Decimal: ...
    @property
    def raw(self) -> str: ...


class Formula(NamedTuple):
    """How a number follows from others, as it is printed: "(412.6 - 381.0) / 381.0"."""

    value: Decimal
    text: str


class Rule(NamedTuple):
    """What the words of a claim must say, the unit that comes out, and how it is computed."""

    cue: re.Pattern[str]
    unit: str
    compute: Callable[[Amount, Amount], Formula]


def growth(later: Printed, earlier: Printed) -> Formula:
    value = (later.value - earlier.value) / abs(earlier.value) * HUNDRED
    return Formula(value, f"({later.raw} - {earlier.raw}) / {earlier.raw}")


def share(part: Printed, whole: Printed) -> Formula:
    return Formula(part.value / whole.value * HUNDRED, f"{part.raw} / {whole.raw}")


def difference(one: Printed, other: Printed) -> Formula:
    return Formula(one.value - other.value, f"{one.raw} - {other.raw}")


def total(one: Printed, other: Printed) -> Formula:
    return Formula(one.value + other.value, f"{one.raw} + {other.raw}")


def multiple(one: Printed, other: Printed) -> Formula:
    return Formula(one.value / other.value, f"{one.raw} / {other.raw}")


PERCENT = (Rule(GROWTH, "%", growth), Rule(SHARE, "%", share))
SAME_UNIT = (Rule(DIFFERENCE, "", difference), Rule(TOTAL, "", total))


def formula(number: Amount, claim: str, quotes: Sequence[str]) -> str:
    """How a number of a claim follows from two numbers of its quotes; "" if it does not."""
    held = [one for quote in quotes for one in amounts(quote) if not _is_year(one)]
    if len(held) > MOST_NUMBERS:
        return ""
    return next((one.text for one in _formulas(number, claim, held) if _is(number, one)), "")


def _formulas(number: Amount, claim: str, held: Sequence[Amount]) -> Iterator[Formula]:
    for rule in PERCENT if number.unit == "%" else SAME_UNIT:
        if rule.cue.search(claim):
            for one, other in permutations(held, 2):
                if _fits(number, one, other):
                    yield from _computed(rule.compute, one, other)
    if not number.unit and not number.currency and TIMES.search(claim):
        for one, other in permutations(held, 2):
            if (one.unit, one.currency) == (other.unit, other.currency):
                yield from _computed(multiple, one, other)


def _fits(number: Amount, one: Amount, other: Amount) -> bool:
    """Whether two numbers are of one kind, and of that of the result where it is no percentage."""
    if (one.unit, one.currency) != (other.unit, other.currency):
        return False
    if number.unit == "%":
        return one.unit != "%"
    return (one.unit, one.currency) == (number.unit, number.currency or one.currency)


def _computed(
    compute: Callable[[Amount, Amount], Formula], one: Amount, other: Amount
) -> Iterator[Formula]:
    try:
        yield compute(one, other)
    except (DivisionByZero, InvalidOperation):
        return


def _is(number: Amount, found: Formula) -> bool:
    """Equal at the precision in which the claim prints it, whatever the sign."""
    return agree(abs(number.value), number.step, abs(found.value), Decimal(0))


def _is_year(one: Amount) -> bool:
    return not (one.unit or one.currency or one.scaled) and 1900 <= one.value <= 2100


def yearly_rate(first: Printed, last: Printed, years: int) -> Formula:
    """The compound annual growth rate between two figures."""
    ratio = last.value / first.value
    value = (Decimal(float(ratio) ** (1 / years)) - 1) * HUNDRED
    return Formula(value, f"({last.raw} / {first.raw}) ^ (1 / {years}) - 1")
