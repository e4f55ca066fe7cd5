"""A Draft as all renderers read it: keys resolved, chapters in order, the words that are ours."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from analysis.types import (
    Block,
    Citation,
    Conflict,
    ConflictTable,
    Derived,
    Draft,
    Figure,
    FigureChart,
    FigureTable,
    Finding,
    FindingKind,
    Quote,
    Sentence,
    SourceRef,
    Verdict,
)
from templates_app.types import OptionValue, Parameter

PRODUCT = "Researcher Pro"
WITHOUT_MODEL = "Prepared without a language model"

VERDICTS = {
    Verdict.SUPPORTED: "Supported",
    Verdict.PARTIAL: "Partly supported",
    Verdict.CONTRADICTED: "Contradicted",
    Verdict.NOT_FOUND: "Not found",
    Verdict.NOT_CHECKED: "Not checked",
}
KINDS = {
    FindingKind.FACT: "Fact",
    FindingKind.INSIGHT: "Insight",
    FindingKind.RISK: "Risk",
    FindingKind.RECOMMENDATION: "Recommendation",
    FindingKind.FIGURE: "Figure",
    FindingKind.CHANGE: "Change",
}
CLOSING = {
    "questions": "Open questions",
    "methodology": "Methodology",
    "limits": "Limits",
    "sources": "Sources",
    "register": "Findings and their checks",
    "quotes": "Quotes",
    "request": "The request",
}
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202d\u202e]")
APPENDICES = frozenset({"register", "quotes", "request"})
# What a reader looks for first; a template's further options follow in its own order.
COVER_OPTIONS = ("client_segment", "jurisdiction", "industry", "depth")


class Chapter(NamedTuple):
    """A numbered section of the report; `blocks` are empty for those that we add ourselves."""

    number: str
    anchor: str
    title: str
    blocks: tuple[Block, ...] = ()


class Edition:
    """Asks a Draft what a page needs to know. Anchors are the same in every format."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.figures = {figure.key: figure for figure in draft.figures}
        self.findings = {finding.id: finding for finding in draft.findings}
        self.quotes = {quote.key: quote for quote in draft.quotes}
        self.citations = {citation.quote: citation for citation in draft.citations}

    # --- citations ----------------------------------------------------------------------

    def cited(self, quotes: Iterable[str]) -> list[Citation]:
        """The citations of these quotes, one a source, in the order of their numbers."""
        found = [self.citations[quote] for quote in quotes if quote in self.citations]
        by_source = {citation.source_number: citation for citation in reversed(found)}
        return [by_source[number] for number in sorted(by_source)]

    def finding(self, sentence: Sentence) -> Finding | None:
        return self.findings.get(sentence.finding or "")

    def citations_of(self, sentence: Sentence) -> list[Citation]:
        finding = self.finding(sentence)
        return self.cited(finding.quotes) if finding else []

    def source(self, number: int) -> SourceRef:
        return self.draft.sources[number - 1]

    def quotes_from(self, number: int) -> list[tuple[Citation, Quote]]:
        """The cited quotes of a source, in the order of their numbers."""
        mine = [one for one in self.draft.citations if one.source_number == number]
        mine.sort(key=lambda one: one.quote_number)
        return [(one, self.quotes[one.quote]) for one in mine]

    def chapters_citing(self, quote: str) -> list[Chapter]:
        """The chapters in which a finding stands that rests on the quote."""
        return [chapter for chapter in self.chapters if quote in self._quotes_in[chapter.anchor]]

    @cached_property
    def _quotes_in(self) -> dict[str, frozenset[str]]:
        return {
            chapter.anchor: frozenset(
                quote for block in chapter.blocks for quote in self._quotes_of(block)
            )
            for chapter in self.chapters
        }

    def _quotes_of(self, block: Block) -> Iterator[str]:
        if isinstance(block, FigureTable | FigureChart):
            yield from (self.figures[key].quote for key in block.figures)
        elif isinstance(block, ConflictTable):
            for figure in self.conflicting(block):
                yield figure.quote
        else:
            for sentence in getattr(block, "sentences", ()):
                finding = self.finding(sentence)
                yield from finding.quotes if finding else ()

    def operands(self, derived: Derived) -> list[str]:
        """The quotes of the figures that one was computed from."""
        return [self.figures[key].quote for key in derived.operands]

    def conflicting(self, block: ConflictTable) -> Iterator[Figure]:
        for index in block.conflicts:
            yield from (self.figures[key] for key in self.draft.conflicts[index].figures)

    def ways_back(self, citation: Citation) -> Iterator[tuple[str, str]]:
        """Where one comes from to a quote, as (words, anchor)."""
        yield f"Source {citation.source_number}", f"source-{citation.source_number}"
        for chapter in self.chapters_citing(citation.quote):
            yield f"Section {chapter.number}", chapter.anchor

    # --- chapters -----------------------------------------------------------------------

    @cached_property
    def chapters(self) -> list[Chapter]:
        """The template's sections, then figures and conflicts that none of them shows."""
        titled = [
            (one.section.key, one.section.title, one.blocks) for one in self.draft.sections
        ] + list(self._left_over())
        return [
            Chapter(str(number), f"section-{number}", title, blocks)
            for number, (_, title, blocks) in enumerate(titled, 1)
        ]

    def _left_over(self) -> Iterator[tuple[str, str, tuple[Block, ...]]]:
        shown = {type(block) for one in self.draft.sections for block in one.blocks}
        if self.draft.figures and not shown & {FigureTable, FigureChart}:
            table = FigureTable(caption="Key figures", figures=tuple(self.figures))
            yield "figures", "Key figures", (table,)
        if self.draft.conflicts and ConflictTable not in shown:
            all_of_them = tuple(range(len(self.draft.conflicts)))
            table_of = ConflictTable(caption="Where the sources differ", conflicts=all_of_them)
            yield "conflicts", "Conflicting figures", (table_of,)

    @cached_property
    def closing(self) -> dict[str, Chapter]:
        """The numbered chapters behind the template's own and the lettered appendices."""
        draft, first = self.draft, len(self.chapters) + 1
        empty = {"questions": not draft.open_questions, "register": not draft.findings}
        empty["quotes"] = not draft.citations
        kept = [anchor for anchor in CLOSING if not empty.get(anchor)]
        numbered = [anchor for anchor in kept if anchor not in APPENDICES]
        lettered = [anchor for anchor in kept if anchor in APPENDICES]
        numbers = {anchor: str(first + at) for at, anchor in enumerate(numbered)}
        letters = {anchor: "ABC"[at] for at, anchor in enumerate(lettered)}
        return {
            anchor: Chapter(number, anchor, CLOSING[anchor])
            for anchor, number in (numbers | letters).items()
        }

    @property
    def all_chapters(self) -> list[Chapter]:
        return [*self.chapters, *self.closing.values()]

    # --- facts about the report -----------------------------------------------------------

    @property
    def options(self) -> list[tuple[str, str]]:
        """What was chosen, as (label, value), in the order of the template."""
        pairs = [(one, self.draft.brief.options.get(one.key)) for one in self._parameters]
        return [(one.label, worded(one, value)) for one, value in pairs if value not in (None, "")]

    @property
    def cover_options(self) -> list[tuple[str, str]]:
        """The short ones of the options, the most telling first."""
        ranks = {key: rank for rank, key in enumerate(COVER_OPTIONS)}
        labels = {one.label: ranks.get(one.key, len(ranks)) for one in self._parameters}
        short = [(label, value) for label, value in self.options if len(value) <= 80]
        return sorted(short, key=lambda pair: labels[pair[0]])

    @property
    def _parameters(self) -> tuple[Parameter, ...]:
        return self.draft.brief.template.parameters

    @property
    def request(self) -> list[tuple[str, str]]:
        """All that was asked, as (label, value)."""
        brief = self.draft.brief
        facts = [("Topic", brief.topic), ("Template", self.template), *self.options]
        facts += [("Document", _named(one.name, one.description)) for one in brief.documents]
        facts += [("Analyst", self.draft.analyst), ("Analysis", str(brief.analysis_id))]
        return facts

    @property
    def template(self) -> str:
        template = self.draft.brief.template
        return f"{template.name}, version {template.version}"

    @property
    def checked(self) -> str:
        """What the check of the claims gave, with its denominators."""
        check = self.draft.check
        dropped = f" {check.dropped} of {check.claims} were dropped." if check.dropped else ""
        return (
            f"{check.supported} of {check.claims} statements are supported by their quotes;"
            f" {check.quotes_found} of {check.quotes} quotes stand word for word in their source."
            f"{dropped}"
        )


