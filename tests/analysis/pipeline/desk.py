"""Tools that work in this process on documents given as text: what the pipeline is tested with."""

import asyncio
import hashlib
import importlib
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import to_json

from analysis.analysts.extractive import Extractive
from analysis.pipeline import stages
from analysis.pipeline.forward import packed
from analysis.pipeline.tools import Analyst
from analysis.types import (
    Brief,
    DocumentRef,
    Estimate,
    Page,
    Rejection,
    SourceRef,
    Stage,
    StageOutput,
    Step,
)
from analysis.web_types import Discovery, Found, Kind, Search
from templates_app.types import OptionValue, Section, SectionKind, TemplateContent

T = TypeVar("T")
SUBMITTED = datetime(2023, 9, 1, 12, 0, tzinfo=UTC)
ANALYSIS = uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")


class Here:
    """A Remote whose object lives in this process; arguments and answers cross as JSON."""

    def __init__(self, held: Any) -> None:
        self.held = held

    async def call(self, method: str, /, *args: Any, returns: type[T]) -> T:
        answer = getattr(self.held, method)(*args)
        return TypeAdapter(returns).validate_json(to_json(answer))


class Desk:
    """Documents by name: their pages, or why they cannot be read."""

    def __init__(self, **facts: Any) -> None:
        self.documents: dict[str, tuple[SourceRef, list[Page]] | Rejection] = {}
        self.analyst: Analyst = facts.get("analyst") or Extractive(self)
        self.opened: list[str] = []
        # What the web finds for each round of searches, and its pages by their addresses.
        self.rounds: list[Discovery] = []
        self.web: dict[str, Rejection | SourceRef] = {}
        self.searched: list[list[Search]] = []
        self.fetched: list[str] = []
        # One place: whoever holds a child and waits for another waits for ever.
        self.place = asyncio.Semaphore(1)

    def add(self, name: str, *pages: str, **facts: Any) -> DocumentRef:
        """A readable document with these pages; `facts` are further fields of its SourceRef."""
        sha256 = hashlib.sha256("\f".join(pages).encode()).hexdigest()
        source = SourceRef(
            **{
                "key": f"s-{sha256[:8]}",
                "id": uuid.uuid5(ANALYSIS, sha256),
                "name": name,
                "media_type": "application/pdf",
                "language": "en",
                "pages": len(pages),
                "characters": sum(map(len, pages)),
                "sha256": sha256,
                "fetched_at": SUBMITTED,
                **facts,
            }
        )
        numbered = [Page(number=number, text=text) for number, text in enumerate(pages, 1)]
        self.documents[name] = (source, numbered)
        return self.ref(name)

    def reject(self, name: str, code: str, detail: str) -> DocumentRef:
        self.documents[name] = Rejection(name=name, code=code, detail=detail)
        return self.ref(name)

    def ref(self, name: str) -> DocumentRef:
        number = uuid.uuid5(ANALYSIS, name)
        return DocumentRef(id=number, source_id=number, name=name)

    async def read(self, document: DocumentRef) -> SourceRef | Rejection:
        found = self.documents[document.name]
        return found if isinstance(found, Rejection) else found[0]

    def publish(self, url: str, *pages: str, **facts: Any) -> Found:
        """A page of the web, and the result that leads to it."""
        self.add(url, *pages, **{"url": url, "media_type": "text/html", **facts})
        outcome = self.documents[url]
        assert not isinstance(outcome, Rejection)
        self.web[url] = outcome[0]
        return result(url)

    async def search(self, searches: Sequence[Search], urls: Sequence[str] = ()) -> Discovery:
        self.searched.append(list(searches))
        told = self.rounds.pop(0) if self.rounds else Discovery()
        named = tuple(result(url) for url in urls)
        return told.model_copy(update={"found": (*named, *told.found)})

    async def fetch(self, found: Found) -> SourceRef | Rejection:
        self.fetched.append(found.url)
        gone = Rejection(name=found.title, code="http_404", detail="Not there.", url=found.url)
        return self.web.get(found.url, gone)

    async def pages(self, source: SourceRef) -> Sequence[Page]:
        found = self.documents[source.name]
        assert not isinstance(found, Rejection)
        return found[1]

    async def indexes(self, sources: Sequence[SourceRef]) -> Mapping[uuid.UUID, bytes]:
        """Every other source has one: a run must not tell the difference."""
        read = [(one, await self.pages(one)) for one in sources[::2]]
        return {one.id: packed(pages, one.language) for one, pages in read}

    def estimate(self, brief: Brief, questions: int) -> Estimate | None:
        return None

    @asynccontextmanager
    async def open(self, cls: str, /, *args: Any) -> AsyncIterator[Here]:
        self.opened.append(cls)
        module, name = cls.split(":")
        async with self.place:
            yield Here(getattr(importlib.import_module(module), name)(*args))


def result(url: str, **facts: Any) -> Found:
    given = {"provider": "brave", "kind": Kind.WEB, "rank": 1, "title": url, "key": url}
    return Found(**{**given, "url": url, **facts})


def section(
    key: str, kind: SectionKind = SectionKind.NARRATIVE, guidance: str = "", title: str = ""
) -> Section:
    words = title or key.replace("-", " ").capitalize()
    return Section(key=key, title=words, guidance=guidance, kind=kind)


def template(*sections: Section, **facts: Any) -> TemplateContent:
    fields = {
        "slug": "review",
        "version": 1,
        "name": "Review",
        "description": "",
        "sections": sections,
        "parameters": (),
    }
    return TemplateContent(**{**fields, **facts})


def brief(
    topic: str,
    content: TemplateContent,
    documents: Sequence[DocumentRef] = (),
    options: Mapping[str, OptionValue] | None = None,
) -> Brief:
    return Brief(
        analysis_id=ANALYSIS,
        topic=topic,
        template=content,
        options=dict(options or {}),
        documents=tuple(documents),
        submitted_at=SUBMITTED,
    )


async def drained(
    asked: Brief, desk: Desk, done: Mapping[Stage, StageOutput] | None = None
) -> list[Step]:
    """All steps of a run."""
    return [step async for step in stages.run(asked, desk, done or {})]


def output_of(steps: Sequence[Step], kind: type[T]) -> T:
    """What a stage of the run left."""
    return next(step.output for step in steps if isinstance(step.output, kind))


def day(text: str) -> date:
    return date.fromisoformat(text)
