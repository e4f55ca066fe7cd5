"""Processing: passages ranked for every question, read by the analyst, their quotes located.

A child process is never held while another is waited for: all questions are ranked first, then
the library is closed, then the analyst reads.
"""

import asyncio
from collections.abc import AsyncGenerator, Container, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import partial

from analysis.event_types import EvidenceAdded, Warned
from analysis.pipeline import keys, meaning, relevance
from analysis.pipeline.figures import FiguresFound, Sheet
from analysis.pipeline.outputs import Outputs
from analysis.pipeline.parallel import gathered
from analysis.pipeline.picked import Most, Picked
from analysis.pipeline.plan import depth
from analysis.pipeline.steps import completed, running, warned
from analysis.pipeline.tools import Reading, Remote, Tools
from analysis.pipeline.verify import located
from analysis.pipeline.volume import Stored
from analysis.types import (
    Answer,
    Brief,
    Collection,
    Evidence,
    Page,
    Passage,
    Plan,
    Question,
    Quote,
    Rejection,
    SourceRef,
    Stage,
    Step,
    Weight,
)
from templates_app.types import SectionKind

LIBRARY = "analysis.pipeline.library:Library"
FINDER = "analysis.pipeline.finder:Finder"
BEST_TABLES, BEST_PASSAGES, MOST_WHOLE_PAGES = 8, 4, 12
# Tables are ranked among the passages but hold nothing to quote: look that much further.
WIDER = 3
# So many passages are looked through for sources that no question has led to.
FURTHEST = 400
# So many passages of a question are compared with it by their meaning, where that is possible.
COMPARED = 50
# So many characters of sources are put into the library in one call.
SHELF_CHARACTERS = 400_000
FIGURE_KINDS = (SectionKind.KEY_FIGURES, SectionKind.TABLE)
Pages = dict[str, dict[int, Page]]


async def run(brief: Brief, outputs: Outputs, tools: Tools) -> AsyncGenerator[Step, None]:
    """Rank, read, locate; what the sources do not say stays an answer without quotes."""
    work = _Processing(brief, outputs.of(Plan), outputs.of(Collection), tools)
    for part in (work.rank(), work.read()):
        async with aclosing(part) as steps:
            async for step in steps:
                yield step
    evidence = work.evidence()
    events = warned(evidence.shortfalls)
    yield completed(Stage.PROCESSING, evidence, work.count, "passages", events=events)


