"""What a template says of its sources, as numbers for the ranking."""

from collections.abc import Sequence
from datetime import date

from analysis.types import Brief
from analysis.web_types import Kind

LEAP = 28  # the last day that every February has


def worth(kind: Kind, order: Sequence[str], best: float, last: float) -> float:
    """What a kind counts by its place in an order: `best` for the first, `last` if not named."""
    place = order.index(kind.value) if kind.value in order else len(order)
    return best - (best - last) * place / len(order)


def since(brief: Brief) -> date | None:
    """The day from which sources are wanted; None where the template sets no limit."""
    years, today = brief.template.sources.years, brief.submitted_at.date()
    if years is None:
        return None
    is_leap = (today.month, today.day) == (2, LEAP + 1)
    return today.replace(year=today.year - years, day=LEAP if is_leap else today.day)
