"""Finds what was forgotten - lost rings, dead workers - and rings again."""

from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone
from django_q.models import OrmQ

from analysis import queue
from analysis.models import Analysis, Drive, Source, SourceStatus, Worker

# A ring that was sent less than this ago is still on its way.
PATIENCE = timedelta(seconds=10)
SILENCE = timedelta(minutes=10)


def sweep() -> None:
    """Ring for due runs and unread sources that no due ring speaks for; forget the long dead."""
    if Analysis.objects.due().exists() and not _is_rung("drive"):
        queue.ring_drive()
    for source_id in _forgotten_sources():
        queue.ring_read(source_id)
    Worker.objects.filter(seen_at__lt=Now() - SILENCE).delete()
    Drive.objects.filter(seen_at__lt=Now() - SILENCE).delete()


def _is_rung(cluster: str) -> bool:
    """True if a ring waits that a worker may take; locked rows are rings already taken."""
    return bool(OrmQ.objects.filter(key=cluster, lock__lte=timezone.now()).exists())


def _forgotten_sources() -> list[UUID]:
    if OrmQ.objects.filter(key="jobs").exists():
        return []
    old = Source.objects.filter(status=SourceStatus.UNREAD, fetched_at__lt=Now() - PATIENCE)
    return list(old.values_list("pk", flat=True)[:20])
