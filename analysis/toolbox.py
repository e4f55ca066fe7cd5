"""Builds the real Tools from the settings: the only place that chooses."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings

from analysis import llm, reach, roles
from analysis.analysts.asking import Roles
from analysis.analysts.embedding import ROLE as EMBEDDINGS
from analysis.analysts.embedding import Embeddings
from analysis.analysts.extractive import Extractive
from analysis.analysts.fences import Fence
from analysis.analysts.model import ModelAnalyst
from analysis.analysts.telling import Tell, Telling
from analysis.dialects import Dialects
from analysis.journal import Journal
from analysis.llm import Client, Clocks, Talk
from analysis.models import Analysis, Source, SourceStatus
from analysis.pipeline.tools import Analyst, Remote
from analysis.sources import fetch, indexes, store
from analysis.sources.fetch import WebDoor
from analysis.sources.outside import Outside
from analysis.types import Brief, DocumentRef, Estimate, Page, Rejection, SourceRef
from analysis.web_types import Discovery, Found, Search
from researcher.kit.children import Children
from researcher.kit.pool import children
from researcher.kit.rows import patiently


@dataclass(frozen=True)
class Pools:
    """What all runs of a drive share: child processes, and a client of the model server.

    Two pools of children, because an open object keeps its child: runs that all hold one and
    all wait for a call in the same pool would wait for each other for ever.
    """

    objects: Children
    calls: Children
    ai: Client
    door: WebDoor
    dialects: Dialects = field(default_factory=Dialects)

    async def close(self) -> None:
        await self.ai.close()
        await self.door.close()
        await self.objects.close()
        await self.calls.close()


def pools() -> Pools:
    return Pools(
        objects=children(settings.CHILDREN),
        calls=children(settings.CHILDREN),
        ai=client(),
        door=fetch.door(),
    )


def client() -> Client:
    """The client of this deployment's model server; it connects when it is first used."""
    return llm.client(
        base_url=settings.OPENAI_BASE_URL,
        api_key=settings.OPENAI_API_KEY,
        seconds=settings.MODEL_SECONDS,
    )


class Toolbox:
    """The Tools of one run; built anew for each claim of it."""

    def __init__(self, analysis: Analysis, pools: Pools, tell: Tell | None = None) -> None:
        self.pools = pools
        self.analyst = ANALYSTS[analysis.analyst](analysis, pools, tell)
        self.estimated = partial(roles.estimate, analysis.analyst)
        brief, journal = analysis.brief, Journal(analysis)
        egress = reach.within(brief.egress)
        self.outside = Outside(brief, egress, journal, pools.door, pools.calls)

    async def read(self, document: DocumentRef) -> SourceRef | Rejection:
        """The document as a stored source, parsed now if it was not before."""
        source = await patiently(_source, document)
        if source is None:
            return Rejection(name=document.name, code="deleted", detail="It was deleted.")
        await store.read(source, self.pools.calls, document.name)
        if source.status != SourceStatus.READ:
            return _rejection(document, source)
        return _source_ref(document, source)

    async def search(self, searches: Sequence[Search], urls: Sequence[str] = ()) -> Discovery:
        return await self.outside.search(searches, urls)

    async def fetch(self, found: Found) -> SourceRef | Rejection:
        return await self.outside.fetch(found)

    async def pages(self, source: SourceRef) -> Sequence[Page]:
        return await patiently(store.pages, source.id)

    async def indexes(self, sources: Sequence[SourceRef]) -> Mapping[UUID, bytes]:
        return await patiently(indexes.of, [one.id for one in sources])

    def estimate(self, brief: Brief, questions: int) -> Estimate:
        return self.estimated(brief, questions=questions)

    def open(self, cls: str, /, *args: Any) -> AbstractAsyncContextManager[Remote]:
        return self.pools.objects.open(cls, *args)


def _extractive(analysis: Analysis, pools: Pools, tell: Tell | None) -> Analyst:
    return Extractive(pools.calls)


def _model(analysis: Analysis, pools: Pools, tell: Tell | None) -> Analyst:
    """The analyst that thinks with the models of the settings, through the run's journal."""
    journal, clocks, brief = Journal(analysis), _clocks(), analysis.brief
    talks = {
        role: Talk(pools.ai, journal, roles.model(role, brief), role, pools.dialects, clocks)
        for role in Roles._fields
    }
    fence = Fence(brief.seed, settings.SECRET_KEY)
    analyst = ModelAnalyst(Roles(**talks), fence, pools.calls, Telling(tell))
    analyst.embedder = _embedder(brief, pools, analyst)
    return analyst


def _embedder(brief: Brief, pools: Pools, analyst: ModelAnalyst) -> Embeddings | None:
    """What turns texts into vectors; None where neither template nor settings name a model."""
    named, writer = roles.model(EMBEDDINGS, brief), analyst.roles.writer
    if not named.name:
        return None
    return Embeddings(pools.ai, writer, named, settings.MODEL_SECONDS, analyst.lacking)


def _clocks() -> Clocks:
    return Clocks(
        first=settings.MODEL_FIRST_SECONDS,
        idle=settings.MODEL_IDLE_SECONDS,
        whole=settings.MODEL_SECONDS,
    )


# By the name that an analysis keeps of who thinks for it.
ANALYSTS: dict[str, Callable[[Analysis, Pools, Tell | None], Analyst]] = {
    "extractive": _extractive,
    "model": _model,
}


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
        canonical_url=source.canonical_url,
        site=source.site,
        doi=source.doi,
        media_type=source.media_type,
        language=source.language,
        pages=source.pages_count,
        characters=source.characters,
        sha256=source.sha256,
        fetched_at=source.fetched_at,
        published_on=source.published_on,
        as_of=source.as_of,
    )
