"""Where staff look at what runs and ran: everything is read only but cancel and retry."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from analysis import services
from analysis.lifecycle import IllegalMove
from analysis.models import Analysis, Call, Document, Event, Source, SourceStatus, Status

EVENTS_SHOWN = 1000
COLOURS = {
    Status.QUEUED: "#6b7280",
    Status.RUNNING: "#1d4ed8",
    Status.AWAITING_INPUT: "#a16207",
    Status.PAUSED: "#a16207",
    Status.COMPLETED: "#15803d",
    Status.FAILED: "#b91c1c",
    Status.CANCELLED: "#6b7280",
    SourceStatus.UNREAD: "#6b7280",
    SourceStatus.READ: "#15803d",
    SourceStatus.UNREADABLE: "#b91c1c",
}


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only the program writes; whoever may see them may see all of each."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Analysis)
class AnalysisAdmin(ReadOnly):
    list_display = ("topic", "badge", "owner", "template", "created_at", "waited", "ran", "events")
    list_filter = ("status", "template_version__template", "analyst", "created_at")
    list_select_related = ("owner", "template_version__template")
    search_fields = ("id", "topic", "owner__username")
    ordering = ("-created_at",)
    actions = ("cancel", "retry")
    fieldsets = (
        (None, {"fields": ("topic", "badge", "failure", "owner", "id")}),
        ("What was asked", {"fields": ("template", "options", "attached", "analyst")}),
        (
            "How it went",
            {
                "fields": (
                    ("created_at", "started_at", "finished_at"),
                    ("waited", "ran"),
                    ("attempts", "lease_until"),
                    "outputs",
                    "calls_made",
                    "timeline",
                )
            },
        ),
    )

    # --- what is shown ------------------------------------------------------------------

    @admin.display(description="Status", ordering="status")
    def badge(self, analysis: Analysis) -> SafeString:
        return _badge(Status(analysis.status))

    @admin.display(description="Template", ordering="template_version__template__name")
    def template(self, analysis: Analysis) -> str:
        version = analysis.template_version
        return f"{version.template.name} v{version.number}"

    @admin.display(description="Failure")
    def failure(self, analysis: Analysis) -> str:
        return (
            f"{analysis.failure_code}: {analysis.failure_detail}" if analysis.failure_code else "-"
        )

    @admin.display(description="Events", ordering="last_seq")
    def events(self, analysis: Analysis) -> int:
        return analysis.last_seq

    @admin.display(description="Waited")
    def waited(self, analysis: Analysis) -> str:
        return _seconds(services.counts(analysis)["waited_seconds"])

    @admin.display(description="Ran")
    def ran(self, analysis: Analysis) -> str:
        return _seconds(services.counts(analysis)["ran_seconds"])

    @admin.display(description="Options")
    def options(self, analysis: Analysis) -> SafeString:
        return _table(("Option", "Value"), analysis.brief.options.items())

    @admin.display(description="Documents")
    def attached(self, analysis: Analysis) -> SafeString:
        documents = analysis.brief.documents
        return _table(("Name", "Description"), ((one.name, one.description) for one in documents))

    @admin.display(description="Stage outputs")
    def outputs(self, analysis: Analysis) -> SafeString:
        rows = analysis.stage_outputs.order_by("created_at").values_list("stage", "created_at")
        return _table(
            ("Stage", "Done after"), ((stage, _since(analysis, at)) for stage, at in rows)
        )

    @admin.display(description="Calls")
    def calls_made(self, analysis: Analysis) -> SafeString:
        calls = analysis.calls.order_by("started_at")
        head = (
            "Kind",
            "Role",
            "Model",
            "Section",
            "State",
            "Began after",
            "Took",
            "Tokens in",
            "Cached",
            "Tokens out",
            "Cost",
        )
        return _table(
            head,
            (
                (
                    call.kind,
                    call.role,
                    call.model,
                    call.section,
                    _ended(call),
                    _since(analysis, call.started_at),
                    _seconds(call.seconds),
                    call.tokens_in,
                    call.tokens_cached,
                    call.tokens_out,
                    call.cost,
                )
                for call in calls
            ),
        )

    @admin.display(description="Timeline")
    def timeline(self, analysis: Analysis) -> SafeString:
        """The log in its order; of a very long one the end."""
        newest = analysis.events.order_by("-seq")[:EVENTS_SHOWN]
        rows = (
            (event.seq, _since(analysis, event.created_at), event.type, _sentence(event))
            for event in reversed(newest)
        )
        return _table(("#", "After", "Event", "What happened"), rows)

    # --- what staff do ------------------------------------------------------------------

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("analysis.change_analysis")

    @admin.action(description="Cancel the selected analyses", permissions=["operate"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Analysis]) -> None:
        by = cast(User, request.user)
        self._each(request, chosen, lambda analysis: services.cancel(analysis=analysis, by=by))

    @admin.action(description="Retry the selected analyses", permissions=["operate"])
    def retry(self, request: HttpRequest, chosen: QuerySet[Analysis]) -> None:
        self._each(request, chosen, lambda analysis: services.retry(analysis=analysis))

    def _each(
        self,
        request: HttpRequest,
        chosen: Iterable[Analysis],
        move: Callable[[Analysis], Analysis],
    ) -> None:
        for analysis in chosen:
            try:
                status = Status(move(analysis).status)
            except IllegalMove as error:
                self.message_user(request, f"{analysis.topic}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{analysis.topic}: {status.label.lower()} now.")


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
        return _outcome(document.source)

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
        return _outcome(source)


# --- how things look --------------------------------------------------------------------


def _badge(status: Status | SourceStatus) -> SafeString:
    return format_html(
        '<span style="background:{};color:#fff;border-radius:3px;padding:1px 6px">{}</span>',
        COLOURS[status],
        status.label,
    )


def _outcome(source: Source) -> SafeString:
    """What reading it gave: a badge, and why it failed or what is odd about it."""
    told = [warning["detail"] for warning in source.warnings]
    if source.failure_code:
        told = [source.failure_detail]
    return format_html("{} {}", _badge(SourceStatus(source.status)), " ".join(told))


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> SafeString:
    cells = [format_html_join("", "<td>{}</td>", ((cell,) for cell in row)) for row in rows]
    if not cells:
        return SafeString("-")
    titles = format_html_join("", "<th>{}</th>", ((title,) for title in head))
    lines = format_html_join("", "<tr>{}</tr>", ((line,) for line in cells))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", titles, lines)


def _sentence(event: Event) -> str:
    """The facts of an event on a line; of a step its counts, as they are said."""
    body = dict(event.body)
    if event.type == "step.updated" and body.get("total"):
        body["done"] = f"{body.get('done')} of {body.pop('total')} {body.pop('unit', '')}".strip()
    shown = (f"{name} {_plain(value)}" for name, value in body.items() if value not in ("", None))
    return ", ".join(shown)


def _plain(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _since(analysis: Analysis, moment: datetime) -> str:
    return _seconds((moment - analysis.created_at).total_seconds())


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:,.1f} s"


def _ended(call: Call) -> str:
    """How a call ended, and why where it gave nothing or was cut."""
    why = call.error_code or (call.finish_reason if call.finish_reason == "length" else "")
    return f"{call.get_state_display()} ({why})" if why else str(call.get_state_display())
