"""The nouns of one run: a Brief goes in, Steps come out while it runs, a Draft remains.

Every position is a pair of character offsets into the stored text of one page:
`page.text[start:end]`. Pages count from 1. Documents without pages of their own
(DOCX, HTML, plain text) have the single page 1; a sheet and a slide are a page each.
"""

from analysis.event_types import EventBody
from analysis.types.asked import (
    Brief,
    DocumentRef,
    Shortfall,
    Stage,
    Used,
)
from analysis.types.collected import (
    Collection,
    Page,
    Rejection,
    SourceRef,
)
from analysis.types.concluded import (
    Check,
    Conflict,
    Finding,
    FindingKind,
    Findings,
    Impact,
    Likelihood,
    Risk,
    Verdict,
)
from analysis.types.drafted import (
    Asked,
    Block,
    Citation,
    Confidence,
    ConflictTable,
    DerivedTable,
    Draft,
    DraftSection,
    FigureChart,
    FigureTable,
    Note,
    Paragraph,
    Points,
    Sentence,
)
from analysis.types.found import (
    Answer,
    Derivation,
    Derived,
    Evidence,
    Figure,
    Passage,
    Quote,
    Weight,
)
from analysis.types.planned import (
    Estimate,
    Plan,
    Question,
)
from researcher.kit.frozen import Frozen

__all__ = [
    "OUTPUTS",
    "Answer",
    "Asked",
    "Block",
    "Brief",
    "Check",
    "Citation",
    "Collection",
    "Confidence",
    "Conflict",
    "ConflictTable",
    "Derivation",
    "Derived",
    "DerivedTable",
    "DocumentRef",
    "Draft",
    "DraftSection",
    "Estimate",
    "Evidence",
    "Figure",
    "FigureChart",
    "FigureTable",
    "Finding",
    "FindingKind",
    "Findings",
    "Impact",
    "Likelihood",
    "Note",
    "Page",
    "Paragraph",
    "Passage",
    "Plan",
    "Points",
    "Question",
    "Quote",
    "Rejection",
    "Risk",
    "Sentence",
    "Shortfall",
    "SourceRef",
    "Stage",
    "StageOutput",
    "Step",
    "Used",
    "Verdict",
    "Weight",
]

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
