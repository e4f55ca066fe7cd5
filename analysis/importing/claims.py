"""Who works at an import: one conditional UPDATE decides, and a fence guards what he writes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Now
from django.utils import timezone

from analysis.models import UNFINISHED, Import, ImportStatus
from researcher.kit.refusal import Refusal
from researcher.kit.rows import patiently

# How soon a worker notices that what it works at was cancelled.
LOOK_SECONDS = 2.0


class Lost(Exception):
    """Somebody else has the import, or it is gone: nothing of this batch was written."""


def claim() -> Import | None:
    """The oldest import that is due, now ours; one at a time for each collection."""
    for job in Import.objects.due().order_by("created_at")[:20]:
        if _take(job):
            job.refresh_from_db()
            if job.attempts <= settings.MAX_ATTEMPTS:
                return job
            fail(job, "too_many_attempts", "The workers that read this file died: split it.")
    return None


def _take(job: Import) -> bool:
    others = Import.objects.filter(collection=OuterRef("collection"), taken_until__gt=Now())
    free = Import.objects.due().filter(~Exists(others.exclude(pk=job.pk)), pk=job.pk)
    return bool(
        free.update(
            status=ImportStatus.RUNNING,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            taken_until=lease(),
        )
    )


def lease() -> Any:
    return Now() + Value(timedelta(seconds=settings.LEASE_SECONDS))


def held(job: Import) -> Any:
    """The row, as long as it is ours."""
    return Import.objects.filter(pk=job.pk, fence=job.fence, status=ImportStatus.RUNNING)


@asynccontextmanager
async def kept(job: Import) -> AsyncIterator[None]:
    """Renew our hold on it for as long as the block runs; raises Lost in it when it is lost."""
    keeping = asyncio.create_task(_keep(job, asyncio.current_task()))
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if keeping.done() and task and not task.uncancel():
            raise Lost from None
        raise
    finally:
        keeping.cancel()


async def _keep(job: Import, task: "asyncio.Task[object] | None") -> None:
    """Ends, and the task with it, once the import is cancelled, gone, or another's."""
    while await patiently(_renew, job):
        await asyncio.sleep(min(LOOK_SECONDS, settings.LEASE_SECONDS / 3))
    if task:
        task.cancel()


def _renew(job: Import) -> bool:
    return bool(held(job).update(taken_until=lease()))


def hand_back(job: Import) -> None:
    """Put it down for another worker: what is done is done, and the attempt is not counted."""
    held(job).update(status=ImportStatus.QUEUED, taken_until=None, attempts=0)


@transaction.atomic
def cancel(*, job: Import) -> Import:
    """End it now: what was added stays, and a worker that has it writes nothing more.

    To cancel it again changes nothing. Raises Refusal (invalid_state) if it ended otherwise.
    """
    ours = Import.objects.filter(pk=job.pk, status__in=UNFINISHED)
    if ours.update(
        status=ImportStatus.CANCELLED,
        fence=F("fence") + 1,
        taken_until=None,
        finished_at=timezone.now(),
    ):
        transaction.on_commit(lambda: default_storage.delete(job.file))
    job.refresh_from_db()
    if job.status != ImportStatus.CANCELLED:
        detail = f"This import is {job.status}: only a queued or running one can be cancelled."
        raise Refusal("invalid_state", detail)
    return job


def complete(job: Import) -> None:
    _end(job, status=ImportStatus.COMPLETED)


def fail(job: Import, code: str, detail: str) -> None:
    _end(job, status=ImportStatus.FAILED, failure_code=code, failure_detail=detail[:500])


@transaction.atomic
def _end(job: Import, **columns: Any) -> None:
    """End it, and forget its file; one that is left by a crash here costs room and no more."""
    if held(job).update(taken_until=None, finished_at=timezone.now(), **columns):
        transaction.on_commit(lambda: default_storage.delete(job.file))
