"""The shape of a result: what REST answers and `manage.py research --json` writes.

Fields are added, never renamed or taken away. A citation is marked "2.5": the fifth quote of
source 2 of the report.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from analysis.types import (
    Asked,
    Check,
    Confidence,
    Derivation,
    FindingKind,
    Rejection,
    Risk,
    Verdict,
)
from researcher.kit.frozen import Frozen
from templates_app.types import SectionKind


class Cited(Frozen):
    """The exact words `page.text[start:end]` of a document, with their mark in the report."""

    mark: str
    source_number: int
    document: str
    document_id: UUID | None
    url: str
    page: int
    start: int
    end: int
    quote: str


class CitedFinding(Frozen):
    """A claim of the report, what the check of it gave, and the words that carry it."""

    id: str
    section: str
    text: str
    kind: FindingKind
    verdict: Verdict
    confidence: float
    reasons: tuple[str, ...]
    citations: tuple[Cited, ...]
    risk: Risk | None = None
    conditions: tuple[str, ...] = ()


class Statement(Frozen):
    """A finding in short, for lists: `citations` are marks."""

    id: str
    text: str
    confidence: float
    citations: tuple[str, ...]
    risk: Risk | None = None
    conditions: tuple[str, ...] = ()


class DataPoint(Frozen):
    """A key figure: `value` to read, `number` in plain units to compute with."""

    key: str
    value: str
    label: str
    number: Decimal
    unit: str
    currency: str
    period: str
    as_of: date | None
    printed: str
    citations: tuple[str, ...]


class DerivedPoint(Frozen):
    """A figure computed from cited ones: `formula` in their printed forms, `kind` how."""

    key: str
    kind: Derivation
    value: str
    label: str
    number: Decimal
    unit: str
    period: str
    formula: str
    citations: tuple[str, ...]


class Disagreement(Frozen):
    """Figures of one thing that differ between documents; the first is the preferred one."""

    label: str
    period: str
    reason: str
    values: tuple[DataPoint, ...]


class ResultSection(Frozen):
    """A section as plain text with citation marks in square brackets."""

    key: str
    title: str
    kind: SectionKind
    answered: bool
    questions: tuple[Asked, ...]
    text: str


class ResultSource(Frozen):
    """A source of the run; `number` is 0 for one that is not cited.

    `provider` and `kind` (official, scholarly, reference, news, data, web) are those of what was
    found on the web.
    """

    number: int
    document: str
    document_id: UUID | None
    title: str
    author: str
    url: str
    media_type: str
    language: str
    pages: int
    sha256: str
    fetched_at: datetime
    published_on: date | None
    as_of: date | None
    superseded_by: str
    provider: str = ""
    kind: str = ""
    publisher: str = ""
    doi: str = ""
    is_retracted: bool = False


class UsagePart(Frozen):
    """What the calls of one role for one section took; no section is the whole report.

    `calls` counts every attempt, `requests` what was asked for, however often; `seconds` is the
    sum of their latencies, of which many pass side by side.
    """

    role: str
    section: str
    calls: int
    requests: int = 0
    seconds: float = 0.0
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    cost: Decimal


class Usage(Frozen):
    """The paid or slow calls of a run and what they cost, whole and by role and section."""

    calls: int = 0
    requests: int = 0
    seconds: float = 0.0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)
    parts: tuple[UsagePart, ...] = ()


class Timings(Frozen):
    """Seconds of waiting and of running; null while they are not known."""

    waited_seconds: float | None = None
    ran_seconds: float | None = None


class Result(Frozen):
    status: Literal["completed"] = "completed"
    analysis_id: UUID
    title: str
    topic: str
    template: str
    template_version: int
    language: str
    analyst: str
    uses_model: bool
    as_of: date | None
    summary: str
    key_summary: tuple[str, ...]
    confidence: Confidence
    insights: tuple[Statement, ...]
    significant_changes: tuple[Statement, ...]
    risks: tuple[Statement, ...]
    risk_assessment: str
    recommendations: tuple[Statement, ...]
    data_points: tuple[DataPoint, ...]
    conflicts: tuple[Disagreement, ...]
    sections: tuple[ResultSection, ...]
    findings: tuple[CitedFinding, ...]
    citations: tuple[Cited, ...]
    sources: tuple[ResultSource, ...]
    rejected: tuple[Rejection, ...]
    open_questions: tuple[str, ...]
    check: Check
    methodology: tuple[str, ...]
    limits: tuple[str, ...]
    usage: Usage
    timings: Timings
    derived: tuple[DerivedPoint, ...] = ()
