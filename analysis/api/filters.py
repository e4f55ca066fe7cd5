"""Which analyses a list shows, and in what order: a fixed set of parameters."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from analysis.models import Analysis, Document, SourceStatus, Status

ORDERINGS = [(name, name) for name in ("-created_at", "created_at", "topic", "-topic")]


class AnalysisFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped
    status = django_filters.MultipleChoiceFilter(
        choices=Status.choices, help_text="May be given several times."
    )
    template = django_filters.CharFilter(
        field_name="template_version__template__slug", max_length=50, help_text="Its slug."
    )
    q = django_filters.CharFilter(
        field_name="topic", lookup_expr="icontains", max_length=500, help_text="Words of the topic."
    )
    created_after = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    ordering = django_filters.ChoiceFilter(choices=ORDERINGS, method="ordered")

    class Meta:
        model = Analysis
        fields: list[str] = []

    def ordered(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.order_by(value)


class DocumentFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped
    status = django_filters.MultipleChoiceFilter(
        field_name="source__status", choices=SourceStatus.choices
    )
    q = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", max_length=255, help_text="Part of its name."
    )

    collection = django_filters.UUIDFilter(
        field_name="collections__id", help_text="Only what stands in this collection."
    )

    class Meta:
        model = Document
        fields: list[str] = []
