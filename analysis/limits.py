"""How fast a model may be asked, by all workers together: read from the ledger of calls.

The ledger is the bucket: what was begun in the last minute is what is used up of it. A refusal
for too many requests holds everybody back for as long as the provider said; where refusals repeat,
what had been used in the minute before the last one is, a little lowered, the limit for the next
minutes.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.utils import timezone

from analysis.capabilities import ANY_RATE, Rate
from analysis.models import Call, CallState

MINUTE = timedelta(minutes=1)
LEARNT_FOR = timedelta(minutes=5)
LOWERED, SEVERAL = 0.9, 3
SHORTEST_WAIT = 0.2
LIMITED = "rate_limited"


@dataclass(frozen=True)
class Used:
    """What a model was asked within a minute; `since` is when the first of it was begun."""

    tokens: int
    requests: int
    since: datetime | None


class Throttled(Exception):
    """The call may begin in so many seconds at the earliest."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"wait {seconds:.1f} s")


def admit(model: str, tokens: int, rate: Rate) -> None:
    """Let a call begin, inside the transaction that writes its row; raises Throttled.

    A call that is larger than the limit itself is let through when nothing else was asked.
    """
    now = timezone.now()
    refusals = list(_refusals(now).filter(model=model).order_by("-finished_at")[:SEVERAL])
    if not refusals and rate == ANY_RATE:
        return
    _lock(model)
    if refusals and (held := _held_until(refusals[0])) > now:
        raise Throttled((held - now).total_seconds())
    used, allowed = used_by(model, now), _lower(rate, _learnt(refusals))
    over_tokens = allowed.tokens is not None and used.tokens + tokens > allowed.tokens
    over_requests = allowed.requests is not None and used.requests + 1 > allowed.requests
    if used.since is not None and (over_tokens or over_requests):
        frees = (used.since + MINUTE - now).total_seconds()
        raise Throttled(max(SHORTEST_WAIT, frees))


def limited(models: Collection[str]) -> set[str]:
    """Those of the models that said "too many" a short while ago."""
    refusals = _refusals(timezone.now()).filter(model__in=models)
    return set(refusals.values_list("model", flat=True))


def used_by(model: str, until: datetime) -> Used:
    """What was begun in the minute before: as it was reported, else as it was reserved."""
    calls = Call.objects.filter(model=model, started_at__gt=until - MINUTE, started_at__lte=until)
    reported = Q(state__in=[CallState.DONE, CallState.INVALID])
    tokens = Case(When(reported, then=F("tokens_in") + F("tokens_out")), default="reserved_tokens")
    sums = calls.exclude(state=CallState.REFUSED).aggregate(
        tokens=Sum(tokens, default=0), requests=Count("pk"), since=Min("started_at")
    )
    return Used(**sums)


def _refusals(now: datetime) -> "QuerySet[Call]":
    """From which a model's limit is learnt."""
    return Call.objects.filter(error_code=LIMITED, finished_at__gt=now - LEARNT_FOR)


def _held_until(refusal: Call) -> datetime:
    wait = (refusal.answer or {}).get("retry_after", 0)
    return (refusal.finished_at or refusal.started_at) + timedelta(seconds=wait)


def _learnt(refusals: Sequence[Call]) -> Rate:
    """What had gone through in the minute before the last of several refusals, a little lowered.

    One alone may be a moment's crowd; its Retry-After is enough.
    """
    if len(refusals) < SEVERAL:
        return ANY_RATE
    used = used_by(refusals[0].model, refusals[0].started_at)
    tokens, requests = int(LOWERED * used.tokens), int(LOWERED * used.requests)
    return Rate(tokens or None, requests or None)


def _lower(one: Rate, other: Rate) -> Rate:
    def least(*numbers: int | None) -> int | None:
        return min((number for number in numbers if number is not None), default=None)

    return Rate(least(one.tokens, other.tokens), least(one.requests, other.requests))


def _lock(model: str) -> None:
    """One worker counts at a time. SQLite's IMMEDIATE transaction is such a lock already."""
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(model.encode()).digest()[:7], "big")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
