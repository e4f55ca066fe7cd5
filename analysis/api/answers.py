"""What the doors tell of analyses: frozen, typed, and so described in the OpenAPI schema."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, F, Sum

from analysis import roles, services
from analysis.lifecycle import allowed_verbs
from analysis.models import Analysis, Status
from analysis.result import result_of
from analysis.result_types import Result, Timings, Usage, UsagePart
from analysis.snapshot import Progress, StepState, snapshot_of
from analysis.types import DocumentRef, Estimate
from analysis.web_types import Egress
from researcher.kit.frozen import Frozen
from templates_app.types import Budget, OptionValue

SPENT = {
    "calls": Count("pk"),
    "requests": Count("request_hash", distinct=True),
    "seconds": Sum(F("finished_at") - F("started_at"), output_field=DurationField()),
    "tokens_in": Sum("tokens_in"),
    "tokens_cached": Sum("tokens_cached"),
    "tokens_out": Sum("tokens_out"),
    "cost": Sum("cost"),
}


class TemplateName(Frozen):
    """The version of a template that an analysis runs, as it was called then."""

    slug: str
    version: int
    name: str


class DocumentName(Frozen):
    """A document as it was called when the analysis was submitted."""

    id: UUID
    name: str
    description: str


class Failure(Frozen):
    """Why it failed, and whether `retry` may help."""

    code: str
    detail: str
    retryable: bool


class AnalysisSummary(Frozen):
    """An analysis as a list shows it; `allowed` are the verbs that its status allows."""

    id: UUID
    status: Status
    topic: str
    template: TemplateName
    analyst: str
    failure: Failure | None
    allowed: tuple[str, ...]
    last_seq: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class AnalysisDetail(AnalysisSummary):
    """An analysis whole; `result` is null until it is completed."""

    options: dict[str, OptionValue]
    documents: tuple[DocumentName, ...]
    egress: Egress
    providers: tuple[str, ...]
    urls: tuple[str, ...]
    steps: tuple[StepState, ...]
    progress: Progress
    timings: Timings
    budget: Budget
    approve_plan: bool
    usage: Usage
    result: Result | None


class ValidRequest(Frozen):
    """What an analysis would be run with, had the request been submitted."""

    template: TemplateName
    topic: str
    options: dict[str, OptionValue]
    documents: tuple[DocumentName, ...]
    egress: Egress
    providers: tuple[str, ...]
    urls: tuple[str, ...]
    budget: Budget
    approve_plan: bool
    estimate: Estimate


def summary(analysis: Analysis) -> AnalysisSummary:
    return AnalysisSummary(
        id=analysis.pk,
        status=Status(analysis.status),
        topic=analysis.topic,
        template=_template(analysis),
        analyst=analysis.analyst,
        failure=_failure(analysis),
        allowed=allowed_verbs(Status(analysis.status)),
        last_seq=analysis.last_seq,
        created_at=analysis.created_at,
        started_at=analysis.started_at,
        finished_at=analysis.finished_at,
    )


def detail(analysis: Analysis) -> AnalysisDetail:
    brief, state = analysis.brief, snapshot_of(analysis).analysis
    spent, took = usage(analysis), Timings(**services.counts(analysis))
    draft = analysis.draft() if analysis.status == Status.COMPLETED else None
    return AnalysisDetail(
        **dict(summary(analysis)),
        options=brief.options,
        documents=_documents(brief.documents),
        egress=brief.egress,
        providers=brief.providers,
        urls=brief.urls,
        steps=state.steps,
        progress=state.progress,
        timings=took,
        budget=_budget(analysis),
        approve_plan=brief.approve_plan,
        usage=spent,
        result=result_of(draft, usage=spent, timings=took) if draft else None,
    )


def valid_request(analysis: Analysis) -> ValidRequest:
    brief = analysis.brief
    return ValidRequest(
        template=_template(analysis),
        topic=brief.topic,
        options=brief.options,
        documents=_documents(brief.documents),
        egress=brief.egress,
        providers=brief.providers,
        urls=brief.urls,
        budget=_budget(analysis),
        approve_plan=brief.approve_plan,
        estimate=roles.estimate(analysis.analyst, brief),
    )


def _budget(analysis: Analysis) -> Budget:
    return Budget(tokens=analysis.budget_tokens, cost=analysis.budget_cost)


def usage(analysis: Analysis) -> Usage:
    """What the calls of a run took, whole and by role and section."""
    calls = analysis.calls.order_by("role", "section")
    parts = calls.values("role", "section").annotate(**SPENT)
    return Usage(
        **_counted(calls.aggregate(**SPENT)),
        parts=tuple(
            UsagePart(role=part["role"], section=part["section"], **_counted(part))
            for part in parts
        ),
    )


def _counted(sums: Mapping[str, Any]) -> dict[str, Any]:
    waited = sums["seconds"] or timedelta()
    return {name: sums[name] or 0 for name in SPENT} | {"seconds": waited.total_seconds()}


def _template(analysis: Analysis) -> TemplateName:
    # From the raw JSON: a list of a hundred has no use for a hundred parsed briefs.
    template = analysis.brief_json["template"]
    return TemplateName(**{name: template[name] for name in TemplateName.model_fields})


def _documents(documents: tuple[DocumentRef, ...]) -> tuple[DocumentName, ...]:
    return tuple(
        DocumentName(id=document.id, name=document.name, description=document.description)
        for document in documents
    )


def _failure(analysis: Analysis) -> Failure | None:
    if analysis.status != Status.FAILED:
        return None
    retryable = "retry" in allowed_verbs(Status.FAILED)
    return Failure(code=analysis.failure_code, detail=analysis.failure_detail, retryable=retryable)
