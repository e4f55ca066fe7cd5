"""What the doors to reports take, and what they tell: frozen, typed, described in the schema."""

from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from analysis.api.answers import TemplateName
from analysis.models import Analysis, Status
from analysis.types import Check, Confidence, Draft
from reports.formats import FORMATS
from researcher.kit.frozen import Frozen
from researcher.kit.serializers import StrictQuery, Text


class DownloadQuery(StrictQuery):
    """`file_format`, because `format` is the REST framework's own word."""

    file_format = Text(
        default="pdf", max_length=60, help_text=f"One of {', '.join(FORMATS)}; pdf if not given."
    )


class FormatAnswer(Frozen):
    """A format in which the report can be downloaded."""

    file_format: str
    label: str
    media_type: str
    url: str


class ReportSummary(Frozen):
    """A completed analysis as a report; `id` is the analysis's, `confidence` goes to 100."""

    id: UUID
    analysis: UUID
    status: Status
    title: str
    topic: str
    template: TemplateName
    analyst: str
    confidence: int
    created_at: datetime
    finished_at: datetime | None
    formats: tuple[FormatAnswer, ...]


class ReportDetail(ReportSummary):
    """With what the cover and the contents say."""

    uses_model: bool
    language: str
    as_of: date | None
    summary: tuple[str, ...]
    sections: tuple[str, ...]
    sources: int
    findings: int
    confidence_reasons: tuple[str, ...]
    check: Check


def summary(analysis: Analysis, title: str, confidence: int) -> ReportSummary:
    version = analysis.template_version
    content = version.content
    return ReportSummary(
        id=analysis.pk,
        analysis=analysis.pk,
        status=Status(analysis.status),
        title=title,
        topic=analysis.topic,
        template=TemplateName(slug=content.slug, version=content.version, name=content.name),
        analyst=analysis.analyst,
        confidence=confidence,
        created_at=analysis.created_at,
        finished_at=analysis.finished_at,
        formats=formats_of(analysis.pk),
    )


def detail(analysis: Analysis, draft: Draft) -> ReportDetail:
    confidence: Confidence = draft.confidence
    return ReportDetail(
        **dict(summary(analysis, draft.title, confidence.value)),
        uses_model=draft.uses_model,
        language=draft.language,
        as_of=draft.as_of,
        summary=tuple(sentence.text for sentence in draft.summary),
        sections=tuple(one.section.title for one in draft.sections),
        sources=len(draft.sources),
        findings=len(draft.findings),
        confidence_reasons=confidence.reasons,
        check=draft.check,
    )


def formats_of(analysis_id: UUID) -> tuple[FormatAnswer, ...]:
    place = reverse("report-download", args=[analysis_id])
    return tuple(
        FormatAnswer(
            file_format=name,
            label=one.label,
            media_type=one.media_type,
            url=f"{place}?file_format={name}",
        )
        for name, one in FORMATS.items()
    )
