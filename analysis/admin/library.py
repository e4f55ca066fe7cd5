"""Where staff look at collections, imports and watches."""

from django.contrib import admin
from django.utils.safestring import SafeString

from analysis.admin.looks import ReadOnly, badge_of, table
from analysis.models import Collection, Import, ImportStatus, Outcome, Watch

ITEMS_SHOWN = 200


@admin.register(Collection)
class CollectionAdmin(ReadOnly):
    list_display = ("name", "owner", "size", "created_at")
    list_select_related = ("owner",)
    search_fields = ("id", "name", "owner__username")
    ordering = ("-created_at",)
    fields = ("name", "description", "owner", "size", "created_at", "id")

    @admin.display(description="Documents")
    def size(self, collection: Collection) -> int:
        return collection.members.count()


@admin.register(Import)
class ImportAdmin(ReadOnly):
    list_display = ("name", "badge", "collection", "total", "added", "duplicates", "rejected")
    list_filter = ("status", "format", "created_at")
    list_select_related = ("collection",)
    search_fields = ("id", "name", "collection__name", "collection__owner__username")
    ordering = ("-created_at",)
    fields = (
        ("name", "format", "badge"),
        "collection",
        ("total", "added", "duplicates", "rejected"),
        ("created_at", "finished_at"),
        ("attempts", "taken_until"),
        ("failure_code", "failure_detail"),
        "left_out",
        "id",
    )

    @admin.display(description="Status", ordering="status")
    def badge(self, job: Import) -> SafeString:
        return badge_of(ImportStatus(job.status))

    @admin.display(description="Not added")
    def left_out(self, job: Import) -> SafeString:
        items = job.items.exclude(outcome=Outcome.ADDED).order_by("number")[:ITEMS_SHOWN]
        rows = ((item.number, item.name, item.outcome, item.detail) for item in items)
        return table(("#", "Name", "Outcome", "Why"), rows)


@admin.register(Watch)
class WatchAdmin(ReadOnly):
    list_display = ("__str__", "kind", "collection", "next_at", "last_at", "last_added", "problem")
    list_filter = ("kind", "last_code")
    list_select_related = ("collection",)
    search_fields = ("id", "url", "query", "collection__name", "collection__owner__username")
    ordering = ("next_at",)
    fields = (
        ("kind", "url", "query", "providers"),
        "collection",
        ("every_minutes", "next_at", "taken_until", "failures"),
        ("last_at", "last_found", "last_added", "last_duplicates", "last_rejected"),
        "problem",
        "id",
    )

    @admin.display(description="Problem", ordering="last_code")
    def problem(self, watch: Watch) -> str:
        return f"{watch.last_code}: {watch.last_detail}" if watch.last_code else "-"