def preferred(edition: Edition, conflict: Conflict) -> str:
    """Why one of the figures is preferred, as a sentence."""
    figure = edition.figures[conflict.preferred]
    return f"Preferred: {figure.raw}. {conflict.reason}"


def worded(parameter: Parameter, value: OptionValue) -> str:
    """An option as a reader says it: "Yes", "Alberta, Saskatchewan", the label of a choice."""
    labels = {choice.value: choice.label for choice in parameter.choices}
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        return ", ".join(labels.get(one, one) for one in value)
    return labels.get(str(value), str(value))


def long_date(moment: date | datetime | None) -> str:
    """ "20 November 2026", whatever the locale; "" for none."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}" if moment else ""


def legible(words: str) -> str:
    """The words with code points for control characters and for overrides of the direction."""
    return UNPRINTABLE.sub(lambda match: f"[U+{ord(match[0]):04X}]", words)


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def quote_number(citation: Citation) -> str:
    return f"{citation.source_number}.{citation.quote_number}"


def quote_anchor(citation: Citation) -> str:
    return f"quote-{citation.source_number}-{citation.quote_number}"


def _named(name: str, description: str) -> str:
    return f"{name} ({description})" if description else name


def percent(confidence: float) -> str:
    return f"{round(confidence * 100)}%"
