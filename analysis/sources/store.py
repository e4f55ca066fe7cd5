"""Stored sources: bytes kept once by their hash, and what reading them gave."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Now

from analysis.models import Source, SourcePage, SourceStatus
from analysis.sources import indexes
from analysis.sources.reading import Reading
from analysis.types import Page
from researcher.kit.children import ChildError, Children, ChildTimedOut
from researcher.kit.refusal import Refusal
from researcher.kit.rows import patiently, rows

logger = logging.getLogger(__name__)

READER = "analysis.sources.reading:read"
PAGE_READER = "analysis.sources.reading:read_page"
WAIT_SECONDS = 0.05


def keep(content: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Source:
    """The source of these bytes; stored now if they are new, with where they were fetched.

    Equal bytes are one source: that of a second address keeps the first.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if known := Source.objects.filter(sha256=sha256).first():
        return known
    # The bytes first: a row never names a file that is not there.
    name = keep_bytes(sha256, content)
    source, is_new = Source.objects.get_or_create(
        sha256=sha256, defaults={"file": name, "size": len(content), "url": url}
    )
    if is_new and fetched_at:
        # The row knows when it was made, which is later when an answer had been kept a while.
        Source.objects.filter(pk=source.pk).update(fetched_at=fetched_at)
        source.fetched_at = fetched_at
    return source


def keep_bytes(sha256: str, content: bytes) -> str:
    """Store bytes under their hash, once and whole; the name of the file.

    A file that was cut off, by a crash or a full disk, is written anew.
    """
    name = f"sources/{sha256[:2]}/{sha256}"
    if default_storage.exists(name):
        if default_storage.size(name) == len(content):
            return name
        default_storage.delete(name)
    try:
        return default_storage.save(name, ContentFile(content))
    except OSError:
        default_storage.delete(name)
        raise


def content(source: Source) -> bytes:
    with default_storage.open(source.file) as file:
        return bytes(file.read())


async def read(source: Source, children: Children, name: str = "") -> None:
    """Have a source read: by us, unless somebody else has just taken it, whom we wait for."""
    while source.status == SourceStatus.UNREAD:
        if await patiently(take, source):
            await read_taken(source, children, name)
        else:
            await asyncio.sleep(WAIT_SECONDS)
            await patiently(source.refresh_from_db)


async def read_taken(source: Source, children: Children, name: str = "") -> None:
    """Read a source in a child process and store its pages, or why it cannot be read."""
    raw = await rows(content, source)
    try:
        async with _kept(source):
            reader, about = (PAGE_READER, source.url) if source.url else (READER, name)
            reading = await children.call(reader, raw, about, returns=Reading)
            index = await indexes.packed(reading.pages, reading.language, children)
    except Refusal as refusal:
        await patiently(_save, source, status=SourceStatus.UNREADABLE, **_failure(refusal))
    except ChildError as error:
        logger.warning("reading failed", exc_info=True, extra={"source": str(source.pk)})
        await patiently(_save, source, status=SourceStatus.UNREADABLE, **_failure(_too_much(error)))
    else:
        await patiently(_store, source, reading, index)


def waiting() -> "QuerySet[Source]":
    """Unread sources that nobody has taken, or whose reader is gone."""
    free = Q(taken_until=None) | Q(taken_until__lt=Now())
    return Source.objects.filter(free, status=SourceStatus.UNREAD)


def take(source: Source) -> bool:
    """Take an unread source; one conditional UPDATE decides between two readers."""
    return bool(waiting().filter(pk=source.pk).update(taken_until=_lease()))


def _lease() -> Any:
    """By the clock of the database, and short: a reader that lives renews it."""
    return Now() + Value(timedelta(seconds=settings.LEASE_SECONDS))


@asynccontextmanager
async def _kept(source: Source) -> AsyncIterator[None]:
    """Renew our hold on a source for as long as the block runs."""
    task = asyncio.create_task(_keep(source))
    try:
        yield
    finally:
        task.cancel()


async def _keep(source: Source) -> None:
    mine = Source.objects.filter(pk=source.pk, status=SourceStatus.UNREAD)
    while True:
        await asyncio.sleep(settings.LEASE_SECONDS / 3)
        await patiently(mine.update, taken_until=_lease())


def take_some(limit: int) -> list[Source]:
    """Take up to `limit` unread sources, the oldest first."""
    return [source for source in waiting().order_by("fetched_at")[:limit] if take(source)]


def _too_much(error: Exception) -> Refusal:
    why = "took too long" if isinstance(error, ChildTimedOut) else "needed more than it may"
    return Refusal("file_too_complex", f"Reading this file {why}: give a simpler or smaller copy.")


def _failure(refusal: Refusal) -> dict[str, str]:
    return {"failure_code": refusal.code, "failure_detail": refusal.detail[:500]}


def _save(source: Source, **changes: Any) -> None:
    _update(source, changes)
    source.refresh_from_db()


def _update(source: Source, changes: dict[str, Any]) -> bool:
    """True for the one of several readers that was first."""
    unread = Source.objects.filter(pk=source.pk, status=SourceStatus.UNREAD)
    return bool(unread.update(**changes))


@transaction.atomic
def finish(source: Source, reading: Reading, index: bytes = b"") -> None:
    """Store what reading an unread or unreadable source gave, unless somebody was first."""
    Source.objects.filter(pk=source.pk, status=SourceStatus.UNREADABLE).update(
        status=SourceStatus.UNREAD, failure_code="", failure_detail=""
    )
    _store(source, reading, index)


@transaction.atomic
def _store(source: Source, reading: Reading, index: bytes) -> None:
    if _update(source, columns(reading)):
        SourcePage.objects.bulk_create(
            SourcePage(source=source, number=page.number, text=page.text) for page in reading.pages
        )
        if index:
            indexes.row(source.pk, index).save(force_insert=True)
    source.refresh_from_db()


def columns(reading: Reading) -> dict[str, Any]:
    """What a source that was read says of itself."""
    return {
        "status": SourceStatus.READ,
        "media_type": reading.media_type,
        "title": reading.title[:500],
        "author": reading.author[:500],
        "published_on": reading.published_on,
        "as_of": reading.as_of,
        "language": reading.language,
        "canonical_url": reading.canonical_url[:2000],
        "site": reading.site[:300],
        "doi": reading.doi[:300],
        "pages_count": len(reading.pages),
        "characters": sum(len(page.text) for page in reading.pages),
        "warnings": [warning.model_dump() for warning in reading.warnings],
    }


def pages(source_id: Any) -> list[Page]:
    rows = SourcePage.objects.filter(source_id=source_id).order_by("number")
    return [Page(number=number, text=text) for number, text in rows.values_list("number", "text")]
