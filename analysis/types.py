"""The nouns of one run: a Brief goes in, Steps come out while it runs, a Draft remains.

Every position is a pair of character offsets into the stored text of one page:
`page.text[start:end]`. Pages count from 1. Documents without pages of their own
(DOCX, HTML, plain text) have the single page 1; a sheet and a slide are a page each.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from analysis.event_types import EventBody
from researcher.kit.frozen import Frozen
from templates_app.types import OptionValue, Section, TemplateContent


class Stage(StrEnum):
    """The five steps of a run, in order; the ids are those of the front end."""

    PLANNING = "planning"
    COLLECTION = "data-collection"
    PROCESSING = "processing"
    ANALYSIS = "ai-analysis"
    REPORT = "report-creation"


# --- what was asked --------------------------------------------------------------------


class DocumentRef(Frozen):
    """A document that the user attached, as it was named when the analysis was submitted."""

    id: UUID
    source_id: UUID
    name: str
    description: str = ""


class Brief(Frozen):
    """What was asked, frozen at submission so that a run can be repeated to the byte."""

    analysis_id: UUID
    topic: str
    template: TemplateContent
    options: dict[str, OptionValue]
    documents: tuple[DocumentRef, ...]
    submitted_at: datetime
    # The first analysis of a row of copies: equal requests of copies are one request.
    seed: UUID = Field(default_factory=lambda facts: facts["analysis_id"])


class Shortfall(Frozen):
    """What could not be done as asked, and what was done instead; `section` is its key, if any."""

    code: str
    detail: str
    section: str = ""


# --- planning --------------------------------------------------------------------------


class Question(Frozen):
    """One thing to find out for one section; `query` is what the ranking searches for."""

    key: str
    section: str
    text: str
    query: str


class Plan(Frozen):
    questions: tuple[Question, ...]
    shortfalls: tuple[Shortfall, ...] = ()


# --- data-collection -------------------------------------------------------------------


class Page(Frozen):
    number: int
    text: str


class SourceRef(Frozen):
    """One stored source as the report names it; `key` is opaque and stable within a run.

    `as_of` is the date that the content speaks of (a period's end, else its publication);
    `subject` names whom or what it is about: figures of two subjects are never compared;
    `superseded_by` is the key of the newer vintage of the same document, where there is one.
    """

    key: str
    id: UUID
    document_id: UUID | None = None
    name: str
    description: str = ""
    title: str = ""
    author: str = ""
    url: str = ""
    media_type: str
    language: str = ""
    pages: int
    characters: int
    sha256: str
    fetched_at: datetime
    published_on: date | None = None
    as_of: date | None = None
    subject: str = ""
    superseded_by: str | None = None


class Rejection(Frozen):
    """A document or page that could not be used, and why in plain words."""

    name: str
    code: str
    detail: str


class Collection(Frozen):
    sources: tuple[SourceRef, ...]
    rejected: tuple[Rejection, ...] = ()


# --- processing ------------------------------------------------------------------------


class Passage(Frozen):
    """Consecutive sentences of one page: what is ranked, and what an analyst reads."""

    key: str
    source: str
    page: int
    start: int
    end: int
    text: str
    section: str = ""
    language: str = ""
    score: float = 0.0


class Quote(Frozen):
    """The exact words `page.text[start:end]` of a stored source; `text` repeats them."""

    key: str
    source: str
    page: int
    start: int
    end: int
    text: str
    section: str = ""


class Figure(Frozen):
    """A number as it stands in a source: value, unit, currency, period - and its quote.

    `value` is in plain units ("$4.1 billion" is 4100000000 USD); `raw` is the printed form.
    """

    key: str
    label: str
    value: Decimal
    raw: str
    unit: str = ""
    currency: str = ""
    period: str = ""
    as_of: date | None = None
    quote: str


class Answer(Frozen):
    """What the sources say to one question; without quotes it stays open."""

    question: str
    quotes: tuple[str, ...]
    passages_ranked: int


class Evidence(Frozen):
    """What was found; `quotes_offered` counts those of the analyst before they were located.

    `left_out` names the sources that are not about the topic and why; `unmentioned` the names
    of the topic that stand in no source.
    """

    quotes: tuple[Quote, ...]
    figures: tuple[Figure, ...]
    answers: tuple[Answer, ...]
    passages: int
    quotes_offered: int = 0
    left_out: tuple[Rejection, ...] = ()
    unmentioned: tuple[str, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()


# --- ai-analysis -----------------------------------------------------------------------


class FindingKind(StrEnum):
    FACT = "fact"
    INSIGHT = "insight"
    RISK = "risk"
    RECOMMENDATION = "recommendation"
    FIGURE = "figure"
    CHANGE = "change"


class Verdict(StrEnum):
    """ "Not checked" is never a pass."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"
    NOT_CHECKED = "not_checked"


class Finding(Frozen):
    """One claim, the quotes that carry it, and what the check of it gave (confidence 0 to 1).

    `paragraph` numbers the paragraphs of its section, where its analyst wrote in paragraphs.
    """

    id: str
    section: str
    text: str
    kind: FindingKind
    quotes: tuple[str, ...]
    verdict: Verdict = Verdict.NOT_CHECKED
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()
    paragraph: int = 0


class Conflict(Frozen):
    """Figures of one label and period that differ between sources; `preferred` is the newest."""

    label: str
    period: str
    figures: tuple[str, ...]
    preferred: str
    reason: str


class Check(Frozen):
    """How many claims were checked and what came of it: the denominators of the report."""

    claims: int
    supported: int
    dropped: int
    quotes: int
    quotes_found: int


class Findings(Frozen):
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]
    conflicts: tuple[Conflict, ...]
    open_questions: tuple[str, ...]
    check: Check
    shortfalls: tuple[Shortfall, ...] = ()


