"""Builds the real Tools from the settings: the only place that chooses."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from analysis.analysts.extractive import Extractive
from analysis.models import Source, SourceStatus
from analysis.pipeline.tools import Analyst, Remote
from analysis.sources import store
from analysis.types import Brief, DocumentRef, Page, Rejection, SourceRef
from researcher.kit.children import Children
from researcher.kit.rows import rows


@dataclass(frozen=True)
class Pools:
    """The child processes that all runs of a drive share.

    Two pools, because an open object keeps its child: runs that all hold one and all wait for
    a call in the same pool would wait for each other for ever.
    """

    objects: Children
    calls: Children

    async def close(self) -> None:
        await self.objects.close()
        await self.calls.close()


def pools() -> Pools:
    return Pools(objects=children(settings.CHILDREN), calls=children(settings.CHILDREN))


def children(size: int) -> Children:
    """A pool of child processes with the limits of this deployment."""
    return Children(size=size, memory_mb=settings.CHILD_MEMORY_MB, seconds=settings.CHILD_SECONDS)


class Toolbox:
    """The Tools of one run; built anew for each claim of it."""

    def __init__(self, brief: Brief, pools: Pools) -> None:
        self.brief, self.pools = brief, pools
        self.analyst: Analyst = Extractive(pools.calls)

    async def read(self, document: DocumentRef) -> SourceRef | Rejection:
        """The document as a stored source, parsed now if it was not before."""
        source = await rows(_source, document)
        if source is None:
            return Rejection(name=document.name, code="deleted", detail="It was deleted.")
        await store.read(source, self.pools.calls, document.name)
        if source.status != SourceStatus.READ:
            return _rejection(document, source)
        return _source_ref(document, source)

    async def pages(self, source: SourceRef) -> Sequence[Page]:
        return await rows(store.pages, source.id)

    def open(self, cls: str, /, *args: Any) -> AbstractAsyncContextManager[Remote]:
        return self.pools.objects.open(cls, *args)


def _source(document: DocumentRef) -> Source | None:
    return Source.objects.filter(pk=document.source_id).first()


def _rejection(document: DocumentRef, source: Source) -> Rejection:
    return Rejection(name=document.name, code=source.failure_code, detail=source.failure_detail)


def _source_ref(document: DocumentRef, source: Source) -> SourceRef:
    return SourceRef(
        key=f"s-{source.sha256[:8]}",
        id=source.pk,
        document_id=document.id,
        name=document.name,
        description=document.description,
        title=source.title,
        author=source.author,
        url=source.url,
        media_type=source.media_type,
        language=source.language,
        pages=source.pages_count,
        characters=source.characters,
        sha256=source.sha256,
        fetched_at=source.fetched_at,
        published_on=source.published_on,
        as_of=source.as_of,
    )
