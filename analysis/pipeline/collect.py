"""Collection: every document read, what the web has found and read, or why not."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from functools import partial

from analysis.pipeline import vintages
from analysis.pipeline.errors import PipelineError
from analysis.pipeline.outputs import Outputs
from analysis.pipeline.parallel import finished, gathered
from analysis.pipeline.searching import Searching
from analysis.pipeline.steps import completed, running, told
from analysis.pipeline.tools import Tools
from analysis.types import Brief, Collection, Plan, Rejection, SourceRef, Stage, Step
from analysis.web_types import EgressMode

AT_ONCE = 4
NOTHING = (
    "There are no documents to read. Attach at least one PDF, DOCX, PPTX, XLSX, CSV, HTML, Markdown"
    " or text file and submit the analysis again."
)
UNREADABLE = "None of the documents could be read: {why} Attach readable copies and submit again."
NOT_FOUND = (
    "Neither a document nor the web gave anything to read. {why} Attach documents, or allow more"
    " hosts or providers, and submit again."
)
NO_RESULT, LONGEST = "No provider found anything.", 300


async def run(brief: Brief, outputs: Outputs, tools: Tools) -> AsyncGenerator[Step, None]:
    """Read the documents and, where the egress allows it, the web; something must be readable."""
    read: list[SourceRef | Rejection] = []
    async with aclosing(documents(brief, tools, read)) as steps:
        async for step in steps:
            yield step
    searching = Searching(brief, outputs.of(Plan), tools, read)
    if reaches_out(brief):
        async with aclosing(searching.rounds()) as steps:
            async for step in steps:
                yield step
    found = {"searched": tuple(searching.searched), "providers": searching.outcomes}
    collection = sorted_out(read).model_copy(update=found)
    _require_sources(brief, collection)
    output = await _dated(brief, tools, collection)
    unit = "documents" if not reaches_out(brief) else "sources"
    yield completed(Stage.COLLECTION, output, len(output.sources), unit)


def reaches_out(brief: Brief) -> bool:
    return brief.egress.mode is not EgressMode.DOCUMENTS


async def documents(
    brief: Brief, tools: Tools, read: list[SourceRef | Rejection]
) -> AsyncGenerator[Step, None]:
    """Read all documents, several at once; what came of each is added in their order."""
    total = len(brief.documents)
    yield running(Stage.COLLECTION, 0, total, "documents")
    outcomes: dict[int, SourceRef | Rejection] = {}
    readings = [partial(tools.read, document) for document in brief.documents]
    async with aclosing(finished(readings, AT_ONCE)) as done:
        async for number, outcome in done:
            outcomes[number] = outcome
            events = (told(outcome),)
            yield running(Stage.COLLECTION, len(outcomes), total, "documents", events=events)
    read += [outcomes[number] for number in range(total)]


def sorted_out(outcomes: Sequence[SourceRef | Rejection]) -> Collection:
    """The sources and the rejections in their order; what is the same counts once."""
    sources: dict[str, SourceRef] = {}
    known: dict[str, SourceRef] = {}
    rejected: list[Rejection] = []
    for outcome in outcomes:
        if isinstance(outcome, Rejection):
            rejected.append(outcome)
        elif first := next((known[one] for one in identities(outcome) if one in known), None):
            rejected.append(_duplicate(outcome, first))
        else:
            sources[outcome.sha256] = outcome
            known.update(dict.fromkeys(identities(outcome), outcome))
    return Collection(sources=tuple(sources.values()), rejected=tuple(rejected))


def identities(source: SourceRef) -> Iterator[str]:
    """By what a source is known again: its bytes; of a page also its DOI and own address."""
    yield source.sha256
    if source.url and source.doi:
        yield f"doi:{source.doi}"
    # Some sites give the address of their front page as that of every page.
    if source.url and source.canonical_url.count("/") > 2 and source.canonical_url[-1] != "/":
        yield source.canonical_url


def _duplicate(source: SourceRef, first: SourceRef) -> Rejection:
    what = "file" if source.sha256 == first.sha256 else "work"
    detail = f"It is the same {what} as “{first.name}”, which is read."
    return Rejection(name=source.name, code="duplicate", detail=detail, url=source.url)


def _require_sources(brief: Brief, collection: Collection) -> None:
    if collection.sources:
        return
    why = " ".join(f"“{one.name}”: {one.detail}" for one in collection.rejected[:5])
    detail = UNREADABLE.format(why=why) if why else NOTHING
    if reaches_out(brief):
        silent = " ".join(one.detail for one in collection.providers if one.code)
        detail = NOT_FOUND.format(why=f"{why} {silent}".strip()[:LONGEST] or NO_RESULT)
    raise PipelineError("no_readable_documents", detail)


async def _dated(brief: Brief, tools: Tools, collection: Collection) -> Collection:
    """The sources with their subjects, and with the newer version of those that have one."""
    pages = await gathered([partial(tools.pages, source) for source in collection.sources])
    described = [
        vintages.describe(source, found, brief.topic)
        for source, found in zip(collection.sources, pages, strict=True)
    ]
    newest = vintages.newest(described)
    sources = tuple(
        one.source.model_copy(update={"superseded_by": newest.get(one.source.key)})
        for one in described
    )
    return collection.model_copy(update={"sources": sources})
