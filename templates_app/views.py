"""The doors to templates: read only; staff edit them in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from researcher.kit.pagination import CursorPages
from researcher.kit.serializers import Door
from templates_app.models import AnalysisTemplate, TemplateVersion
from templates_app.serializers import TemplateDetail, TemplateSummarySerializer, detail

IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the answer you have: 304 says that it is still right.",
)
DETAIL = {200: TemplateDetail, 304: OpenApiResponse(description="What you have is still right.")}
# Kept by the client, but asked about each time: publishing shows at once.
revalidated = [cache_control(private=True, no_cache=True), conditional_page]


class Templates(Door, ListAPIView[AnalysisTemplate]):
    serializer_class = TemplateSummarySerializer
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[AnalysisTemplate]:
        return AnalysisTemplate.objects.published().select_related("current").order_by("slug")

    @extend_schema(operation_id="templates_list", tags=["templates"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The templates that can be asked for, as they were last published."""
        return self.list(request, *args, **kwargs)


@method_decorator(revalidated, name="dispatch")
class Template(Door):
    @extend_schema(operation_id="templates_retrieve", parameters=[IF_NONE_MATCH], responses=DETAIL)
    def get(self, request: Request, slug: str) -> Response:
        """The current version of a template, with the JSON Schema of its options.

        Staff also see retired ones.
        """
        seen = AnalysisTemplate.objects.filter(current__isnull=False)
        if not getattr(request.user, "is_staff", False):
            seen = seen.published()
        template = get_object_or_404(seen, slug=slug)
        return Response(detail(get_object_or_404(_versions(), pk=template.current_id)))


@method_decorator(revalidated, name="dispatch")
class Version(Door):
    @extend_schema(
        operation_id="templates_versions_retrieve",
        tags=["templates"],
        parameters=[IF_NONE_MATCH],
        responses=DETAIL,
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        """One version of a template as it was published, also of a retired one."""
        return Response(detail(get_object_or_404(_versions(), template__slug=slug, number=number)))


def _versions() -> QuerySet[TemplateVersion]:
    return TemplateVersion.objects.select_related("template")
