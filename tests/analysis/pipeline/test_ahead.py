import asyncio
from collections.abc import Sequence

import pytest

from analysis.pipeline import ahead, stages
from analysis.types import Brief, DocumentRef, Page, Plan, Rejection, SourceRef, Stage, StageOutput
from tests.analysis.pipeline.desk import Desk


class Counted(Desk):
    """A desk that tells which documents were begun, and may let a reader wait for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[str] = []
        self.paged: list[str] = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def read(self, document: DocumentRef) -> SourceRef | Rejection:
        self.begun.append(document.name)
        await self.is_open.wait()
        return await super().read(document)

    async def pages(self, source: SourceRef) -> Sequence[Page]:
        self.paged.append(source.name)
        return await super().pages(source)


@pytest.fixture
def counted() -> Counted:
    return Counted()


async def a_moment() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class TestReadingAhead:
    async def test_begins_before_anybody_asks_and_reads_nothing_twice(
        self, counted: Counted
    ) -> None:
        documents = [counted.add(f"{name}.txt", f"About {name}.") for name in ("bread", "wine")]

        async with ahead.reading(counted, documents) as tools:
            await a_moment()
            assert counted.begun == ["bread.txt", "wine.txt"]
            outcomes = [await tools.read(one) for one in documents]
            pages = [await tools.pages(one) for one in outcomes if isinstance(one, SourceRef)]

        assert [one[0].text for one in pages] == ["About bread.", "About wine."]
        assert counted.begun == counted.paged == ["bread.txt", "wine.txt"]

    async def test_tells_why_a_document_cannot_be_read_when_it_is_asked_for(
        self, counted: Counted
    ) -> None:
        broken = counted.reject("broken.pdf", "damaged_file", "It is damaged.")

        async with ahead.reading(counted, [broken]) as tools:
            outcome = await tools.read(broken)

        assert isinstance(outcome, Rejection)
        assert outcome.code == "damaged_file"

    async def test_ends_with_the_block_and_leaves_no_reader_behind(self, counted: Counted) -> None:
        document = counted.add("slow.txt", "Slow.")
        counted.is_open.clear()

        async with ahead.reading(counted, [document]):
            await a_moment()

        assert counted.begun == ["slow.txt"]
        assert asyncio.all_tasks() == {asyncio.current_task()}

    async def test_finds_pages_again_that_were_put_away(self, counted: Counted) -> None:
        document = counted.add("bread.txt", "About bread.")

        async with ahead.reading(counted, [document]) as tools:
            source = await tools.read(document)
            assert isinstance(source, SourceRef)
            tools.put_away()
            found = await tools.pages(source)

        assert found[0].text == "About bread."
        assert counted.paged == ["bread.txt", "bread.txt"]


class TestARun:
    async def begun_beside_the_plan(self, counted: Counted, brief: Brief) -> list[str]:
        """The documents that were begun when the planning ended."""
        async for step in stages.run(brief, counted, {}):
            await a_moment()
            if isinstance(step.output, Plan):
                return list(counted.begun)
        raise AssertionError("there was no plan")

    async def test_reads_while_it_plans(self, counted: Counted, quarterly: Brief) -> None:
        document = counted.add("bread.txt", "About bread.")
        brief = quarterly.model_copy(update={"documents": (document,)})

        assert await self.begun_beside_the_plan(counted, brief) == ["bread.txt"]

    async def test_reads_nothing_before_its_plan_is_approved(
        self, counted: Counted, quarterly: Brief
    ) -> None:
        document = counted.add("bread.txt", "About bread.")
        brief = quarterly.model_copy(update={"documents": (document,), "approve_plan": True})

        assert await self.begun_beside_the_plan(counted, brief) == []

    async def test_that_has_collected_reads_no_document_again(
        self, counted: Counted, quarterly: Brief
    ) -> None:
        document = counted.add("bread.txt", "Sales of bread grew by 4% to $3 million in 2023.")
        brief = quarterly.model_copy(update={"documents": (document,), "topic": "bread"})
        done: dict[Stage, StageOutput] = {}
        async for step in stages.run(brief, counted, {}):
            if step.output is not None and step.stage in (Stage.PLANNING, Stage.COLLECTION):
                done[step.stage] = step.output
        counted.begun.clear()

        async for _ in stages.run(brief, counted, done):
            pass

        assert counted.begun == []