class _Processing:
    """The pages, passages and answers of one run."""

    def __init__(self, brief: Brief, plan: Plan, collection: Collection, tools: Tools) -> None:
        self.brief, self.plan, self.collection, self.tools = brief, plan, collection, tools
        self.sources = {source.key: source for source in collection.sources}
        self.pages: Pages = {}
        self.ranked: dict[str, list[Passage]] = {}
        self.tabular: dict[str, list[Passage]] = {}
        self.rest: list[Passage] = []
        self.rest_tables: list[Passage] = []
        self.quotes: dict[str, list[Quote]] = {}
        self.told = FiguresFound(figures=(), quotes=())
        self.passages = self.count = self.offered = 0
        self.left_out: tuple[Rejection, ...] = ()
        self.weights: tuple[Weight, ...] = ()
        self.unmentioned: tuple[str, ...] = ()

    async def rank(self) -> AsyncGenerator[Step, None]:
        """Fill the library and rank the passages of the sources that the topic is about."""
        reads = [partial(self._reading, source) for source in self.collection.sources]
        readings = await gathered(reads)
        standings = relevance.standings(self.brief, readings)
        self.left_out = _left_out(readings, standings)
        self.weights = tuple(
            Weight(source=key, weight=round(one.weight, 4), because=one.because)
            for key, one in standings.items()
        )
        self.unmentioned = relevance.unmentioned(self.brief, readings)
        used = [source for source in self.collection.sources if standings[source.key].weight]
        yield running(Stage.PROCESSING, 0, len(used), "documents", events=_warned(self.left_out))
        async with self.tools.open(LIBRARY) as library:
            added = 0
            for part in self._shelves(used):
                shelf = await self._stored(part)
                self.passages += await library.call("add_all", shelf, returns=int)
                added += len(part)
                yield running(Stage.PROCESSING, added, len(used), "documents")
            await self._rank(library, {key: one.weight for key, one in standings.items()})
        await self._compare()

    def _shelves(self, sources: Sequence[SourceRef]) -> Iterator[list[SourceRef]]:
        """The sources, as many at a time as are small enough together."""
        part: list[SourceRef] = []
        size = 0
        for source in sources:
            if part and size + source.characters > SHELF_CHARACTERS:
                yield part
                part, size = [], 0
            part.append(source)
            size += source.characters
        if part:
            yield part

    async def _stored(self, sources: Sequence[SourceRef]) -> list[Stored]:
        indexes = await self.tools.indexes(sources)
        return [
            Stored(one, list(self.pages[one.key].values()), indexes.get(one.id, b""))
            for one in sources
        ]

    async def _reading(self, source: SourceRef) -> relevance.Reading:
        pages = await self.tools.pages(source)
        self.pages[source.key] = {page.number: page for page in pages}
        return relevance.reading(self.brief, source, pages)

    async def _rank(self, library: Remote, weights: Mapping[str, float]) -> None:
        asked, most = self.plan.questions, depth(self.brief).passages
        kept = COMPARED if self.tools.analyst.embedder else most
        sizes = Most(ranked=WIDER * most + kept - most, prose=kept, tables=most)
        found = await library.call("pick", asked, weights, sizes, returns=list[Picked])
        for question, one in zip(asked, found, strict=True):
            self.ranked[question.key] = list(one.prose)
            self.tabular[question.key] = list(one.tables)
        await self._rank_rest(library, weights)

    async def _rank_rest(self, library: Remote, weights: Mapping[str, float]) -> None:
        """The best passage on the topic of every source that no question has led to, or table."""
        led_to = {one.source for passages in self.ranked.values() for one in passages}
        missed = {key for key, weight in weights.items() if weight} - led_to
        if not missed:
            return
        topic = relevance.topic_of(self.brief)
        question = Question(key="topic", section="", text=topic, query=topic)
        sizes = Most(ranked=FURTHEST, prose=FURTHEST, tables=FURTHEST)
        [found] = await library.call("pick", [question], weights, sizes, returns=list[Picked])
        self.rest = self._best_of(missed, found.prose)
        missed -= {one.source for one in (*self.rest, *self._tables())}
        self.rest_tables = self._best_of(missed, found.tables)

    def _best_of(self, missed: Container[str], found: Sequence[Passage]) -> list[Passage]:
        best = {one.source: one for one in reversed(found) if one.source in missed}
        return [best[key] for key in self.sources if key in best]

    async def _compare(self) -> None:
        """Leave the best passages of every question by words and meaning, if that can be told."""
        if embedder := self.tools.analyst.embedder:
            asked, most = self.plan.questions, depth(self.brief).passages
            found = await meaning.compared(self.brief, embedder, asked, self.ranked)
            self.ranked = {key: passages[:most] for key, passages in found.items()}

    async def read(self) -> AsyncGenerator[Step, None]:
        """Let the analyst read the passages of every question, however it batches them."""
        asked = self.plan.questions
        total = sum(len(passages) for passages in self.ranked.values())
        yield running(Stage.PROCESSING, 0, total, "passages")
        reading = Reading(asked, self.ranked, self.rest, self.sources)
        # Figures are found by code while the analyst reads.
        figures = asyncio.create_task(self._figures())
        try:
            async with aclosing(self.tools.analyst.read_all(self.brief, reading)) as answers:
                async for number, offered in answers:
                    yield self._answered(asked[number], offered, total)
            self.told = await figures
        finally:
            figures.cancel()
            await asyncio.gather(figures, return_exceptions=True)

    def _answered(self, question: Question, offered: Sequence[Quote], total: int) -> Step:
        quotes = self.quotes[question.key] = self._found(offered)
        self.count += len(self.ranked[question.key])
        event = EvidenceAdded(question=question.text, quotes=len(quotes))
        return running(Stage.PROCESSING, self.count, total, "passages", events=(event,))

    def _found(self, offered: Sequence[Quote]) -> list[Quote]:
        """The quotes of an analyst that stand where it says, each once, in its order."""
        self.offered += len(offered)
        found = [quote for one in offered if (quote := self._located(one)) is not None]
        return list({quote.key: quote for quote in found}.values())

    def _located(self, offered: Quote) -> Quote | None:
        page = self.pages.get(offered.source, {}).get(offered.page)
        quote = located(offered, page.text) if page else None
        if quote is None:
            return None
        sha256 = self.sources[quote.source].sha256
        key = keys.quote(self.brief.seed, sha256, quote.page, quote.start, quote.end)
        return quote.model_copy(update={"key": key})

    def evidence(self) -> Evidence:
        """All quotes by key and the answers in the order of the questions."""
        quotes = {
            quote.key: quote
            for question in self.plan.questions
            for quote in self.quotes[question.key]
        }
        quotes |= {quote.key: quote for quote in self.told.quotes if quote.key not in quotes}
        answers = tuple(
            Answer(
                question=question.key,
                quotes=tuple(quote.key for quote in self.quotes[question.key]),
                passages_ranked=len(self.ranked[question.key]),
            )
            for question in self.plan.questions
        )
        return Evidence(
            quotes=tuple(quotes.values()),
            figures=self.told.figures,
            answers=answers,
            passages=self.passages,
            quotes_offered=self.offered,
            left_out=self.left_out,
            unmentioned=self.unmentioned,
            used=self.tools.analyst.used(),
            shortfalls=self.tools.analyst.shortfalls(),
            weights=self.weights,
        )

    async def _figures(self) -> FiguresFound:
        """The figures on the pages that were ranked highest, for the sections that show figures."""
        if not (sheets := self._sheets()):
            return FiguresFound(figures=(), quotes=())
        queries = [question.query for question in self._figure_questions()]
        async with self.tools.open(FINDER, self.brief.seed) as finder:
            return await finder.call("find", sheets, queries, returns=FiguresFound)

    def _figure_questions(self) -> Sequence[Question]:
        """The questions of sections that show figures; all of them if there is no such section."""
        kinds = {section.key: section.kind for section in self.brief.template.sections}
        asked = [one for one in self.plan.questions if kinds[one.section] in FIGURE_KINDS]
        return asked or self.plan.questions

    def _sheets(self) -> list[Sheet]:
        """The pages of the best tables and passages; versions of one document as a whole."""
        asked = [question.key for question in self._figure_questions()]
        tables = [*self._tables(), *self.rest_tables]
        prose = [one for key in asked for one in self.ranked[key][:BEST_PASSAGES]]
        prose += [one for source in self._versions() for one in self._whole(source)]
        return [
            Sheet(
                source=source,
                pages=tuple(self._pages_of(key, (*tables, *prose))),
                prose=tuple({one.key: one for one in prose if one.source == key}.values()),
            )
            for key, source in self.sources.items()
            if any(one.source == key for one in (*tables, *prose))
        ]

    def _tables(self) -> list[Passage]:
        """The best tables for figures, and the best one for any other question."""
        asked = {question.key for question in self._figure_questions()}
        most = {key: BEST_TABLES if key in asked else 1 for key in self.tabular}
        return [one for key, found in self.tabular.items() for one in found[: most[key]]]

    def _versions(self) -> list[SourceRef]:
        """The sources of which there are several versions: their figures may contradict."""
        newer = {source.superseded_by for source in self.sources.values()} - {None}
        return [one for one in self.sources.values() if one.superseded_by or one.key in newer]

    def _whole(self, source: SourceRef) -> Iterator[Passage]:
        for page in list(self.pages[source.key].values())[:MOST_WHOLE_PAGES]:
            yield Passage(
                key=f"{source.key}.{page.number}",
                source=source.key,
                page=page.number,
                start=0,
                end=len(page.text),
                text=page.text,
                language=source.language,
            )

    def _pages_of(self, key: str, passages: Sequence[Passage]) -> list[Page]:
        numbers = {one.page for one in passages if one.source == key}
        return [self.pages[key][number] for number in sorted(numbers)]


def _left_out(
    readings: Sequence[relevance.Reading], standings: Mapping[str, relevance.Standing]
) -> tuple[Rejection, ...]:
    return tuple(
        Rejection(name=one.source.name, code="off_topic", detail=reason)
        for one in readings
        if (reason := standings[one.source.key].reason)
    )


def _warned(left_out: Sequence[Rejection]) -> tuple[Warned, ...]:
    return tuple(
        Warned(code="source_left_out", detail=f"“{one.name}” is not used: {one.detail}.")
        for one in left_out
    )
