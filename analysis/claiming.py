"""Which runs a drive takes next: fair between users, by priority, within the caps."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, Now, RowNumber

from analysis import lifecycle
from analysis.models import Analysis, Shift, Status

# Any number that nothing else locks: held while the caps are counted and runs are taken.
CLAIM_LOCK = 0x5265_7365
# A run whose last claims all ended without progress may be what kills its workers.
SUSPECT_ATTEMPTS = 2


def take(shift: Shift, free: int, *, is_empty: bool) -> list[Analysis]:
    """Claim up to `free` due runs; a suspect is claimed alone, by a drive that has nothing else."""
    # Looked at many times a second: no transaction, and no lock, where nothing is due.
    return _take(shift, free, is_empty=is_empty) if Analysis.objects.due().exists() else []


@transaction.atomic
def _take(shift: Shift, free: int, *, is_empty: bool) -> list[Analysis]:
    _lock()
    if is_empty and (suspects := _suspects()):
        return _claimed(suspects[:1], shift)
    free = min(free, settings.MAX_RUNNING - _live().count())
    due = fair_order().filter(attempts__lt=SUSPECT_ATTEMPTS)
    return _claimed(due.values_list("pk", flat=True)[: max(free, 0)], shift)


def fair_order() -> "QuerySet[Analysis]":
    """Due runs as they will be taken: everybody's first before anybody's second.

    A user's running runs count as turns already taken; who has used up MAX_RUNNING_PER_USER
    has no turn. Within a turn the higher priority goes first, then who has waited longer.
    """
    running = _live().filter(owner=OuterRef("owner")).order_by().values("owner")
    mine = Window(
        RowNumber(), partition_by=[F("owner")], order_by=[F("priority").desc(), F("queued_at")]
    )
    ranked = Analysis.objects.due().annotate(
        running=Coalesce(Subquery(running.annotate(n=Count("pk")).values("n")), Value(0)),
        turn=F("running") + mine,
    )
    fair = ranked.filter(turn__lte=settings.MAX_RUNNING_PER_USER)
    return cast("QuerySet[Analysis]", fair.order_by("turn", "-priority", "queued_at", "pk"))


def position(analysis: Analysis) -> int | None:
    """Its place in the queue, from 1; None when it does not wait for a worker."""
    if analysis.status != Status.QUEUED:
        return None
    order = list(fair_order().values_list("pk", flat=True))
    # Over its owner's cap it has no turn yet: behind everybody who has one.
    return order.index(analysis.pk) + 1 if analysis.pk in order else len(order) + 1


def _live() -> "QuerySet[Analysis]":
    live = Q(status=Status.RUNNING, lease_until__gte=Now())
    return cast("QuerySet[Analysis]", Analysis.objects.filter(live))


def _suspects() -> list[UUID]:
    suspects = Analysis.objects.due().filter(attempts__gte=SUSPECT_ATTEMPTS)
    return list(suspects.order_by("queued_at").values_list("pk", flat=True)[:1])


def _claimed(pks: Any, shift: Shift) -> list[Analysis]:
    claims = (lifecycle.claim(pk, shift) for pk in list(pks))
    return [analysis for analysis in claims if analysis is not None]


def _lock() -> None:
    """One drive counts at a time. SQLite's IMMEDIATE transaction is such a lock already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIM_LOCK])
