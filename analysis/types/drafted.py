"""What report-creation leaves: the Draft, a report before it has a form."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from analysis.types.asked import Brief, Shortfall, Used
from analysis.types.collected import Rejection, SourceRef
from analysis.types.concluded import Check, Conflict, Finding
from analysis.types.found import Derived, Figure, Quote
from researcher.kit.frozen import Frozen
from templates_app.types import Section


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


class DerivedTable(Frozen):
    """Figures computed from those of the table before, whose keys they name."""

    kind: Literal["derived"] = "derived"
    caption: str
    figures: tuple[Derived, ...]


class Note(Frozen):
    """What the report says about itself, such as "no evidence found"; never a factual claim."""

    kind: Literal["note"] = "note"
    text: str


Block = Annotated[
    Paragraph | Points | FigureTable | FigureChart | DerivedTable | ConflictTable | Note,
    Field(discriminator="kind"),
]


class Asked(Frozen):
    """A question of the plan, and whether a printed finding or figure of the report answers it."""

    question: str
    text: str
    answered: bool


class DraftSection(Frozen):
    section: Section
    blocks: tuple[Block, ...]
    answered: bool
    questions: tuple[Asked, ...] = ()


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
    used: tuple[Used, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether a part of it could not be made as asked; `limits` say which and why."""
        return bool(self.shortfalls)
