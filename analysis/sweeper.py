"""Finds what was forgotten - lost rings, dead workers - and rings again."""

from datetime import datetime, timedelta

from django.db.models.functions import Now
from django.utils import timezone
from django_q.models import OrmQ

from analysis import lifecycle, queue
from analysis.models import Analysis, Import, Shift, Watch, Worker
from analysis.sources import store

SILENCE = timedelta(minutes=10)
# How long a ring may lie before the cluster that leaves it is thought to hang.
STALE = timedelta(seconds=10)
RETIRED_AT_ONCE = 100


def sweep() -> None:
    """Ring for what waits and no due ring speaks for; forget the long dead.

    Runs that wait for code that is no more are ended.
    """
    for pk in Analysis.objects.outdated().values_list("pk", flat=True)[:RETIRED_AT_ONCE]:
        lifecycle.retire(pk)
    if Analysis.objects.due().exists() and not _is_rung("drive"):
        queue.ring_drive()
    if store.waiting().exists() and not _is_rung("jobs"):
        queue.ring_read()
    if Import.objects.due().exists() and not _is_rung("jobs"):
        queue.ring_import()
    if Watch.objects.due().exists() and not _is_rung("jobs"):
        queue.ring_watch()
    Worker.objects.filter(seen_at__lt=Now() - SILENCE).delete()
    Shift.objects.filter(seen_at__lt=Now() - SILENCE).delete()


def is_stuck(cluster: str, worker: Worker, *, since: datetime, patience: timedelta = STALE) -> bool:
    """True if a ring has waited too long although no task of this worker's cluster is at work.

    A busy cluster is not stuck: its tasks show signs of life. Locked rows are rings in a hand.
    """
    now = timezone.now()
    waiting = OrmQ.objects.filter(key=cluster, lock__lte=now - STALE).exists()
    return waiting and not is_at_work(cluster, worker) and since < now - patience


def is_at_work(cluster: str, worker: Worker) -> bool:
    """True if a task of this worker's cluster has just shown a sign of life."""
    return worker.shifts.filter(cluster=cluster, seen_at__gt=Now() - STALE).exists()


def _is_rung(cluster: str) -> bool:
    """True if a ring waits that a worker may take; locked rows are rings already taken."""
    return bool(OrmQ.objects.filter(key=cluster, lock__lte=timezone.now()).exists())
