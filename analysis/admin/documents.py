"""Where staff look at what was uploaded and read."""

from django.contrib import admin
from django.utils.safestring import SafeString

from analysis.admin.looks import ReadOnly, outcome_of
from analysis.models import Document, Source


@admin.register(Document)
class DocumentAdmin(ReadOnly):
    list_display = ("name", "owner", "outcome", "pages", "size", "created_at")
    list_filter = ("source__status", "source__media_type", "created_at")
    list_select_related = ("owner", "source")
    search_fields = ("id", "name", "owner__username")
    ordering = ("-created_at",)
    fields = (
        "name",
        "description",
        "owner",
        "id",
        "created_at",
        "outcome",
        "pages",
        "size",
        "source",
    )

    @admin.display(description="Reading", ordering="source__status")
    def outcome(self, document: Document) -> SafeString:
        return outcome_of(document.source)

    @admin.display(description="Pages", ordering="source__pages_count")
    def pages(self, document: Document) -> int:
        return document.source.pages_count

    @admin.display(description="Bytes", ordering="source__size")
    def size(self, document: Document) -> int:
        return document.source.size


@admin.register(Source)
class SourceAdmin(ReadOnly):
    list_display = ("__str__", "outcome", "media_type", "pages_count", "characters", "fetched_at")
    list_filter = ("status", "media_type", "language")
    search_fields = ("id", "sha256", "title", "url")
    ordering = ("-fetched_at",)
    fields = (
        ("title", "author", "language"),
        ("published_on", "as_of", "fetched_at"),
        ("media_type", "size", "pages_count", "characters"),
        "outcome",
        "url",
        "sha256",
        "id",
    )

    @admin.display(description="Reading", ordering="status")
    def outcome(self, source: Source) -> SafeString:
        return outcome_of(source)
