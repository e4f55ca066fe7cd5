"""Reads what was uploaded: many sources in one task, with warm children, until none comes."""

import asyncio
import time

from django.conf import settings

from analysis import shifts
from analysis.models import Shift, Source
from analysis.sources import store
from researcher.kit import logs
from researcher.kit.children import Children
from researcher.kit.pool import children
from researcher.kit.rows import patiently, rows

LOOK_SECONDS = 0.2


async def read_waiting(row: Shift) -> None:
    """Read every source that waits; stay for a moment, in case more is uploaded."""
    pool = children(settings.CHILDREN)
    try:
        await _read_until_idle(row, pool)
    finally:
        await pool.close()


async def _read_until_idle(row: Shift, children: Children) -> None:
    busy_at = time.monotonic()
    while time.monotonic() - busy_at < settings.DRIVE_IDLE_SECONDS:
        taken = await patiently(store.take_some, settings.CHILDREN)
        await asyncio.gather(*(_read(source, children) for source in taken))
        if taken:
            busy_at = time.monotonic()
        elif await rows(shifts.is_told_to_stop, row):
            return
        else:
            await asyncio.sleep(LOOK_SECONDS)


async def _read(source: Source, children: Children) -> None:
    with logs.about(source=str(source.pk)):
        await store.read_taken(source, children, await rows(_name, source))


def _name(source: Source) -> str:
    """What its first owner calls it: a kind that the name promises is compared with the bytes."""
    first = source.documents.order_by("created_at").first()
    return first.name if first else ""
