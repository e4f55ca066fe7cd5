"""The analyst that is a language model: it plans, chooses evidence, and writes claims with keys.

It never copies a quotation and never sees an address: sentences come to it with opaque keys, it
answers with keys, and what it says is checked by the pipeline before it is believed.
"""

import re
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from functools import partial
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from analysis.analysts.answers import Chosen, Claim, Planned, Summary, Wanted, Written
from analysis.analysts.choose import Ask
from analysis.analysts.cues import kind_of
from analysis.analysts.extractive import Opens
from analysis.analysts.fences import Fence, one_line
from analysis.analysts.prompts import prompt
from analysis.analysts.reading import Batch, batches, merged, shown
from analysis.journal import CallFailed, OverBudget
from analysis.llm import PAUSING, InvalidAnswer, Talk
from analysis.pipeline import plan
from analysis.pipeline.errors import PipelineError, RunPaused
from analysis.pipeline.parallel import finished
from analysis.pipeline.tools import Reading
from analysis.pipeline.write import SUMMARY
from analysis.types import (
    Block,
    Brief,
    Figure,
    Finding,
    Paragraph,
    Plan,
    Points,
    Question,
    Quote,
    Sentence,
    SourceRef,
)
from templates_app.guidance import filled
from templates_app.types import Section, SectionKind

T = TypeVar("T", bound=BaseModel)
S = TypeVar("S")

CANDIDATES = "analysis.analysts.candidates:Candidates"
SECTIONS_A_CALL, READ_CHARACTERS, AT_ONCE = 4, 5000, 8
# Sentences a question that are read: some more than are wanted, but never many.
MORE_TO_READ, MOST_TO_READ = 4, 12
LISTS = (SectionKind.RISKS, SectionKind.RECOMMENDATIONS)
# An address in a sentence that its quotes do not hold was never in a source.
ADDRESS = re.compile(r"https?:|www\.|\]\(|\w@\w+\.\w", re.IGNORECASE)

MEND = {
    "insufficient_quota": "The account of the model server has no credit left: add some.",
    "invalid_api_key": "The model server refuses the key: set OPENAI_API_KEY.",
    "model_not_found": "The model server does not know the model: set MODEL.",
    "unreachable": "The model server cannot be reached: check OPENAI_BASE_URL and that it runs.",
}


class Roles(NamedTuple):
    """One talk for each thing that a model is asked to be."""

    planner: Talk
    reader: Talk
    writer: Talk


class ModelAnalyst:
    """Asks the models of a run; whatever breaks the rules of an answer is left out."""

    name = "model"
    uses_model = True

    def __init__(self, roles: Roles, fence: Fence, children: Opens) -> None:
        self.roles, self.fence, self.children = roles, fence, children

    async def plan(self, brief: Brief) -> Plan:
        """The questions of every section; several sections a call, several calls at once."""
        numbers = range(1, len(brief.template.sections) + 1)
        parts = evenly(list(numbers), SECTIONS_A_CALL)
        answers = await gathered([partial(self._planned, brief, part) for part in parts])
        planned = {
            one.section: one.questions
            for part, answer in zip(parts, answers, strict=True)
            for one in (answer.sections if answer else ())
            if one.section in part
        }
        return Plan(questions=tuple(_questions(brief, planned)))

    async def _planned(self, brief: Brief, numbers: Sequence[int]) -> Planned | None:
        names, sections = plan.named_values(brief), brief.template.sections
        listed = [
            f"{number}. {sections[number - 1].title}: "
            f"{filled(sections[number - 1].guidance, names)}"
            for number in numbers
        ]
        values = {"sections": "\n".join(listed), "options": _options(brief)}
        return await self._ask("planner", self.roles.planner, brief, Planned, values)

    async def read_all(
        self, brief: Brief, reading: Reading
    ) -> AsyncGenerator[tuple[int, Sequence[Quote]], None]:
        """The sentences that the model names, of those that the ranking lets it read."""
        candidates = await self._candidates(brief, reading)
        parts = batches(self.fence, candidates, reading.sources, READ_CHARACTERS)
        jobs = [partial(self._read, brief, reading.questions, part) for part in parts]
        given = list(zip(parts, await gathered(jobs), strict=True))
        for number, quotes in enumerate(merged(given, len(reading.questions))):
            yield number, quotes

    async def _candidates(self, brief: Brief, reading: Reading) -> list[Quote]:
        asks = [self._wide(brief, question) for question in reading.questions]
        passages = [list(reading.passages[question.key]) for question in reading.questions]
        async with self.children.open(CANDIDATES) as candidates:
            return await candidates.call(
                "choose", asks, passages, list(reading.rest), returns=list[Quote]
            )

    def _wide(self, brief: Brief, question: Question) -> Ask:
        section = next(one for one in brief.template.sections if one.key == question.section)
        return Ask(
            title=section.title,
            question=question.text,
            query=question.query,
            topic=brief.topic,
            kind=SectionKind.NARRATIVE,
            limit=min(MOST_TO_READ, plan.depth(brief).findings + MORE_TO_READ),
        )

    async def _read(
        self, brief: Brief, questions: Sequence[Question], batch: Batch
    ) -> Chosen | None:
        asked = [f"{number}. {one.text}" for number, one in enumerate(questions, 1)]
        values = {"questions": "\n".join(asked), "sentences": batch.shown}
        return await self._ask("reader", self.roles.reader, brief, Chosen, values)

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
        batch = shown(self.fence, quotes, sources)
        values = {
            "section": section.title,
            "guidance": filled(section.guidance, plan.named_values(brief)),
            "sentences": batch.shown,
        }
        answer = await self._ask(
            "writer", self.roles.writer, brief, Written, values, section=section.key
        )
        return [
            finding
            for number, claims in enumerate(answer.paragraphs if answer else ())
            for claim in claims
            if (finding := _finding(section, number, claim, batch.keyed)) is not None
        ]

    async def write(
        self,
        brief: Brief,
        section: Section,
        findings: Sequence[Finding],
        quotes: Sequence[Quote],
    ) -> Sequence[Block]:
        """The checked findings as the model ordered them; only the summary is written anew."""
        if section.key == SUMMARY.key:
            return await self._summary(brief, findings)
        sentences = [Sentence(text=one.text, finding=one.id) for one in findings]
        if section.kind in LISTS:
            return [Points(sentences=tuple(sentences))] if sentences else []
        paragraphs: dict[int, list[Sentence]] = {}
        for one, sentence in zip(findings, sentences, strict=True):
            paragraphs.setdefault(one.paragraph, []).append(sentence)
        return [Paragraph(sentences=tuple(part)) for part in paragraphs.values()]

    async def _summary(self, brief: Brief, findings: Sequence[Finding]) -> Sequence[Block]:
        leading = findings[: 2 * plan.depth(brief).summary]
        keyed = {
            key: leading[number]
            for key, (_, number) in self.fence.keyed(
                (one.id, number) for number, one in enumerate(leading)
            ).items()
        }
        values = {
            "guidance": f"At most {plan.depth(brief).summary} sentences.",
            "sentences": self.fence.listed({key: one.text for key, one in keyed.items()}),
        }
        answer = await self._ask(
            "summary", self.roles.writer, brief, Summary, values, section=SUMMARY.key
        )
        sentences = [
            Sentence(text=" ".join(claim.text.split()), finding=keyed[claim.keys[0]].id)
            for claim in (answer.claims if answer else ())
            if claim.keys and claim.keys[0] in keyed and not ADDRESS.search(claim.text)
        ]
        return [Paragraph(sentences=tuple(sentences))] if sentences else []

    async def _ask(
        self,
        role: str,
        talk: Talk,
        brief: Brief,
        answer: type[T],
        values: Mapping[str, str],
        *,
        section: str = "",
    ) -> T | None:
        """The answer to a prompt; None when it would pass the budget.

        A fault that only people can mend pauses the run; any other ends it, with its code.
        """
        asked = prompt(role).filled({"topic": brief.topic, "language": "English", **values})
        try:
            return await talk.ask(
                system=asked.system, user=asked.user, answer=answer, section=section
            )
        except OverBudget:
            return None
        except InvalidAnswer as error:
            raise PipelineError("invalid_answer", f"{error} Choose another model.") from error
        except CallFailed as failure:
            raise _outcome(failure) from failure


