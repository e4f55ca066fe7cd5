"""Documents read while the plan is thought out: a document needs no plan to be read."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from analysis.pipeline.tools import Tools
from analysis.types import DocumentRef, Page, Rejection, SourceRef

AT_ONCE = 4


class Ahead:
    """The Tools of a run that has begun to read; pages are at hand until they are put away.

    What is read ahead is what would be read later: nothing of the report depends on when.
    """

    def __init__(self, tools: Tools, documents: Sequence[DocumentRef]) -> None:
        self._tools, self.analyst = tools, tools.analyst
        self.search, self.fetch, self.open = tools.search, tools.fetch, tools.open
        self.estimate, self.indexes = tools.estimate, tools.indexes
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._pages: dict[UUID, Sequence[Page]] = {}
        self._begun = {one.id: asyncio.create_task(self._read(one)) for one in documents}

    async def read(self, document: DocumentRef) -> SourceRef | Rejection:
        begun = self._begun.pop(document.id, None)
        return await (begun or self._tools.read(document))

    async def _read(self, document: DocumentRef) -> SourceRef | Rejection:
        async with self._turns:
            outcome = await self._tools.read(document)
            if isinstance(outcome, SourceRef):
                await self.pages(outcome)
            return outcome

    async def pages(self, source: SourceRef) -> Sequence[Page]:
        if source.id not in self._pages:
            self._pages[source.id] = await self._tools.pages(source)
        return self._pages[source.id]

    def put_away(self) -> None:
        """Forget the pages; they are found again where they are stored."""
        self._pages.clear()

    async def stop(self) -> None:
        """End what nobody has waited for."""
        for reading in self._begun.values():
            reading.cancel()
        await asyncio.gather(*self._begun.values(), return_exceptions=True)


@asynccontextmanager
async def reading(tools: Tools, documents: Sequence[DocumentRef]) -> AsyncIterator[Ahead]:
    """Read these documents from now on, whatever else is done inside the block."""
    ahead = Ahead(tools, documents)
    try:
        yield ahead
    finally:
        await ahead.stop()
