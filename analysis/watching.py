"""Looks at feeds and saved queries that are due, and adds what is new to their collections."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from django.db import transaction

from analysis import reach, shifts, watch_calls, watches
from analysis.importing import shelf
from analysis.importing.prints import Print
from analysis.importing.shelf import Known, Shelf
from analysis.models import (
    Document,
    Membership,
    Outcome,
    Shift,
    Source,
    Watch,
    WatchItem,
    WatchKind,
)
from analysis.sources import fetch, finding, providers, store, web, works
from analysis.sources.door.types import Ask, Door, FetchFailed
from analysis.sources.providers import feeds
from analysis.sources.providers.asking import asked
from analysis.sources.providers.types import Provider, ProviderFailed
from analysis.watches import Look
from analysis.web_types import Egress, EgressMode, Found, Kind, Search
from researcher.kit.children import ChildError, Children
from researcher.kit.ids import uuid7
from researcher.kit.pool import children
from researcher.kit.rows import patiently, rows
from researcher.kit.text import file_name

logger = logging.getLogger(__name__)

PRINT = "analysis.importing.prints:print_of"
LOOK_SECONDS = 200.0
# So many new ones at a look; the others wait for the next.
MOST_NEW = 20
FRESH_SECONDS = 60.0


class World(NamedTuple):
    """What a look works with."""

    door: Door
    egress: Egress
    children: Children


async def look_at_due(row: Shift) -> None:
    """Look at every watch that is due, one after the other."""
    door, pool = fetch.door(), children(1)
    world = World(door, reach.within(Egress(mode=EgressMode.WEB)), pool)
    try:
        while watch := await patiently(watches.claim):
            await patiently(watches.put_down, watch, await _look(watch, world))
            if await rows(shifts.is_told_to_stop, row):
                return
    finally:
        await door.close()
        await pool.close()


async def _look(watch: Watch, world: World) -> Look:
    """One look; whatever goes wrong with it is told, and what was done before is counted."""
    found: Sequence[Found] = ()
    outcomes: Counter[Outcome | None] = Counter()
    code = detail = ""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            found = await _found(watch, world)
            known = await rows(_shelf, watch)
            for one in await rows(_new, watch, found):
                outcomes[await _take(watch, one, known, world)] += 1
    except ProviderFailed as failed:
        code, detail = failed.code, failed.detail
    except TimeoutError:
        code, detail = "took_too_long", "The look took too long; the next one goes on."
    except Exception:
        logger.exception("a look at a watch failed", extra={"watch": str(watch.pk)})
        code, detail = "failed", "The look failed, which is our fault; it is tried again."
    return Look(
        found=len(found),
        added=outcomes[Outcome.ADDED],
        duplicates=outcomes[Outcome.DUPLICATE] + outcomes[Outcome.NEAR_DUPLICATE],
        rejected=outcomes[Outcome.REJECTED],
        code=code,
        detail=detail,
    )


# --- what is there ----------------------------------------------------------------------


async def _found(watch: Watch, world: World) -> Sequence[Found]:
    """What the feed or the providers tell now. Raises ProviderFailed."""
    if watch.kind == WatchKind.FEED:
        ask = Ask(url=watch.url, fresh_seconds=FRESH_SECONDS)
        content = await asked("The feed", ask, world.door, world.egress)
        return [
            _entry(item, rank) for rank, item in enumerate(feeds.read(content, watch.url).items, 1)
        ]
    there = providers.available()
    chosen = [there[name] for name in watch.providers or there if name in there]
    search = Search(query=watch.query, limit=MOST_NEW)
    discovery = await finding.find(chosen, [search], partial(_asked, watch, world))
    failures = [one for one in discovery.outcomes if one.code]
    if failures and len(failures) == len(discovery.outcomes):
        raise ProviderFailed(failures[0].code, failures[0].detail)
    return discovery.found


async def _asked(watch: Watch, world: World, provider: Provider, search: Search) -> Sequence[Found]:
    ask = partial(provider.search, search, world.door, world.egress)
    return await watch_calls.bought(watch, provider.name, ask)


def _entry(item: feeds.Item, rank: int) -> Found:
    return Found(
        provider="feeds",
        kind=Kind.NEWS,
        rank=rank,
        title=item.title,
        url=item.url,
        published_on=item.published_at.date() if item.published_at else None,
    )


def _new(watch: Watch, found: Sequence[Found]) -> list[Found]:
    """What was never looked at, the first few of it."""
    keys = {_key(one): one for one in reversed(found)}
    seen = set(watch.items.filter(key__in=list(keys)).values_list("key", flat=True))
    return [one for key, one in reversed(keys.items()) if key not in seen][:MOST_NEW]


def _key(found: Found) -> str:
    return sha256(works.canonical(found.url).encode()).hexdigest()


def _shelf(watch: Watch) -> Shelf:
    return shelf.shelf_of(watch.collection)


# --- what is new ------------------------------------------------------------------------


async def _take(watch: Watch, found: Found, known: Shelf, world: World) -> Outcome | None:
    """Fetch one and add it, unless it is there already; None if it is to be tried again."""
    try:
        address = found.file_url or found.url
        source = await web.page(address, world.door, world.egress, world.children)
    except FetchFailed as failed:
        if failed.retry_after is not None:
            return None
        return await _reject(watch, found, failed.code, failed.detail)
    try:
        made = await _print(source, world.children)
    except ChildError:
        return await _reject(watch, found, "file_too_complex", "Its text is more than we can read.")
    document = Document(
        id=uuid7(),
        owner_id=watch.collection.owner_id,
        source=source,
        name=file_name(found.title or source.title or found.url),
    )
    same = known.recognise(source.sha256, made)
    if same is None:
        await patiently(_add, watch, found, document, made)
        known.put(document.pk, document.name, source.sha256, made)
        return Outcome.ADDED
    outcome, there = same
    await patiently(_repeat, watch, found, outcome, there)
    return outcome


async def _print(source: Source, children: Children) -> Print:
    pages = await rows(store.pages, source.pk)
    return await children.call(PRINT, "\n".join(page.text for page in pages), returns=Print)


async def _reject(watch: Watch, found: Found, code: str, detail: str) -> Outcome:
    await patiently(_note, watch, found, Outcome.REJECTED, None, code, detail)
    return Outcome.REJECTED


@transaction.atomic
def _add(watch: Watch, found: Found, document: Document, made: Print) -> None:
    """A document of the collection; also when it is tried twice, once."""
    if Document.objects.filter(pk=document.pk).exists():
        return
    shelf.keep_prints([document.source_id], [made])
    document.save(force_insert=True)
    Membership.objects.create(collection_id=watch.collection_id, document=document)
    _note(watch, found, Outcome.ADDED, document)


def _repeat(watch: Watch, found: Found, outcome: Outcome, there: Known) -> None:
    document = Document.objects.filter(pk=there.document).first()
    detail = f"It says the same as “{there.name}”."
    _note(watch, found, outcome, document, str(outcome), detail)


def _note(
    watch: Watch,
    found: Found,
    outcome: Outcome,
    document: Document | None,
    code: str = "",
    detail: str = "",
) -> None:
    WatchItem.objects.get_or_create(
        watch=watch,
        key=_key(found),
        defaults={
            "url": found.url[:2000],
            "title": found.title[:500],
            "outcome": outcome,
            "code": code[:40],
            "detail": detail[:500],
            "document": document,
        },
    )
