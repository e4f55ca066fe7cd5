"""The analyst that needs no model: it chooses the sources' own sentences and writes nothing."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from functools import partial
from itertools import groupby
from typing import Any, Protocol

from analysis.analysts import cues
from analysis.analysts.choose import Ask
from analysis.analysts.estimate import without_model
from analysis.pipeline import plan
from analysis.pipeline.parallel import finished
from analysis.pipeline.tools import Claimed, Embedder, Reading, Remote
from analysis.pipeline.write import SUMMARY
from analysis.types import (
    Block,
    Brief,
    Figure,
    Finding,
    Paragraph,
    Passage,
    Plan,
    Points,
    Question,
    Quote,
    Sentence,
    Shortfall,
    SourceRef,
    Used,
    Verdict,
)
from templates_app.types import Section, SectionKind

CHOOSER = "analysis.analysts.choose:Chooser"
AT_ONCE = 8
LONGEST_PARAGRAPH = 5


class Opens(Protocol):
    """What can make an object in a child process: Tools, or a pool of children."""

    def open(self, cls: str, /, *args: Any) -> AbstractAsyncContextManager[Remote]: ...


class Extractive:
    """Plans by the template, reads by LexRank, and lets every finding be a quotation."""

    name = "extractive"
    uses_model = False
    embedder: Embedder | None = None

    def __init__(self, children: Opens) -> None:
        self.children = children

    async def plan(self, brief: Brief) -> Plan:
        return plan.questions(brief).model_copy(update={"estimate": without_model(brief)})

    async def read_all(
        self, brief: Brief, reading: Reading
    ) -> AsyncGenerator[tuple[int, Sequence[Quote]], None]:
        jobs = [
            partial(self.read, brief, question, reading.passages[question.key])
            for question in reading.questions
        ]
        async with aclosing(finished(jobs, AT_ONCE)) as answers:
            async for answer in answers:
                yield answer

    async def read(
        self, brief: Brief, question: Question, passages: Sequence[Passage]
    ) -> Sequence[Quote]:
        if not passages:
            return []
        async with self.children.open(CHOOSER) as chooser:
            ask = self._ask(brief, question)
            return await chooser.call("choose", ask, list(passages), returns=list[Quote])

    def _ask(self, brief: Brief, question: Question) -> Ask:
        section = next(one for one in brief.template.sections if one.key == question.section)
        depth = plan.depth(brief)
        return Ask(
            title=section.title,
            question=question.text,
            query=question.query,
            topic=brief.topic,
            kind=section.kind,
            limit=depth.findings + depth.findings // 2,
        )

    async def analyse(
        self,
        brief: Brief,
        section: Section,
        quotes: Sequence[Quote],
        *,
        figures: Sequence[Figure],
        sources: Mapping[str, SourceRef],
    ) -> Sequence[Finding]:
        """Each quote is a finding in its own words."""
        texts = {quote.key: " ".join(quote.text.split()) for quote in quotes}
        return [
            Finding(
                id=quote.key,
                section=section.key,
                text=texts[quote.key],
                kind=cues.kind_of(texts[quote.key], section.kind),
                quotes=(quote.key,),
            )
            for quote in quotes
        ]

    async def judge(self, brief: Brief, claims: Sequence[Claimed]) -> Sequence[Verdict]:
        """Nobody reads again: what is in doubt stays in doubt."""
        return [Verdict.NOT_CHECKED] * len(claims)

    async def rewrite(
        self, brief: Brief, section: Section, claims: Sequence[Claimed]
    ) -> Sequence[str]:
        """A quotation cannot be said otherwise."""
        return [""] * len(claims)

    def used(self) -> tuple[Used, ...]:
        return ()

    def shortfalls(self) -> tuple[Shortfall, ...]:
        return ()

    async def write(
        self,
        brief: Brief,
        section: Section,
        findings: Sequence[Finding],
        quotes: Sequence[Quote],
    ) -> Sequence[Block]:
        """Paragraphs of one source each where the section tells, points where it lists."""
        if section.key == SUMMARY.key:
            return self._summary(brief, findings)
        if section.kind is SectionKind.NARRATIVE:
            return _paragraphs(findings, {quote.key: quote for quote in quotes})
        return [Points(sentences=_sentences(findings))] if findings else []

    def _summary(self, brief: Brief, findings: Sequence[Finding]) -> Sequence[Block]:
        clear = [finding for finding in findings if cues.stands_alone(finding.text)]
        chosen = _sentences((clear or findings)[: plan.depth(brief).summary])
        return [Paragraph(sentences=chosen)] if chosen else []


def _sentences(findings: Sequence[Finding]) -> tuple[Sentence, ...]:
    return tuple(Sentence(text=finding.text, finding=finding.id) for finding in findings)


def _paragraphs(findings: Sequence[Finding], quotes: dict[str, Quote]) -> list[Block]:
    """The findings by source, in the order in which each source says them."""
    first = {
        quotes[one.quotes[0]].source: number for number, one in reversed(list(enumerate(findings)))
    }

    def place(finding: Finding) -> tuple[int, int, int]:
        quote = quotes[finding.quotes[0]]
        return first[quote.source], quote.page, quote.start

    blocks: list[Block] = []
    for _, group in groupby(sorted(findings, key=place), key=lambda one: place(one)[0]):
        members = list(group)
        for start in range(0, len(members), LONGEST_PARAGRAPH):
            part = members[start : start + LONGEST_PARAGRAPH]
            blocks.append(Paragraph(sentences=_sentences(part)))
    return blocks
