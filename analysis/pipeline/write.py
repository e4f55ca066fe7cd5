"""Writing: the analyst's blocks of every section, tables by code, then the whole Draft."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from functools import partial

from analysis.pipeline import derived, draft, trust
from analysis.pipeline.conflicts import age
from analysis.pipeline.errors import PipelineError
from analysis.pipeline.exhibits import Exhibits
from analysis.pipeline.outputs import Outputs
from analysis.pipeline.parallel import finished
from analysis.pipeline.plan import depth
from analysis.pipeline.steps import completed, running, warned
from analysis.pipeline.tools import Tools
from analysis.pipeline.verify import check
from analysis.types import (
    Asked,
    Block,
    Brief,
    Collection,
    ConflictTable,
    DerivedTable,
    DraftSection,
    Evidence,
    FigureTable,
    Finding,
    Findings,
    Note,
    Paragraph,
    Plan,
    Points,
    Sentence,
    SourceRef,
    Stage,
    Step,
    Verdict,
)
from templates_app.types import Section, SectionKind

AT_ONCE = 8
FIRST_FEW = 3
FIGURE_KINDS = (SectionKind.KEY_FIGURES, SectionKind.TABLE)
SUMMARY = Section(
    key="executive-summary",
    title="Executive summary",
    guidance="What a reader in a hurry must know; it is read without the rest.",
    kind=SectionKind.NARRATIVE,
)
NO_EVIDENCE = "No evidence found in the sources for this section."
FIGURES_ONLY = "The documents answer this report with figures only; they stand in its tables."
DISAGREE = "Figures on which the sources disagree"


async def run(brief: Brief, outputs: Outputs, tools: Tools) -> AsyncGenerator[Step, None]:
    """Write every section and the summary, number the citations, check the whole."""
    work = _Writing(brief, outputs, tools)
    sections = brief.template.sections
    total = len(sections) + 1
    yield running(Stage.REPORT, 0, total, "sections")
    written: dict[int, list[Block]] = {}
    # The summary stands on the findings, not on what the sections make of them.
    summed_up = asyncio.create_task(work.summary())
    jobs = [partial(work.prose, section) for section in sections]
    try:
        async with aclosing(finished(jobs, AT_ONCE)) as reports:
            async for number, blocks in reports:
                written[number] = blocks
                yield running(Stage.REPORT, len(written), total, "sections")
        drafted = work.sections([written[number] for number in range(len(sections))])
        summary = await summed_up
    finally:
        summed_up.cancel()
        await asyncio.gather(summed_up, return_exceptions=True)
    late = tools.analyst.shortfalls()
    output = draft.assembled(
        brief, outputs, tools.analyst, sections=drafted, summary=summary, shortfalls=late
    )
    _require_sound(draft.problems(output))
    yield completed(Stage.REPORT, output, total, "sections", events=warned(late))


def _require_sound(problems: Sequence[str]) -> None:
    if problems:
        raise PipelineError("inconsistent_draft", f"The report is not sound: {problems[0]}.")


class _Writing:
    """What the sections of one report are written from."""

    def __init__(self, brief: Brief, outputs: Outputs, tools: Tools) -> None:
        self.brief, self.tools = brief, tools
        self.plan, self.found = outputs.of(Plan), outputs.of(Findings)
        self.quotes = {quote.key: quote for quote in outputs.of(Evidence).quotes}
        self.findings = {finding.id: finding for finding in self.found.findings}
        self.figures = {figure.key: figure for figure in self.found.figures}
        self.sources = {source.key: source for source in outputs.of(Collection).sources}
        self.exhibits = Exhibits(
            self.found.figures,
            self.quotes,
            self.sources,
            self.found.conflicts,
            depth(brief),
        )

    async def prose(self, section: Section) -> list[Block]:
        """What the analyst writes of a section, sentence by sentence as it may be printed."""
        mine = [one for one in self.found.findings if one.section == section.key]
        return await self._written(section, mine) if mine else []

    async def _written(self, section: Section, mine: Sequence[Finding]) -> list[Block]:
        quotes = list({key: self.quotes[key] for one in mine for key in one.quotes}.values())
        blocks = await self.tools.analyst.write(self.brief, section, mine, quotes)
        allowed = frozenset(one.id for one in mine)
        return [kept for block in blocks if (kept := self._printable(block, allowed)) is not None]

    def _printable(self, block: Block, allowed: frozenset[str]) -> Block | None:
        """Prose of which every sentence is carried by a finding of this section; no other block."""
        if not isinstance(block, Paragraph | Points):
            return None
        kept = [self._sound(one) for one in block.sentences if one.finding in allowed]
        return block.model_copy(update={"sentences": tuple(kept)}) if kept else None

    def _sound(self, sentence: Sentence) -> Sentence:
        """The sentence if its quotes carry it, else the finding in its own checked words."""
        finding = self.findings[sentence.finding or ""]
        if sentence.text == finding.text:
            return sentence
        held = [self.quotes[key] for key in finding.quotes]
        known = trust.called([self.sources[quote.source] for quote in held])
        checked = check(sentence.text, [quote.text for quote in held], known=known)
        if checked.verdict in (Verdict.SUPPORTED, finding.verdict):
            return sentence
        return sentence.model_copy(update={"text": finding.text})

    def sections(self, prose: Sequence[Sequence[Block]]) -> tuple[DraftSection, ...]:
        """The sections with their tables and charts; the first shows the disagreements."""
        said: set[str] = set()
        drafted = [
            self._section(section, _unsaid(blocks, said))
            for section, blocks in zip(self.brief.template.sections, prose, strict=True)
        ]
        return tuple(self._with_conflicts(drafted))

    def _section(self, section: Section, prose: Sequence[Block]) -> DraftSection:
        exhibits = self._exhibits(section) if section.kind in FIGURE_KINDS else []
        blocks = tuple([*exhibits, *prose])
        return DraftSection(
            section=section,
            blocks=blocks or (Note(text=NO_EVIDENCE),),
            answered=bool(blocks),
            questions=tuple(self._asked(section, is_answered=bool(blocks))),
        )

    def _asked(self, section: Section, *, is_answered: bool) -> Iterator[Asked]:
        for one in self.plan.questions:
            if one.section == section.key:
                answered = is_answered and one.text not in self.found.open_questions
                yield Asked(question=one.key, text=one.text, answered=answered)

    def _exhibits(self, section: Section) -> list[Block]:
        queries = [one.query for one in self.plan.questions if one.section == section.key]
        shown: list[Block] = []
        for block in self.exhibits.of(section, queries):
            shown.append(block)
            if isinstance(block, FigureTable) and (computed := self._derived(block)):
                shown.append(computed)
        return shown

    def _derived(self, block: FigureTable) -> DerivedTable | None:
        """What follows from the figures of a table, leaving out what the sources dispute."""
        disputed = [key for one in self.found.conflicts for key in one.figures]
        return derived.table([self.figures[key] for key in block.figures], self.quotes, disputed)

    def _with_conflicts(self, drafted: Sequence[DraftSection]) -> list[DraftSection]:
        if not self.found.conflicts:
            return list(drafted)
        numbers = tuple(range(len(self.found.conflicts)))
        table = ConflictTable(caption=DISAGREE, conflicts=numbers)
        answered = [number for number, one in enumerate(drafted) if one.answered]
        figured = [number for number in answered if drafted[number].section.kind in FIGURE_KINDS]
        place = next(iter([*figured, *answered]), 0)
        return [
            _with_block(one, table) if number == place else one
            for number, one in enumerate(drafted)
        ]

    async def summary(self) -> tuple[Sentence, ...]:
        """The first findings of every section in turn, as the analyst sums them up."""
        blocks = await self._written(SUMMARY, self._leading())
        sentences = [one for block in blocks for one in getattr(block, "sentences", ())]
        if sentences:
            return tuple(sentences)
        count = len(self.brief.template.sections)
        text = f"The documents hold no evidence for any of the {count} sections of this report."
        return (Sentence(text=text),) if not self.found.figures else (Sentence(text=FIGURES_ONLY),)

    def _leading(self) -> list[Finding]:
        """The findings by turns of the sections; of the first few of each the newest leads."""
        by_section = [
            self._newest_first([one for one in self.found.findings if one.section == section.key])
            for section in self.brief.template.sections
        ]
        longest = max(map(len, by_section), default=0)
        return [found[rank] for rank in range(longest) for found in by_section if rank < len(found)]

    def _newest_first(self, found: Sequence[Finding]) -> list[Finding]:
        head = sorted(found[:FIRST_FEW], key=lambda one: age(self._source(one)), reverse=True)
        return [*head, *found[FIRST_FEW:]]

    def _source(self, finding: Finding) -> SourceRef:
        return self.sources[self.quotes[finding.quotes[0]].source]


def _unsaid(blocks: Sequence[Block], said: set[str]) -> list[Block]:
    """The blocks without the sentences that were said before; those they say are added."""
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph | Points):
            fresh = {one.text: one for one in reversed(block.sentences) if one.text not in said}
            said.update(fresh)
            sentences = tuple(reversed(fresh.values()))
            kept += [block.model_copy(update={"sentences": sentences})] if sentences else []
    return kept


def _with_block(drafted: DraftSection, block: Block) -> DraftSection:
    kept = tuple(one for one in drafted.blocks if not isinstance(one, Note))
    return drafted.model_copy(update={"blocks": (*kept, block), "answered": True})
