"""What may be spent: by one analysis, by a user in a day, by the deployment in a day.

Money is in the currency of the price table (US dollars, unless MODEL_FACTS says otherwise).
A day is a day of UTC. What was reserved and never reported counts as spent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from analysis.models import Analysis, Call, CallState
from templates_app.types import Budget

# Any number that nothing else locks.
DAY_LOCK = 0x5264_6179
N = TypeVar("N", int, Decimal)
OPEN_ENDED = Q(state__in=[CallState.STARTED, CallState.LOST])


@dataclass(frozen=True)
class Spent:
    tokens: int
    cost: Decimal


@dataclass(frozen=True)
class Cap:
    """A limit on what some calls may use together; None is no limit.

    `whose` they are: a run's, a user's, or everybody's, which is None.
    """

    code: str
    whose: UUID | int | None
    sentence: str
    calls: "QuerySet[Call]"
    tokens: int | None
    cost: Decimal | None
    keeps: bool = False

    @property
    def name(self) -> tuple[str, UUID | int | None]:
        return (self.code, self.whose)

    def fits(self, tokens: int, cost: Decimal) -> bool:
        within_tokens = self.tokens is None or tokens <= self.tokens
        return within_tokens and (self.cost is None or cost <= self.cost)

    def kept(self, amount: N) -> N:
        """What is left for later is kept of an analysis's own budget only."""
        return amount if self.keeps else type(amount)(0)


def of(analysis: Analysis) -> Iterator[Cap]:
    """The caps that bind a run, the narrowest first."""
    if analysis.budget_tokens is not None or analysis.budget_cost is not None:
        yield Cap(
            code="budget_spent",
            whose=analysis.pk,
            sentence="The budget of this analysis is used up.",
            calls=Call.objects.filter(analysis=analysis),
            tokens=analysis.budget_tokens,
            cost=analysis.budget_cost,
            keeps=True,
        )
    yield from of_today(analysis.owner_id)


def of_today(owner_id: int) -> Iterator[Cap]:
    """The caps of the day that bind whatever is asked for a user, the narrowest first."""
    today = Call.objects.filter(started_at__gte=_midnight())
    if settings.USER_DAILY_TOKENS is not None or settings.USER_DAILY_COST is not None:
        yield Cap(
            code="user_budget_spent",
            whose=owner_id,
            sentence="What one user may spend in a day is used up.",
            calls=today.filter(owner_id=owner_id),
            tokens=settings.USER_DAILY_TOKENS,
            cost=settings.USER_DAILY_COST,
        )
    if settings.DAILY_TOKENS is not None or settings.DAILY_COST is not None:
        yield Cap(
            code="daily_budget_spent",
            whose=None,
            sentence="What this deployment may spend in a day is used up.",
            calls=today,
            tokens=settings.DAILY_TOKENS,
            cost=settings.DAILY_COST,
        )


def one_at_a_time() -> None:
    """Until this transaction ends nobody else reserves against the caps of a day, if there are any.

    Rows of runs are locked before it, never after. SQLite's IMMEDIATE transaction is such a lock
    already.
    """
    names = ("USER_DAILY_TOKENS", "USER_DAILY_COST", "DAILY_TOKENS", "DAILY_COST")
    limited = any(getattr(settings, name) is not None for name in names)
    if limited and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DAY_LOCK])


def _midnight() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def spent(calls: "QuerySet[Call]") -> Spent:
    """What calls have used: what was reported, and the reservations of what was not."""
    sums = calls.aggregate(
        used=Sum(F("tokens_in") + F("tokens_out"), filter=~OPEN_ENDED, default=0),
        held=Sum("reserved_tokens", filter=OPEN_ENDED, default=0),
        paid=Sum("cost", filter=~OPEN_ENDED, default=Decimal(0)),
        kept=Sum("reserved_cost", filter=OPEN_ENDED, default=Decimal(0)),
    )
    return Spent(tokens=sums["used"] + sums["held"], cost=sums["paid"] + sums["kept"])


def is_flying(calls: "QuerySet[Call]", analysis: Analysis) -> bool:
    """Whether this claim of the run has calls in flight, which may give back what they hold."""
    mine = calls.filter(analysis=analysis, fence=analysis.fence, state=CallState.STARTED)
    return mine.exists()


def granted(asked: Budget, template: Budget) -> Budget:
    """The budget of an analysis: what was asked for, else the template's; at most the cap."""
    tokens = template.tokens if asked.tokens is None else asked.tokens
    cost = template.cost if asked.cost is None else asked.cost
    return Budget(
        tokens=_least(tokens, settings.BUDGET_TOKENS), cost=_least(cost, settings.BUDGET_COST)
    )


def _least(one: N | None, other: N | None) -> N | None:
    numbers = [number for number in (one, other) if number is not None]
    return min(numbers) if numbers else None
