"""Where staff see which reports were rendered, open one, or have it rendered again."""

from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analysis.admin import ReadOnly
from reports import services
from reports.models import Report
from reports.views import file_response


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = ("analysis", "format", "file_size", "plain", "created_at", "download")
    list_filter = ("format", "plain", "created_at")
    list_select_related = ("analysis",)
    search_fields = ("id", "analysis__id", "analysis__topic")
    ordering = ("-created_at",)
    actions = ("render_again",)

    @admin.display(description="Size", ordering="size")
    def file_size(self, report: Report) -> str:
        return filesizeformat(report.size)

    @admin.display(description="File")
    def download(self, report: Report) -> SafeString:
        return format_html(
            '<a href="{}">Download</a>', reverse("admin:reports_report_download", args=[report.pk])
        )

    @admin.action(description="Render again on the next request", permissions=["forget"])
    def render_again(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        reports = list(queryset)
        for report in reports:
            services.forget(report=report)
        messages.success(request, f"Dropped {len(reports)}; the next request renders them again.")

    def has_forget_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("reports.delete_report")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.serve)
        return [
            path("<uuid:pk>/download/", view, name="reports_report_download"),
            *super().get_urls(),
        ]

    def serve(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        report = get_object_or_404(Report.objects.select_related("analysis"), pk=pk)
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        return file_response(report, report.analysis.topic)
