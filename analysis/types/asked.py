"""What was asked: the Brief, the five stages of its run, what of it could not be done."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from analysis.web_types import Egress
from researcher.kit.frozen import Frozen
from templates_app.types import OptionValue, TemplateContent


class Stage(StrEnum):
    """The five steps of a run, in order; the ids are those of the front end."""

    PLANNING = "planning"
    COLLECTION = "data-collection"
    PROCESSING = "processing"
    ANALYSIS = "ai-analysis"
    REPORT = "report-creation"


class DocumentRef(Frozen):
    """A document that the user attached, as it was named when the analysis was submitted."""

    id: UUID
    source_id: UUID
    name: str
    description: str = ""


class Brief(Frozen):
    """What was asked, frozen at submission so that a run can be repeated to the byte.

    Where `egress` allows it, the `urls` are read and the `providers` searched (none named: all).
    """

    analysis_id: UUID
    topic: str
    template: TemplateContent
    options: dict[str, OptionValue]
    documents: tuple[DocumentRef, ...]
    submitted_at: datetime
    egress: Egress = Egress()
    providers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    # Whether the plan waits for its approval before any source is read.
    approve_plan: bool = False
    # The first analysis of a row of copies: equal requests of copies are one request.
    seed: UUID = Field(default_factory=lambda facts: facts["analysis_id"])


class Used(Frozen):
    """The model calls of one role for one section (empty: for the whole), and what they took."""

    role: str
    section: str = ""
    calls: int
    tokens_in: int
    tokens_out: int
    cost: Decimal


class Shortfall(Frozen):
    """What could not be done as asked, and what was done instead; `section` is its key, if any."""

    code: str
    detail: str
    section: str = ""
