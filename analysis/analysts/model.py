"""The analyst that is a language model: it plans, chooses evidence, and writes claims with keys.

It never copies a quotation and never sees an address: sentences come to it with opaque keys, it
answers with keys, and what it says is checked by the pipeline before it is believed. What it does
not do (a budget, a refusal) the extractive analyst does in its place, and the report says so.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Protocol

from analysis.analysts import claims, planning, second_reading
from analysis.analysts.answers import Chosen, Planned, SectionAsk, Summary, Written
from analysis.analysts.asking import Roles, Wish, Without, ask, evenly, in_parts
from analysis.analysts.budgeting import SECTIONS_A_CALL, Sizes
from analysis.analysts.candidates import WIDE, Candidate
from analysis.analysts.extractive import Extractive, Opens
from analysis.analysts.fences import Fence
from analysis.analysts.language import Calls, Languages
from analysis.analysts.prompts import version
from analysis.analysts.reading import Batch, batches, merged, shown, unread, wide
from analysis.analysts.shortfalls import Shortfalls
from analysis.analysts.telling import Telling
from analysis.pipeline import plan
from analysis.pipeline.parallel import gathered
from analysis.pipeline.tools import Claimed, Embedder, Reading
from analysis.pipeline.write import SUMMARY
from analysis.types import (
    Block,
    Brief,
    Figure,
    Finding,
    Paragraph,
    Plan,
    Quote,
    Shortfall,
    SourceRef,
    Used,
    Verdict,
)
from templates_app.guidance import filled
from templates_app.types import Section


class Works(Opens, Calls, Protocol):
    """Child processes that hold objects and call functions."""


class ModelAnalyst:
    """Asks the models of a run; whatever breaks the rules of an answer is left out."""

    name = "model"
    uses_model = True
    embedder: Embedder | None = None

    def __init__(self, roles: Roles, fence: Fence, children: Works, telling: Telling) -> None:
        self.roles, self.fence, self.children, self.telling = roles, fence, children, telling
        self.plain = Extractive(children)
        self.languages = Languages(children)
        self.lacking = Shortfalls()

    def used(self) -> tuple[Used, ...]:
        return self.roles.planner.journal.used()

    def shortfalls(self) -> tuple[Shortfall, ...]:
        return self.lacking.taken()

    async def language(self, brief: Brief) -> str:
        return (await self.languages.of(brief)).code

    # --- planning -------------------------------------------------------------------------

    async def plan(self, brief: Brief) -> Plan:
        """The questions of every section; several sections a call, several calls at once."""
        numbers = range(1, len(brief.template.sections) + 1)
        parts = evenly(numbers, SECTIONS_A_CALL)
        answers = await gathered([partial(self._planned, brief, part) for part in parts])
        planned = {one.section: one for answer in answers for one in answer}
        asked = {number: one.questions for number, one in planned.items()}
        questions = tuple(planning.questions(brief, asked, self.fence))
        return Plan(
            questions=questions,
            leave_out=planning.left_out((planned[key].skip for key in sorted(planned)), self.fence),
            prompts=version(),
        )

    async def _planned(self, brief: Brief, numbers: Sequence[int]) -> list[SectionAsk]:
        try:
            answers = await in_parts(numbers, partial(self._plan, brief))
        except Without as none:
            self.lacking.add(none.code, "planner")
            return []
        return [one for part, answer in answers for one in answer.sections if one.section in part]

    async def _plan(self, brief: Brief, numbers: Sequence[int]) -> Planned:
        language = (await self.languages.of(brief)).name
        sizes = self._sizes(brief)
        wish = Wish("planner", most=sizes.plan(len(numbers)), keep=sizes.writing)
        values = planning.values(brief, numbers) | {"language": language}
        return await ask(self.roles.planner, wish, Planned, values)

    def _sizes(self, brief: Brief) -> Sizes:
        return Sizes(brief, self.roles.writer.model)

    # --- processing -----------------------------------------------------------------------

    async def read_all(
        self, brief: Brief, reading: Reading
    ) -> AsyncGenerator[tuple[int, Sequence[Quote]], None]:
        """The sentences that the model names, of those that the ranking lets it read."""
        candidates = await self._candidates(brief, reading)
        quotes = list(dict.fromkeys(one.quote for one in candidates))
        sizes = self._sizes(brief)
        parts = batches(quotes, reading.sources, sizes.read_characters(self.roles.reader.model))
        jobs = [partial(self._chosen, brief, reading, part) for part in parts]
        given = list(chain.from_iterable(await gathered(jobs)))
        for number, found in enumerate(merged(given, candidates, len(reading.questions))):
            yield number, found

    async def _candidates(self, brief: Brief, reading: Reading) -> list[Candidate]:
        limit = self._sizes(brief).read
        asks = [wide(brief, question, limit) for question in reading.questions]
        passages = [list(reading.passages[question.key]) for question in reading.questions]
        async with self.children.open(WIDE) as candidates:
            return await candidates.call(
                "choose", asks, passages, list(reading.rest), returns=list[Candidate]
            )

    async def _chosen(
        self, brief: Brief, reading: Reading, quotes: Sequence[Quote]
    ) -> list[tuple[Batch, Chosen | None]]:
        try:
            answers = await in_parts(quotes, partial(self._choose, brief, reading))
        except Without as none:
            self.lacking.add(none.code, "reader")
            return [(unread(quotes), None)]
        return [answer for _, answer in answers]

    async def _choose(
        self, brief: Brief, reading: Reading, quotes: Sequence[Quote]
    ) -> tuple[Batch, Chosen]:
        batch = shown(self.fence, quotes, reading.sources)
        asked = [f"{number}. {one.text}" for number, one in enumerate(reading.questions, 1)]
        values = {
            "topic": brief.topic,
            "questions": "\n".join(asked),
            "sentences": batch.shown,
        }
        sizes = self._sizes(brief)
        most = sizes.choice(len(reading.questions), len(quotes))
        wish = Wish("reader", most=most, keep=sizes.writing)
        return batch, await ask(self.roles.reader, wish, Chosen, values)

    # --- ai-analysis ----------------------------------------------------------------------

    async def analyse(
        self,
        brief: Brief,
        section: Section,
        quotes: Sequence[Quote],
        *,
        figures: Sequence[Figure],
        sources: Mapping[str, SourceRef],
    ) -> Sequence[Finding]:
        """The sentences of a section, each with the quotes that carry it."""
        try:
            answers = await in_parts(quotes, partial(self._write, brief, section, sources))
        except Without as none:
            self.lacking.add(none.code, "writer", section.key)
            found = await self.plain.analyse(
                brief, section, quotes, figures=figures, sources=sources
            )
            return found[: self._sizes(brief).claims(section)]
        keyed = {key: quote for _, (batch, _) in answers for key, quote in batch.keyed.items()}
        paragraphs = [part for _, (_, answer) in answers for part in answer.paragraphs]
        return list(claims.findings(section, paragraphs, keyed, self.fence))

    async def _write(
        self,
        brief: Brief,
        section: Section,
        sources: Mapping[str, SourceRef],
        quotes: Sequence[Quote],
    ) -> tuple[Batch, Written]:
        batch, sizes = shown(self.fence, quotes, sources), self._sizes(brief)
        values = {
            "topic": brief.topic,
            "section": section.title,
            "guidance": filled(section.guidance, plan.named_values(brief)),
            "sentences": batch.shown,
            "most": str(sizes.claims(section)),
        }
        wish = Wish(
            "writer",
            section.key,
            most=sizes.section(section),
            heard=self.telling.of(section.key),
        )
        return batch, await self._in_language(brief, wish, Written, values)

    async def _in_language(
        self, brief: Brief, wish: Wish, answer: type[Written], values: Mapping[str, str]
    ) -> Written:
        """The answer in the language of the report; asked for once more if it is in another."""
        wanted = await self.languages.of(brief)
        said = {**values, "language": wanted.name}
        written = await ask(self.roles.writer, wish, answer, said)
        if await self.languages.are_kept(wanted, claims.texts(written)):
            return written
        again = {
            **said,
            "language": f"{wanted.name} (every sentence; not in the sources' language)",
        }
        written = await ask(self.roles.writer, wish, answer, again)
        if not await self.languages.are_kept(wanted, claims.texts(written)):
            self.lacking.add("wrong_language", "language", wish.section)
        return written

    async def judge(self, brief: Brief, doubtful: Sequence[Claimed]) -> Sequence[Verdict]:
        try:
            return await second_reading.judged(self.roles.verifier, self.fence, doubtful)
        except Without as none:
            self.lacking.add(none.code, "verifier")
            return [Verdict.NOT_CHECKED] * len(doubtful)

    async def rewrite(
        self, brief: Brief, section: Section, failed: Sequence[Claimed]
    ) -> Sequence[str]:
        language = (await self.languages.of(brief)).name
        try:
            return await second_reading.rewritten(
                self.roles.writer, self.fence, failed, section=section.key, language=language
            )
        except Without as none:
            self.lacking.add(none.code, "rewriter", section.key)
            return [""] * len(failed)

    # --- report-creation ------------------------------------------------------------------

    async def write(
        self,
        brief: Brief,
        section: Section,
        findings: Sequence[Finding],
        quotes: Sequence[Quote],
    ) -> Sequence[Block]:
        """The checked findings as the model ordered them; only the summary is written anew."""
        if section.key == SUMMARY.key:
            return await self._summary(brief, findings, quotes)
        return claims.blocks(section, findings)

    async def _summary(
        self, brief: Brief, findings: Sequence[Finding], quotes: Sequence[Quote]
    ) -> Sequence[Block]:
        if not findings:
            return []
        leading = findings[: plan.depth(brief).summary * 3 // 2]
        try:
            answers = await in_parts(leading, partial(self._sum_up, brief))
        except Without as none:
            self.lacking.add(none.code, "summary")
            return await self.plain.write(brief, SUMMARY, findings, quotes)
        sentences = [
            one
            for _, (keyed, answer) in answers
            for one in claims.sentences(answer.claims, keyed, self.fence)
        ][: plan.depth(brief).summary]
        return [Paragraph(sentences=tuple(sentences))] if sentences else []

    async def _sum_up(
        self, brief: Brief, findings: Sequence[Finding]
    ) -> tuple[dict[str, Finding], Summary]:
        by_id = {one.id: one for one in findings}
        keyed = {key: by_id[place] for key, place in self.fence.keyed(by_id).items()}
        values = {
            "topic": brief.topic,
            "language": (await self.languages.of(brief)).name,
            "sentences": self.fence.listed({key: one.text for key, one in keyed.items()}),
            "most": str(plan.depth(brief).summary),
        }
        wish = Wish(
            "summary",
            SUMMARY.key,
            most=self._sizes(brief).summary,
            heard=self.telling.of(SUMMARY.key),
        )
        return keyed, await ask(self.roles.writer, wish, Summary, values)
