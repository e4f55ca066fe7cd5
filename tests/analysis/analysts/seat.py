"""A model analyst at work in this process: its pipeline, documents as text, a real model server."""

import importlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import to_json

from analysis import llm
from analysis.analysts.asking import Roles
from analysis.analysts.fences import Fence
from analysis.analysts.model import ModelAnalyst
from analysis.analysts.telling import Tell, Telling
from analysis.capabilities import Model
from analysis.dialects import Dialects
from analysis.journal import Journal
from analysis.llm import Clocks, Talk
from analysis.models import Analysis
from analysis.pipeline import stages
from analysis.types import Brief, Draft, Stage, StageOutput, Step
from templates_app.types import SectionKind
from tests.analysis.pipeline.desk import Desk, brief, section, template
from tests.bench import dossier
from tests.peers.model import Peer

T = TypeVar("T")
SECRET = "the secret of this deployment"
DOCUMENTS = 4
MODEL = Model(name="peer-1", max_output=2000)
SECTIONS = (
    section("market", SectionKind.FINDINGS, "Sales, price, growth and market share of products."),
    section("risks", SectionKind.RISKS, "What may go wrong: risk, delay, drought, hail, cost."),
    section("advice", SectionKind.RECOMMENDATIONS, "Pilot, recommended tests, next steps."),
)


class Seat(Desk):
    """The Tools of a run whose analyst is a model; functions of children are called here."""

    async def call(self, function: str, /, *args: Any, returns: type[T]) -> T:
        module, name = function.split(":")
        answer = getattr(importlib.import_module(module), name)(*args)
        return TypeAdapter(returns).validate_json(to_json(answer))

    def brief(self, topic: str = dossier.TOPIC, **options: Any) -> Brief:
        refs = [self.ref(name) for name in self.documents]
        return brief(topic, template(*SECTIONS), refs, options)


@asynccontextmanager
async def seated(
    run: Analysis,
    peer: Peer,
    *,
    model: Model = MODEL,
    attempts: int = 2,
    clocks: Clocks = Clocks(first=2, idle=1, whole=5),  # noqa: B008
    tell: Tell | None = None,
) -> AsyncIterator[Seat]:
    """A seat with the documents of the dossier, and one client for as long as the block lasts."""
    async with llm.client(base_url=peer.url, api_key="sk-test", seconds=5) as ai:
        journal, dialects = Journal(run, attempts=attempts), Dialects()
        roles = {role: Talk(ai, journal, model, role, dialects, clocks) for role in Roles._fields}
        seat = Seat()
        fence = Fence(brief("", template()).seed, SECRET)
        seat.analyst = ModelAnalyst(Roles(**roles), fence, seat, Telling(tell))
        for name, content in list(dossier.documents())[:DOCUMENTS]:
            seat.add(name, content.decode(), title=content.decode().splitlines()[0])
        yield seat


async def steps_of(
    seat: Seat, asked: Brief, done: Mapping[Stage, StageOutput] | None = None
) -> list[Step]:
    return [step async for step in stages.run(asked, seat, done or {})]


async def drafted(seat: Seat, asked: Brief | None = None) -> Draft:
    """The report of a whole run."""
    [draft] = [
        step.output
        for step in await steps_of(seat, asked or seat.brief())
        if isinstance(step.output, Draft)
    ]
    return draft