async def gathered(jobs: Sequence[Callable[[], Awaitable[S]]]) -> list[S]:
    """The results of jobs done side by side, in the order of the jobs."""
    results: dict[int, S] = {}
    async with aclosing(finished(jobs, AT_ONCE)) as done:
        async for number, result in done:
            results[number] = result
    return [results[number] for number in range(len(jobs))]


def evenly(items: Sequence[S], most: int) -> list[Sequence[S]]:
    """The items in as few parts as hold at most so many, all about as long."""
    count = max(1, -(-len(items) // most))
    return [items[len(items) * at // count : len(items) * (at + 1) // count] for at in range(count)]


def _outcome(failure: CallFailed) -> RunPaused | PipelineError:
    if failure.code in PAUSING:
        return RunPaused(failure.code, f"{MEND[failure.code]} Then resume the analysis.")
    detail = f"The model server failed ({failure.code}). Retry keeps what is done and paid for."
    return PipelineError(failure.code, detail)


def _options(brief: Brief) -> str:
    chosen = plan.named_values(brief)
    labels = {one.key: one.label for one in brief.template.parameters}
    return "\n".join(f"{labels[key]}: {value}" for key, value in chosen.items() if key in labels)


def _questions(brief: Brief, planned: Mapping[int, Sequence[Wanted]]) -> Iterator[Question]:
    most = plan.depth(brief).questions
    for place, section in enumerate(brief.template.sections, 1):
        for number, one in enumerate(planned.get(place, ())[:most], 1):
            yield Question(
                key=f"{section.key}-{number}",
                section=section.key,
                text=one_line(one.ask),
                query=plan.query(brief, section, f"{one.ask} {one.find}"),
            )


def _finding(
    section: Section, paragraph: int, claim: Claim, keyed: Mapping[str, Quote]
) -> Finding | None:
    """A claim with quotes; one with an invented key, or with an address, is no claim at all."""
    text = " ".join(claim.text.split())
    if not text or not claim.keys or any(key not in keyed for key in claim.keys):
        return None
    quotes = [keyed[key] for key in dict.fromkeys(claim.keys)]
    if ADDRESS.search(text):
        return None
    return Finding(
        id=f"{section.key}-{_first(quotes)}",
        section=section.key,
        text=text,
        kind=kind_of(text, section.kind),
        quotes=tuple(one.key for one in quotes),
        paragraph=paragraph,
    )


def _first(quotes: Iterable[Quote]) -> str:
    return next(iter(quotes)).key
