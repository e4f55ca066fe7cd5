"""Works off the imports that wait, batch by batch, until none is left or the time is over."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from itertools import islice
from typing import IO

from django.core.files.storage import default_storage

from analysis import queue, shifts
from analysis.importing import batches, claims, shelf
from analysis.importing.batches import Batch
from analysis.importing.begin import ZIP
from analysis.importing.prints import Print
from analysis.importing.reads import Files, Lines, Sent
from analysis.importing.shelf import Shelf
from analysis.models import Import, Shift
from researcher.kit import logs
from researcher.kit.children import Children
from researcher.kit.pool import children
from researcher.kit.refusal import Refusal
from researcher.kit.rows import patiently, rows

logger = logging.getLogger(__name__)

PRINTS = "analysis.importing.prints:prints_of"
# Well below the time-out of a job, which would kill it: what is left goes to the next ring.
WORK_SECONDS = 120.0
PRINTED_AT_ONCE = 50


async def import_waiting(row: Shift) -> None:
    """Work at every import that is due, one after the other; hand back what takes too long."""
    pool, until = children(2), time.monotonic() + WORK_SECONDS
    try:
        while job := await patiently(claims.claim):
            with logs.about(job=str(job.pk)):
                if not await _work(job, pool, row, until):
                    return
    finally:
        await pool.close()


async def _work(job: Import, pool: Children, row: Shift, until: float) -> bool:
    """Import from where it stands; False if it was handed back to another task."""
    try:
        async with claims.kept(job):
            is_done = await _imported(job, pool, row, until)
    except Refusal as refusal:
        await patiently(claims.fail, job, refusal.code, refusal.detail)
    except claims.Lost:
        logger.info("an import went to another worker, or is gone")
    else:
        await patiently(claims.complete if is_done else _put_down, job)
        return is_done
    return True


def _put_down(job: Import) -> None:
    claims.hand_back(job)
    queue.ring_import()


async def _imported(job: Import, pool: Children, row: Shift, until: float) -> bool:
    file = await rows(_opened, job)
    try:
        sent = await asyncio.to_thread(_sent, job, file)
        await _count(job, sent)
        await _print_all(job, pool)
        known = await rows(shelf.shelf_of, job.collection)
        async with aclosing(_ahead(job, sent, pool)) as found:
            async for batch in found:
                await _store(job, known, batch)
                if time.monotonic() > until or await rows(shifts.is_told_to_stop, row):
                    return False
    finally:
        file.close()
    return True


def _opened(job: Import) -> IO[bytes]:
    try:
        return default_storage.open(job.file)
    except FileNotFoundError:
        if not claims.held(job).exists():
            raise claims.Lost from None
        raise Refusal("file_gone", "The file that was sent is not there: send it again.") from None


def _sent(job: Import, file: IO[bytes]) -> Sent:
    return Files(file) if job.format == ZIP else Lines(file)


async def _count(job: Import, sent: Sent) -> None:
    if job.total is None:
        total = await asyncio.to_thread(sent.count)
        await patiently(claims.held(job).update, total=total)


async def _print_all(job: Import, pool: Children) -> None:
    """Make the prints of documents that came into the collection by another way."""
    while some := await rows(_unprinted, job):
        sources, texts = zip(*some, strict=True)
        found = await pool.call(PRINTS, texts, returns=list[Print])
        await patiently(shelf.keep_prints, sources, found)


def _unprinted(job: Import) -> list[tuple[object, str]]:
    return list(islice(shelf.without_prints(job.collection), PRINTED_AT_ONCE))


async def _ahead(job: Import, sent: Sent, pool: Children) -> AsyncGenerator[Batch, None]:
    """Batch after batch; the next is read while one is written."""
    place, number = job.place, job.number
    reading = asyncio.create_task(sent.after(place, number, pool))
    try:
        while batch := await reading:
            reading = asyncio.create_task(sent.after(batch.end, batch.number, pool))
            yield batch
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _store(job: Import, known: Shelf, batch: Batch) -> None:
    decided = await asyncio.to_thread(batches.decide, job, known, batch.items)
    files = await patiently(batches.keep_files, decided)
    await patiently(batches.write, job, batch, decided, files)
