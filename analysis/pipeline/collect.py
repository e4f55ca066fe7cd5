"""Collection: every document read, or why not; which of them are versions of each other."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

from analysis.event_types import EventBody, SourceRead, SourceRejected
from analysis.pipeline import vintages
from analysis.pipeline.errors import PipelineError
from analysis.pipeline.outputs import Outputs
from analysis.pipeline.parallel import finished, gathered
from analysis.pipeline.steps import completed, running
from analysis.pipeline.tools import Tools
from analysis.types import Brief, Collection, Rejection, SourceRef, Stage, Step

AT_ONCE = 4
NOTHING = (
    "There are no documents to read. Attach at least one PDF, DOCX, PPTX, XLSX, CSV, HTML, Markdown"
    " or text file and submit the analysis again."
)
UNREADABLE = "None of the documents could be read: {why} Attach readable copies and submit again."
Outcome = SourceRef | Rejection


async def run(brief: Brief, outputs: Outputs, tools: Tools) -> AsyncGenerator[Step, None]:
    """Read all documents, several at once; at least one must be readable."""
    total = len(brief.documents)
    yield running(Stage.COLLECTION, 0, total, "documents")
    outcomes: dict[int, Outcome] = {}
    readings = [partial(tools.read, document) for document in brief.documents]
    async with aclosing(finished(readings, AT_ONCE)) as read:
        async for number, outcome in read:
            outcomes[number] = outcome
            events = (_event(outcome),)
            yield running(Stage.COLLECTION, len(outcomes), total, "documents", events=events)
    collection = sorted_out([outcomes[number] for number in range(total)])
    _require_sources(collection)
    output = await _dated(brief, tools, collection)
    yield completed(Stage.COLLECTION, output, len(output.sources), "documents")


def _event(outcome: Outcome) -> EventBody:
    if isinstance(outcome, Rejection):
        return SourceRejected(name=outcome.name, code=outcome.code, detail=outcome.detail)
    return SourceRead(
        source_id=str(outcome.id),
        name=outcome.name,
        pages=outcome.pages,
        characters=outcome.characters,
    )


def sorted_out(outcomes: Sequence[Outcome]) -> Collection:
    """The sources and the rejections in the order of the documents; the same file counts once."""
    sources: dict[str, SourceRef] = {}
    rejected: list[Rejection] = []
    for outcome in outcomes:
        if isinstance(outcome, Rejection):
            rejected.append(outcome)
        elif outcome.sha256 in sources:
            rejected.append(_duplicate(outcome, sources[outcome.sha256]))
        else:
            sources[outcome.sha256] = outcome
    return Collection(sources=tuple(sources.values()), rejected=tuple(rejected))


def _duplicate(source: SourceRef, first: SourceRef) -> Rejection:
    detail = f"It is the same file as “{first.name}”, which is read."
    return Rejection(name=source.name, code="duplicate", detail=detail)


def _require_sources(collection: Collection) -> None:
    if collection.sources:
        return
    why = " ".join(f"“{one.name}”: {one.detail}" for one in collection.rejected[:5])
    detail = UNREADABLE.format(why=why) if why else NOTHING
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
