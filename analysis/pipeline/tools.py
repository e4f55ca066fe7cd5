"""All that the pipeline may reach of the outside world."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from analysis.types import (
    Block,
    Brief,
    DocumentRef,
    Finding,
    Page,
    Passage,
    Plan,
    Question,
    Quote,
    Rejection,
    SourceRef,
)
from templates_app.types import Section

T = TypeVar("T")


class Remote(Protocol):
    """An object that lives in a child process for as long as it is open."""

    async def call(self, method: str, /, *args: Any, returns: type[T]) -> T:
        """Call one of its methods there; `returns` is the type its JSON answer is read as."""
        ...


class Analyst(Protocol):
    """Who thinks. Everything it returns is checked by the pipeline before it is believed."""

    name: str
    uses_model: bool

    async def plan(self, brief: Brief) -> Plan: ...

    async def read(
        self, brief: Brief, question: Question, passages: Sequence[Passage]
    ) -> Sequence[Quote]:
        """Choose the words that answer a question; none is an honest answer."""
        ...

    async def analyse(
        self, brief: Brief, section: Section, quotes: Sequence[Quote]
    ) -> Sequence[Finding]: ...

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

    async def pages(self, source: SourceRef) -> Sequence[Page]: ...

    def open(self, cls: str, /, *args: Any) -> AbstractAsyncContextManager[Remote]:
        """Make an object of the class "package.module:Name" in a warm child process."""
        ...
