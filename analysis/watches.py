"""Watches: made by users, claimed by workers, put down with what they found."""

import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Now
from django.utils import timezone

from analysis import queue, reach
from analysis.models import Call, CallState, Collection, Watch, WatchKind
from analysis.web_types import EgressMode
from researcher.kit.refusal import Refusal
from researcher.kit.text import clean

MOST_WATCHES = 100
# A search costs its provider more than a feed, of which unchanged ones are not even sent.
LEAST_MINUTES = {WatchKind.FEED: 15, WatchKind.QUERY: 60}
MOST_MINUTES = 30 * 24 * 60
# Longer than one look may take; there is nothing to renew.
HOLD = timedelta(seconds=300)
INTERRUPTED = {
    "last_code": "interrupted",
    "last_detail": "The process that looked was ended before the look was; it is looked at again.",
}
LONGEST_PAUSE = timedelta(days=1)
JITTER = 0.1


class Look(NamedTuple):
    """What one look at a watch gave; `code` and `detail` say what went wrong."""

    found: int = 0
    added: int = 0
    duplicates: int = 0
    rejected: int = 0
    code: str = ""
    detail: str = ""


@transaction.atomic
def watch(
    *,
    collection: Collection,
    kind: str,
    url: str = "",
    query: str = "",
    providers: tuple[str, ...] = (),
    every_minutes: int = 60,
) -> Watch:
    """Watch a feed or a query for a collection, beginning now. Raises Refusal."""
    _check(collection, WatchKind(kind), url, query, every_minutes)
    urls = [url] if kind == WatchKind.FEED else []
    # As an analysis that reaches out: the same refusals for what is not allowed or not there.
    reached = reach.checked(mode=EgressMode.WEB, names=providers, urls=urls)
    row = Watch.objects.create(
        collection=collection,
        kind=kind,
        url=url,
        query=" ".join(clean(query).split()),
        providers=list(reached.providers),
        every_minutes=every_minutes,
        next_at=timezone.now(),
    )
    queue.ring_watch()
    return row


def _check(collection: Collection, kind: WatchKind, url: str, query: str, minutes: int) -> None:
    wanted, other = ("url", "query") if kind is WatchKind.FEED else ("query", "url")
    given = {"url": url, "query": query.strip()}
    if not given[wanted] or given[other]:
        raise Refusal("bad_watch", f"A watch of the kind “{kind}” has a {wanted} and no {other}.")
    if not LEAST_MINUTES[kind] <= minutes <= MOST_MINUTES:
        least = LEAST_MINUTES[kind]
        detail = f"A {kind} is looked at every {least} to {MOST_MINUTES:,} minutes."
        raise Refusal("bad_interval", detail)
    mine = Watch.objects.filter(collection__owner_id=collection.owner_id)
    if mine.count() >= MOST_WATCHES:
        raise Refusal("too_many_watches", f"You have {MOST_WATCHES} watches: delete one of them.")


def claim() -> Watch | None:
    """The watch that is longest due, now ours; one conditional UPDATE decides.

    Whoever had it and did not put it down is gone: that look is told as interrupted.
    """
    for row in Watch.objects.due().order_by("next_at")[:20]:
        due = Watch.objects.due().filter(pk=row.pk, fence=row.fence)
        told = {} if row.taken_until is None else {**INTERRUPTED, "failures": F("failures") + 1}
        if due.update(taken_until=Now() + Value(HOLD), fence=F("fence") + 1, **told):
            if row.taken_until is not None:
                _lost(row, row.taken_until)
            row.refresh_from_db()
            return row
    return None


def _lost(row: Watch, until: datetime) -> None:
    """What an interrupted look has begun to buy is lost: nobody will tell how it ended."""
    Call.objects.filter(
        owner_id=row.collection.owner_id,
        started_at__range=(until - HOLD, until),
        analysis=None,
        fence=row.fence,
        state=CallState.STARTED,
    ).update(state=CallState.LOST, error_code=INTERRUPTED["last_code"], finished_at=Now())


def held(row: Watch) -> "QuerySet[Watch]":
    """The row, as long as it is ours."""
    return Watch.objects.filter(pk=row.pk, fence=row.fence)


def put_down(row: Watch, look: Look) -> None:
    """Keep what a look gave, and say when the next one is: later after every failure."""
    failures = row.failures + 1 if look.code else 0
    told: dict[str, Any] = {f"last_{name}": value for name, value in look._asdict().items()}
    told["last_detail"] = look.detail[:500]
    now = timezone.now()
    held(row).update(
        **told,
        last_at=now,
        taken_until=None,
        failures=failures,
        next_at=now + pause(row.every_minutes, failures),
    )


def pause(every_minutes: int, failures: int) -> timedelta:
    """The time until the next look, a little other each time so that not all come at once."""
    usual = timedelta(minutes=every_minutes)
    longer = usual if not failures else min(usual * 2 ** min(failures, 10), LONGEST_PAUSE)
    return max(usual, longer) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
