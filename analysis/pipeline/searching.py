"""Searching: rounds of questions to the web, each result read, until there is enough or no more."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

from analysis.event_types import EventBody, SearchDone, SourceFound
from analysis.pipeline import queries
from analysis.pipeline.parallel import finished
from analysis.pipeline.plan import depth
from analysis.pipeline.steps import running, told
from analysis.pipeline.tools import Tools
from analysis.types import Brief, Plan, Question, Rejection, SourceRef, Stage, Step
from analysis.web_types import Discovery, Found, ProviderOutcome, Search

COVER = "analysis.pipeline.cover:Cover"
AT_ONCE = 4
# Rounds after the first, and how many sources must have something to say on a question.
FURTHER, ENOUGH = 2, 2
# So many pages, for each question that a section may have; so many tries for each of them.
PAGES, TRIES = 8, 2


class Searching:
    """What the web gives to one run. `read` are the outcomes so far, to which it adds its own."""

    def __init__(
        self, brief: Brief, plan: Plan, tools: Tools, read: list[SourceRef | Rejection]
    ) -> None:
        self.brief, self.plan, self.tools, self.read = brief, plan, tools, read
        self.searched: list[str] = []
        self.counts: dict[str, ProviderOutcome] = {}
        self.seen: set[str] = set()
        self.tried = self.pages = 0

    @property
    def outcomes(self) -> tuple[ProviderOutcome, ...]:
        return tuple(self.counts.values())

    async def rounds(self) -> AsyncGenerator[Step, None]:
        """The whole plan first; then what has too little evidence, while something new comes."""
        each = depth(self.brief).questions
        most, pages = queries.QUERIES * each, PAGES * each
        searches = queries.first(self.brief, self.plan.questions, most)
        for number in range(1 + FURTHER):
            before = self.pages
            async with aclosing(self._round(number, searches, pages)) as steps:
                async for step in steps:
                    yield step
            if self.pages == before or number == FURTHER:
                return
            weak = await self._weak()
            searches = queries.further(self.brief, weak, self.searched, most // 2)
            if not searches:
                return
            pages = PAGES * each // 2

    async def _round(
        self, number: int, searches: Sequence[Search], most: int
    ) -> AsyncGenerator[Step, None]:
        """Ask, then read the best; where a page cannot be read, the next one takes its place."""
        yield self._running("searches", message=f"{len(searches)} searches")
        named = self.brief.urls if number == 0 else ()
        discovery = await self.tools.search(searches, named)
        new = self._noted(searches, discovery)
        yield self._running("pages", events=(_done(number, searches, new, discovery),))
        wanted = max(most, len(named))
        new = new[: TRIES * wanted]
        while wanted > 0 and new:
            batch, new = new[:wanted], new[wanted:]
            before = self.pages
            async with aclosing(self._fetched(batch)) as steps:
                async for step in steps:
                    yield step
            wanted -= self.pages - before

    def _noted(self, searches: Sequence[Search], discovery: Discovery) -> list[Found]:
        """The results that no round before this one has tried."""
        self.searched += [one.query for one in searches]
        for one in discovery.outcomes:
            known = self.counts.get(one.provider)
            self.counts[one.provider] = known + one if known else one
        return [one for one in discovery.found if one.key not in self.seen]

    async def _fetched(self, batch: Sequence[Found]) -> AsyncGenerator[Step, None]:
        self.tried += len(batch)
        self.seen.update(one.key for one in batch)
        events: tuple[EventBody, ...] = tuple(map(_found, batch))
        yield self._running("pages", events=events)
        outcomes: dict[int, SourceRef | Rejection] = {}
        async with aclosing(
            finished([partial(self.tools.fetch, one) for one in batch], AT_ONCE)
        ) as done:
            async for number, fetched in done:
                outcome = outcomes[number] = self._in_time(fetched)
                self.pages += isinstance(outcome, SourceRef)
                yield self._running("pages", events=(told(outcome),))
        self.read += [outcomes[number] for number in range(len(batch))]

    def _in_time(self, outcome: SourceRef | Rejection) -> SourceRef | Rejection:
        """A page that proves to be from another time than was asked for is not used."""
        if isinstance(outcome, Rejection) or outcome.provider == "url_list":
            return outcome
        if queries.window(self.brief).has(outcome.published_on):
            return outcome
        detail = f"It was published on {outcome.published_on}, outside the time that was asked for."
        return Rejection(name=outcome.name, code="out_of_time", detail=detail, url=outcome.url)

    async def _weak(self) -> list[Question]:
        """The questions on which too few sources have something to say, the fewest first."""
        words = [queries.own_words(self.brief, one) for one in self.plan.questions]
        sources = {one.sha256: one for one in self.read if isinstance(one, SourceRef)}
        async with self.tools.open(COVER) as cover:
            for source in sources.values():
                await cover.call("add", await self.tools.pages(source), returns=type(None))
            counts = await cover.call("counts", words, returns=list[int])
        judged = zip(counts, self.plan.questions, words, strict=True)
        weak = [(count, one) for count, one, own in judged if own and count < ENOUGH]
        return [one for _, one in sorted(weak, key=lambda pair: pair[0])]

    def _running(self, unit: str, *, message: str = "", events: tuple[EventBody, ...] = ()) -> Step:
        return running(
            Stage.COLLECTION, self.pages, self.tried, unit, message=message, events=events
        )


def _done(
    number: int, searches: Sequence[Search], new: Sequence[Found], discovery: Discovery
) -> SearchDone:
    return SearchDone(
        round=number + 1,
        queries=tuple(one.query for one in searches),
        found=len(new),
        providers=discovery.outcomes,
    )


def _found(found: Found) -> SourceFound:
    return SourceFound(
        title=found.title,
        url=found.url,
        provider=found.provider,
        kind=found.kind.value,
        rank=found.rank,
        is_retracted=found.is_retracted,
    )
