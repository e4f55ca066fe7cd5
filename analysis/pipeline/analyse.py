"""Analysis: findings of each section, every one checked against the quotes that carry it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from itertools import chain, zip_longest
from typing import NamedTuple

from analysis.event_types import EventBody, FindingAdded
from analysis.pipeline import facets, keys, trust
from analysis.pipeline.conflicts import conflicts
from analysis.pipeline.outputs import Outputs
from analysis.pipeline.parallel import finished
from analysis.pipeline.plan import depth
from analysis.pipeline.steps import completed, running, warned
from analysis.pipeline.tokens import tokens
from analysis.pipeline.tools import Claimed, Tools
from analysis.pipeline.verify import Checked, check, is_doubtful
from analysis.types import (
    Brief,
    Check,
    Collection,
    Evidence,
    Finding,
    Findings,
    Plan,
    Quote,
    Stage,
    Step,
    Verdict,
)
from templates_app.types import Section, SectionKind

AT_ONCE = 8
SECOND_READING = {
    Verdict.SUPPORTED: "a second reading confirms it",
    Verdict.PARTIAL: "a second reading confirms a part of it",
    Verdict.CONTRADICTED: "a second reading found the contrary",
    Verdict.NOT_FOUND: "a second reading did not find it",
}
HOLDS = (Verdict.SUPPORTED, Verdict.PARTIAL)
SAME = 0.8
# Sections that only take sentences of their kind, and by how many ranks they go before others.
SPECIAL_KINDS, AHEAD = (SectionKind.RISKS, SectionKind.RECOMMENDATIONS), 2
FIGURE_KINDS = (SectionKind.KEY_FIGURES, SectionKind.TABLE)


class Claim(NamedTuple):
    """A checked finding with its place: the number of its section and its rank there."""

    rank: int
    section: int
    finding: Finding
    terms: frozenset[str]


async def run(brief: Brief, outputs: Outputs, tools: Tools) -> AsyncGenerator[Step, None]:
    """Let the analyst find, check what it says, drop what does not hold, keep what is new."""
    work = _Analysis(brief, outputs, tools)
    sections = brief.template.sections
    yield running(Stage.ANALYSIS, 0, len(sections), "sections")
    done: dict[int, list[Finding]] = {}
    jobs = [partial(work.find, section) for section in sections]
    async with aclosing(finished(jobs, AT_ONCE)) as reports:
        async for number, found in reports:
            done[number] = found
            yield running(Stage.ANALYSIS, len(done), len(sections), "sections")
    output = work.output([done[number] for number in range(len(sections))])
    told = tuple(_event(finding) for finding in output.findings)
    events: tuple[EventBody, ...] = (*told, *warned(output.shortfalls))
    yield completed(Stage.ANALYSIS, output, len(sections), "sections", events=events)


def _event(finding: Finding) -> FindingAdded:
    return FindingAdded(
        id=finding.id, text=finding.text, kind=finding.kind.value, verdict=finding.verdict.value
    )


class _Analysis:
    """The quotes and sources that the findings of one run are checked against."""

    def __init__(self, brief: Brief, outputs: Outputs, tools: Tools) -> None:
        self.brief, self.tools = brief, tools
        self.plan, self.evidence = outputs.of(Plan), outputs.of(Evidence)
        self.sources = {source.key: source for source in outputs.of(Collection).sources}
        self.quotes = {quote.key: quote for quote in self.evidence.quotes}
        self.conflicts = conflicts(self.evidence.figures, self.quotes, self.sources)

    async def find(self, section: Section) -> list[Finding]:
        """What the analyst finds in the quotes of a section, checked; unsupported ones too."""
        quotes = self._of(section)
        if not quotes:
            return []
        own = {quote.key for quote in quotes}
        found = await self.tools.analyst.analyse(
            self.brief,
            section,
            quotes,
            figures=[one for one in self.evidence.figures if one.quote in own],
            sources={quote.source: self.sources[quote.source] for quote in quotes},
        )
        checked = [self._checked(section, finding) for finding in found]
        return await self._mended(section, await self._judged(checked))

    async def _judged(self, findings: Sequence[Finding]) -> list[Finding]:
        """Let the analyst read again what the mechanical checks leave in doubt."""
        doubtful = [one for one in findings if one.quotes and is_doubtful(one.verdict, one.reasons)]
        if not doubtful:
            return list(findings)
        claims = [self._claimed(one) for one in doubtful]
        verdicts = await self.tools.analyst.judge(self.brief, claims)
        judged = {
            one.id: self._with_verdict(one, verdict)
            for one, verdict in zip(doubtful, verdicts, strict=True)
            if verdict is not Verdict.NOT_CHECKED
        }
        return [judged.get(one.id, one) for one in findings]

    def _claimed(self, finding: Finding) -> Claimed:
        quotes = [self.quotes[key] for key in finding.quotes]
        return Claimed(finding.text, quotes, "; ".join(finding.reasons))

    def _with_verdict(self, finding: Finding, verdict: Verdict) -> Finding:
        """A finding after the second reading, which may raise a doubt but heals no wrong number."""
        checked = Checked(verdict, 0.0, (*finding.reasons, SECOND_READING[verdict]))
        return self._trusted(finding, checked)

    async def _mended(self, section: Section, findings: Sequence[Finding]) -> list[Finding]:
        """Let what does not hold be said anew, once; what then holds takes its place."""
        failed = [one for one in findings if one.quotes and one.verdict not in HOLDS]
        if not failed:
            return list(findings)
        claims = [self._claimed(one) for one in failed]
        texts = await self.tools.analyst.rewrite(self.brief, section, claims)
        anew: dict[str, Finding] = {}
        for one, text in zip(failed, texts, strict=True):
            if text:
                again = self._checked(section, one.model_copy(update={"text": text}))
                anew[one.id] = again if again.verdict in HOLDS else one
        return [anew.get(one.id, one) for one in findings]

    def _of(self, section: Section) -> list[Quote]:
        """The quotes of a section's questions, the best of each question first."""
        asked = {one.key for one in self.plan.questions if one.section == section.key}
        answers = [one.quotes for one in self.evidence.answers if one.question in asked]
        ranked = chain.from_iterable(zip_longest(*answers))
        return [self.quotes[key] for key in dict.fromkeys(ranked) if key]

    def _checked(self, section: Section, finding: Finding) -> Finding:
        """The finding with its verdict; a key that nobody gave counts as no quote."""
        held = [self.quotes[key] for key in finding.quotes if key in self.quotes]
        language = self.sources[held[0].source].language if held else ""
        known = trust.called([self.sources[quote.source] for quote in held])
        checked = check(finding.text, [quote.text for quote in held], language, known)
        named = {
            "id": keys.key("f", self.brief.seed, section.key, finding.text),
            "section": section.key,
            "quotes": tuple(quote.key for quote in held),
        }
        return self._trusted(finding.model_copy(update=named), checked)

    def _trusted(self, finding: Finding, checked: Checked) -> Finding:
        """The finding with a verdict, and the confidence that follows from it."""
        held = [self.quotes[key] for key in finding.quotes]
        sources = [self.sources[quote.source] for quote in held]
        disputed = trust.is_disputed(held, self.conflicts, self.evidence.figures)
        confidence, reasons = trust.of_finding(finding.text, checked, sources, disputed=disputed)
        told = {"verdict": checked.verdict, "confidence": confidence, "reasons": reasons}
        return finding.model_copy(update=told)

    def output(self, found: Sequence[Sequence[Finding]]) -> Findings:
        """The findings that hold, each said once, in the section where it ranked best."""
        claims = [self._claim(*place) for place in _placed(found)]
        holding = [claim for claim in claims if claim.finding.verdict in HOLDS]
        kept = self._kept(holding)
        return Findings(
            findings=tuple(self._described(claim.finding) for claim in kept),
            figures=self.evidence.figures,
            conflicts=self.conflicts,
            open_questions=self._open(holding),
            check=Check(
                claims=len(claims),
                supported=sum(1 for one in claims if one.finding.verdict is Verdict.SUPPORTED),
                dropped=len(claims) - len(holding),
                quotes=self.evidence.quotes_offered,
                quotes_found=self._located(),
            ),
            used=self.tools.analyst.used(),
            shortfalls=self.tools.analyst.shortfalls(),
        )

    def _described(self, finding: Finding) -> Finding:
        return facets.described(finding, [self.quotes[key].text for key in finding.quotes])

    def _located(self) -> int:
        return sum(len(answer.quotes) for answer in self.evidence.answers)

    def _claim(self, section: int, rank: int, finding: Finding) -> Claim:
        held = finding.quotes[:1]
        language = self.sources[self.quotes[held[0]].source].language if held else ""
        return Claim(rank, section, finding, frozenset(tokens(finding.text, language)))

    def _kept(self, claims: Sequence[Claim]) -> list[Claim]:
        limits = [self._limit(section) for section in self.brief.template.sections]
        kept: list[Claim] = []
        for claim in sorted(claims, key=self._turn):
            if limits[claim.section] > 0 and not any(_same(claim, other) for other in kept):
                limits[claim.section] -= 1
                kept.append(claim)
        return sorted(kept, key=lambda one: (one.section, one.rank))

    def _turn(self, claim: Claim) -> tuple[int, int]:
        """Who may have a sentence that several sections want: a section of risks before others."""
        kind = self.brief.template.sections[claim.section].kind
        return claim.rank - (AHEAD if kind in SPECIAL_KINDS else 0), claim.section

    def _limit(self, section: Section) -> int:
        most = depth(self.brief).findings
        return most // 2 if section.kind in FIGURE_KINDS else most

    def _open(self, holding: Sequence[Claim]) -> tuple[str, ...]:
        """The questions of which no quote carries a finding and no figure tells anything."""
        carrying = {key for claim in holding for key in claim.finding.quotes}
        answers = {answer.question: answer for answer in self.evidence.answers}
        figured = {
            section.key
            for section in self.brief.template.sections
            if section.kind in FIGURE_KINDS and self.evidence.figures
        }
        return tuple(
            question.text
            for question in self.plan.questions
            if question.section not in figured
            and not carrying.intersection(answers[question.key].quotes)
        )


def _placed(found: Sequence[Sequence[Finding]]) -> list[tuple[int, int, Finding]]:
    return [
        (section, rank, finding)
        for section, findings in enumerate(found)
        for rank, finding in enumerate(findings)
    ]


def _same(one: Claim, other: Claim) -> bool:
    """Whether two claims are the same sentence, or nearly so."""
    if one.finding.text == other.finding.text:
        return True
    shared = len(one.terms & other.terms)
    return shared > SAME * (len(one.terms) + len(other.terms) - shared)
