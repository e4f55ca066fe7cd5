"""Reports: the completed analyses of the caller, each in every format."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.api.caching import revalidated
from analysis.models import Analysis, StageOutput, Status
from analysis.types import Stage
from reports import serializers, services
from reports.formats import FORMATS
from reports.models import Report
from researcher.kit.serializers import Door

NAME_LENGTH = 80


class ReportFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped
    template = django_filters.CharFilter(
        field_name="template_version__template__slug", max_length=50, help_text="Its slug."
    )
    q = django_filters.CharFilter(
        field_name="topic", lookup_expr="icontains", max_length=500, help_text="Words of the topic."
    )

    class Meta:
        model = Analysis
        fields: list[str] = []


class Reports(Door, ListAPIView[Analysis]):
    queryset = Analysis.objects.none()
    filter_backends = [DjangoFilterBackend]
    filterset_class = ReportFilter

    def get_queryset(self) -> QuerySet[Analysis]:
        draft = StageOutput.objects.filter(analysis=OuterRef("pk"), stage=Stage.REPORT)
        mine: QuerySet[Analysis] = Analysis.objects.visible_to(self.request.user)
        # Two values out of each Draft: reading it whole would take megabytes a page.
        return (
            mine.filter(status=Status.COMPLETED, stage_outputs__stage=Stage.REPORT)
            .select_related("template_version")
            .annotate(
                title=Subquery(draft.values_list(KT("output__title"))),
                confidence=Subquery(draft.values_list(KT("output__confidence__value"))),
            )
        )

    @extend_schema(operation_id="reports_list", responses=serializers.ReportSummary)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The reports of my completed analyses, the newest first."""
        page: list[Any] = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(
            [
                serializers.summary(one, one.title, int(one.confidence)).model_dump(mode="json")
                for one in page
            ]
        )


@method_decorator(revalidated, name="dispatch")
class ReportView(Door):
    @extend_schema(operation_id="reports_retrieve", responses=serializers.ReportDetail)
    def get(self, request: Request, pk: UUID) -> Response:
        """What a report says at a glance. 409 `not_finished` before the analysis is completed."""
        analysis = mine(request, pk)
        answer = serializers.detail(analysis, services.draft_of(analysis))
        return Response(answer.model_dump(mode="json"))


class Download(Door):
    query = serializers.DownloadQuery

    @extend_schema(
        operation_id="reports_download",
        responses={
            (200, one.media_type.split(";")[0]): OpenApiTypes.BINARY for one in FORMATS.values()
        },
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The report as a file; the first request for a format renders it.

        Send the ETag of the last answer as `If-None-Match`, and 304 says that nothing changed.
        """
        analysis = mine(request, pk)
        report = services.report_for(analysis=analysis, format=self.asked()["file_format"])
        unchanged = get_conditional_response(request._request, etag_of(report))
        if unchanged is not None:
            unchanged["ETag"] = etag_of(report)
            return unchanged
        return file_response(report, services.draft_of(analysis).title)


def mine(request: Request, pk: UUID) -> Analysis:
    """The analysis, if it is the caller's; else it is not there."""
    analysis: Analysis = get_object_or_404(Analysis.objects.visible_to(request.user), pk=pk)
    return analysis


def file_response(report: Report, title: str) -> FileResponse:
    """The file as a download that no browser shows or runs on our origin."""
    form = FORMATS[report.format]
    answer = FileResponse(report.open(), content_type=form.media_type)
    # Afterwards, because the response would name the file itself.
    answer["Content-Disposition"] = disposition(title, form.extension)
    answer["Content-Length"] = str(report.size)
    answer["ETag"] = etag_of(report)
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return answer


def etag_of(report: Report) -> str:
    return f'"{report.sha256}"'


def disposition(title: str, extension: str) -> str:
    """A download's name (RFC 6266): in ASCII for old clients, in the title's script for others."""
    plain = slugify(title)[:NAME_LENGTH].strip("-") or "report"
    full = slugify(title, allow_unicode=True)[:NAME_LENGTH].strip("-") or "report"
    encoded = quote(f"{full}{extension}", safe="")
    return f"attachment; filename=\"{plain}{extension}\"; filename*=UTF-8''{encoded}"