# --- report-creation -------------------------------------------------------------------


class Sentence(Frozen):
    """A printed sentence; a factual one names its finding, and through it its quotes."""

    text: str
    finding: str | None = None


class Paragraph(Frozen):
    kind: Literal["paragraph"] = "paragraph"
    sentences: tuple[Sentence, ...]


class Points(Frozen):
    """A bulleted list, one sentence a point."""

    kind: Literal["points"] = "points"
    sentences: tuple[Sentence, ...]


class FigureTable(Frozen):
    """Key figures by their keys, in the order of the rows."""

    kind: Literal["figures"] = "figures"
    caption: str
    figures: tuple[str, ...]


class FigureChart(Frozen):
    """Figures of one label and unit over periods, by their keys in order of time."""

    kind: Literal["chart"] = "chart"
    caption: str
    figures: tuple[str, ...]


class ConflictTable(Frozen):
    """Conflicting figures side by side (indexes into `Draft.conflicts`)."""

    kind: Literal["conflicts"] = "conflicts"
    caption: str
    conflicts: tuple[int, ...]


class Note(Frozen):
    """What the report says about itself, such as "no evidence found"; never a factual claim."""

    kind: Literal["note"] = "note"
    text: str


Block = Annotated[
    Paragraph | Points | FigureTable | FigureChart | ConflictTable | Note,
    Field(discriminator="kind"),
]


class DraftSection(Frozen):
    section: Section
    blocks: tuple[Block, ...]
    answered: bool


class Confidence(Frozen):
    """How far the report can be trusted, 0 to 100, and why."""

    value: int
    reasons: tuple[str, ...]


class Citation(Frozen):
    """One cited quote with the numbers that the report prints: `[source]` and `source.quote`."""

    quote: str
    source_number: int
    quote_number: int


class Draft(Frozen):
    """The whole report before it has a form; renderers read nothing else.

    `sources` holds the cited ones in the order of their numbers (1, 2, ...); `uncited` the rest.
    `summary` stands alone. `methodology` and `limits` are sentences about the run itself, and
    `shortfalls` what of it is not as it was asked for.
    """

    title: str
    brief: Brief
    analyst: str
    uses_model: bool
    language: str
    as_of: date | None
    summary: tuple[Sentence, ...]
    sections: tuple[DraftSection, ...]
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]
    conflicts: tuple[Conflict, ...]
    quotes: tuple[Quote, ...]
    citations: tuple[Citation, ...]
    sources: tuple[SourceRef, ...]
    uncited: tuple[SourceRef, ...]
    rejected: tuple[Rejection, ...]
    open_questions: tuple[str, ...]
    confidence: Confidence
    check: Check
    methodology: tuple[str, ...]
    limits: tuple[str, ...]
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether a part of it could not be made as asked; `limits` say which and why."""
        return bool(self.shortfalls)


StageOutput = Plan | Collection | Evidence | Findings | Draft

OUTPUTS: dict[Stage, type[StageOutput]] = {
    Stage.PLANNING: Plan,
    Stage.COLLECTION: Collection,
    Stage.PROCESSING: Evidence,
    Stage.ANALYSIS: Findings,
    Stage.REPORT: Draft,
}


class Step(Frozen):
    """One thing that happened in the pipeline; `output` is set when its stage is done."""

    stage: Stage
    events: tuple[EventBody, ...] = ()
    output: StageOutput | None = None
