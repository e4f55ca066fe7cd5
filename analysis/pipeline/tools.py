"""All that the pipeline may reach of the outside world."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from analysis.pipeline.fusion import Vectors
from analysis.types import (
    Block,
    Brief,
    DocumentRef,
    Estimate,
    Figure,
    Finding,
    Page,
    Passage,
    Plan,
    Question,
    Quote,
    Rejection,
    Shortfall,
    SourceRef,
    Used,
    Verdict,
)
from analysis.web_types import Discovery, Found, Search
from templates_app.types import Section

T = TypeVar("T")


class Remote(Protocol):
    """An object that lives in a child process for as long as it is open."""

    async def call(self, method: str, /, *args: Any, returns: type[T]) -> T:
        """Call one of its methods there; `returns` is the type its JSON answer is read as."""
        ...


class Reading(NamedTuple):
    """What there is to read: the passages ranked for each question, by its key.

    `rest` holds the best passage of every source that was ranked for none of the questions.
    """

    questions: Sequence[Question]
    passages: Mapping[str, Sequence[Passage]]
    rest: Sequence[Passage]
    sources: Mapping[str, SourceRef]


class Claimed(NamedTuple):
    """A claim with the quotes that it names, and what is wrong with it or in doubt."""

    text: str
    quotes: Sequence[Quote]
    reason: str


class Embedder(Protocol):
    """Who tells the meaning of texts."""

    async def vectors(self, brief: Brief, texts: Sequence[str]) -> Vectors | None:
        """A row of length 1 for each text; None, and a shortfall, if they cannot be had."""
        ...


class Analyst(Protocol):
    """Who thinks. Everything it returns is checked by the pipeline before it is believed."""

    name: str
    uses_model: bool

    @property
    def embedder(self) -> Embedder | None: ...

    async def plan(self, brief: Brief) -> Plan: ...

    def read_all(
        self, brief: Brief, reading: Reading
    ) -> AsyncGenerator[tuple[int, Sequence[Quote]], None]:
        """Choose the words that answer each question; none is an honest answer.

        Yields (number of the question, its quotes) once for every question, in any order.
        """
        ...

    async def analyse(
        self,
        brief: Brief,
        section: Section,
        quotes: Sequence[Quote],
        *,
        figures: Sequence[Figure],
        sources: Mapping[str, SourceRef],
    ) -> Sequence[Finding]:
        """What the quotes of a section say; `figures` stand in them, `sources` are theirs."""
        ...

    async def judge(self, brief: Brief, claims: Sequence[Claimed]) -> Sequence[Verdict]:
        """A second reading of claims that the mechanical checks leave in doubt, in their order.

        "Not checked" for those that were not read again.
        """
        ...

    async def rewrite(
        self, brief: Brief, section: Section, claims: Sequence[Claimed]
    ) -> Sequence[str]:
        """Claims that do not hold, said anew from their quotes, in their order; "" to drop one."""
        ...

    def used(self) -> tuple[Used, ...]:
        """The calls of models since this was last called, in a fixed order."""
        ...

    def shortfalls(self) -> tuple[Shortfall, ...]:
        """What could not be done as asked since this was last called, in a fixed order."""
        ...

    async def write(
        self,
        brief: Brief,
        section: Section,
        findings: Sequence[Finding],
        quotes: Sequence[Quote],
    ) -> Sequence[Block]:
        """The section from checked findings and the quotes that carry them."""
        ...


class Tools(Protocol):
    analyst: Analyst

    async def read(self, document: DocumentRef) -> SourceRef | Rejection:
        """The document as a stored source, parsed now if it was not before."""
        ...

    async def search(self, searches: Sequence[Search], urls: Sequence[str] = ()) -> Discovery:
        """What the providers of the run find, the named addresses before everything."""
        ...

    async def fetch(self, found: Found) -> SourceRef | Rejection:
        """A result as a stored source, read now if it was not before; or why it is none."""
        ...

    async def pages(self, source: SourceRef) -> Sequence[Page]: ...

    async def indexes(self, sources: Sequence[SourceRef]) -> Mapping[UUID, bytes]:
        """The packed forward indexes of stored sources by their ids, of those that have one."""
        ...

    def estimate(self, brief: Brief, questions: int) -> Estimate | None:
        """What the run will take with so many questions in its plan; None if nobody knows."""
        ...

    def open(self, cls: str, /, *args: Any) -> AbstractAsyncContextManager[Remote]:
        """Make an object of the class "package.module:Name" in a warm child process."""
        ...
