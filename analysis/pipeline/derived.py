"""Key figures that follow from those of a table: changes, shares, totals, with formulas.

Wrong ones are worse than none: both operands come from one source, are of one thing or of an
account and its known part, in one currency and unit, for the same time or a year apart; none is
disputed between sources; and both are printed finely enough for what is computed to mean
something.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, islice, product
from typing import NamedTuple

from analysis.pipeline import computed, totals
from analysis.pipeline.computed import Formula
from analysis.pipeline.conflicts import step_of
from analysis.pipeline.exhibits import length, near, order
from analysis.pipeline.figures import name_of
from analysis.types import Derivation, Derived, DerivedTable, Figure, Quote

MOST = 5
CAPTION = "Computed from the figures above"
# Beyond this many times its base, what looks like growth is mostly a change of what is counted.
LARGEST_RATIO = Decimal(5)
# Percentage points by which the rounding of the operands may move a result: one that is off by
# more is not shown, and one that is off by more than the second is shown without decimals.
LARGEST_DOUBT, SMALL_DOUBT = Decimal("0.5"), Decimal("0.05")
FEWEST_YEARS, YEAR = 2, 12
WHOLES = frozenset(map(name_of, ("Net sales", "Revenue", "Revenues", "Sales", "Turnover")))
PARTS = {
    name_of(part): margin
    for part, margin in (
        ("Gross profit", "Gross margin"),
        ("Gross margin", "Gross margin"),
        ("Operating income", "Operating margin"),
        ("Operating profit", "Operating margin"),
        ("Income from operations", "Operating margin"),
        ("Net income", "Net margin"),
        ("Net profit", "Net margin"),
        ("Net earnings", "Net margin"),
    )
}
HUNDREDTHS = re.compile(r"%|percent|basis")
# Not "growth rate": what is a change by itself is not said to have changed.
RATE = re.compile(
    r"^(?!.*\b(?:growth|changes?|increase|decrease|inflation)\b).*"
    r"\b(?:margin|share|rate|ratio|penetration|adoption|utili[sz]ation|occupancy)\b",
    re.IGNORECASE,
)
SPACED = re.compile(r"(?<=[$€£¥₹])\s")
# What a period began with belongs to the one before it.
BEGINNING = re.compile(r"\bbeginning\b", re.IGNORECASE)


class Series(NamedTuple):
    """Figures of one thing in one source, newest first."""

    source: str
    figures: list[Figure]


def table(
    figures: Sequence[Figure], quotes: Mapping[str, Quote], disputed: Iterable[str] = ()
) -> DerivedTable | None:
    """What follows from the figures that a table shows; None if nothing safely does.

    `disputed` holds the keys of figures on which sources disagree.
    """
    doubtful = frozenset(disputed)
    usable = [one for one in figures if one.key not in doubtful and one.value > 0]
    amounts = [one for one in usable if not HUNDREDTHS.search(one.unit)]
    series = _series(amounts, quotes)
    margins = list(_margins(series))[: MOST // 2]
    total = islice(chain.from_iterable(totals.year(one.figures, amounts) for one in series), 1)
    points = islice(chain.from_iterable(map(_points, _series(_rates(usable), quotes))), 1)
    changes = chain.from_iterable(map(_change, series))
    yearly = chain.from_iterable(map(_yearly, series))
    every = (*margins, *total, *points, *changes, *yearly)
    found = [one for one in every if not _is_told(one, figures)]
    return DerivedTable(caption=CAPTION, figures=tuple(found[:MOST])) if found else None


def _series(figures: Iterable[Figure], quotes: Mapping[str, Quote]) -> list[Series]:
    """The dated figures of one thing in one source over periods of one length, newest first."""
    groups: dict[tuple[str, str, str, str, int], dict[str, Figure]] = {}
    for one in figures:
        if one.period and not BEGINNING.search(one.label):
            name = (quotes[one.quote].source, name_of(one.label), one.unit, one.currency)
            groups.setdefault((*name, length(one)), {}).setdefault(one.period, one)
    return [
        Series(key[0], sorted(each.values(), key=order, reverse=True))
        for key, each in groups.items()
    ]


def _change(series: Series) -> Iterator[Derived]:
    """How the newest figure differs from that of a year before."""
    newest, before = series.figures[0], _year_before(series)
    if before and _compare(newest, before):
        label = f"{newest.label}, change on the year before"
        yield from _percent(Derivation.CHANGE, label, newest.period, newest, before)


def _year_before(series: Series) -> Figure | None:
    """The figure of the same time in the year before the newest one."""
    newest, *older = series.figures
    year = order(newest)[0] - 1
    return next((one for one in older if order(one)[0] == year and near(newest, one)), None)


def _rates(figures: Iterable[Figure]) -> list[Figure]:
    """Percentages of a level, such as a margin; one that is a change already has no change."""
    return [one for one in figures if one.unit == "%" and RATE.search(one.label)]


def _points(series: Series) -> Iterator[Derived]:
    """By how many percentage points the newest rate differs from that of a year before."""
    newest, before = series.figures[0], _year_before(series)
    if before is None:
        return
    step = max(step_of(newest), step_of(before))
    value = (newest.value - before.value).quantize(step.normalize())
    # A difference of one in the last digit may be rounding alone.
    if abs(value) > step:
        yield Derived(
            kind=Derivation.POINTS,
            label=f"{newest.label}, change on the year before",
            value=value,
            printed=f"{value:+f} percentage points",
            unit="percentage points",
            period=newest.period,
            formula=computed.difference(newest, before).text,
            operands=(newest.key, before.key),
        )


def _yearly(series: Series) -> Iterator[Derived]:
    """The compound yearly growth between the first and the last of several whole years."""
    last, first = series.figures[0], series.figures[-1]
    years = order(last)[0] - order(first)[0]
    if years < FEWEST_YEARS or length(last) != YEAR or not near(last, first):
        return
    if _compare(last, first):
        label, period = f"{last.label}, compound yearly growth", f"{first.period} to {last.period}"
        yield from _percent(Derivation.CAGR, label, period, last, first, years)


def _margins(series: Sequence[Series]) -> Iterator[Derived]:
    """What is kept of the newest sales, of accounts that are known to be parts of them."""
    newest = max((order(one.figures[0]) for one in series), default=None)
    latest = [one for one in series if order(one.figures[0]) == newest]
    for part, whole in product(latest, latest):
        one, other = part.figures[0], whole.figures[0]
        margin = PARTS.get(name_of(one.label))
        known = margin and name_of(other.label) in WHOLES and part.source == whole.source
        if known and _is_part(one, other):
            label = f"{margin} ({one.label} / {other.label})"
            yield from _percent(Derivation.SHARE, label, one.period, one, other)


def _is_part(one: Figure, whole: Figure) -> bool:
    same = (one.unit, one.currency, one.period) == (whole.unit, whole.currency, whole.period)
    return same and bool(one.currency) and one.value < whole.value


def _compare(one: Figure, other: Figure) -> bool:
    """Whether two figures of a series are near enough for their ratio to mean growth."""
    return max(one.value / other.value, other.value / one.value) <= LARGEST_RATIO


def _percent(
    kind: Derivation, label: str, period: str, one: Figure, other: Figure, years: int = 1
) -> Iterator[Derived]:
    """The percentage with as many decimals as the operands allow; none where that is none."""
    doubt = 100 * one.value / other.value * (_slack(one) + _slack(other)) / years
    formula = _formula(kind, one, other, years)
    step = Decimal("0.1") if doubt <= SMALL_DOUBT else Decimal(1)
    value = formula.value.quantize(step, rounding=ROUND_HALF_UP)
    if value and doubt <= LARGEST_DOUBT:
        yield Derived(
            kind=kind,
            label=label,
            value=value,
            unit="%",
            period=period,
            formula=SPACED.sub("", formula.text),
            operands=(one.key, other.key),
        )


def _formula(kind: Derivation, one: Figure, other: Figure, years: int) -> Formula:
    if kind is Derivation.CAGR:
        return computed.yearly_rate(other, one, years)
    compute = computed.growth if kind is Derivation.CHANGE else computed.share
    return compute(one, other)


def _slack(figure: Figure) -> Decimal:
    """By what part of it a printed figure may be off, because its last digit is rounded."""
    return step_of(figure) / 2 / figure.value


def _is_told(derived: Derived, known: Iterable[Figure]) -> bool:
    """Whether a source gives that very percentage for that time by itself."""
    return derived.unit == "%" and any(
        one.unit == "%" and one.period == derived.period and abs(one.value - derived.value) < 1
        for one in known
    )
