"""Where staff look at what runs and ran: everything is read only but cancel and retry."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from analysis import services
from analysis.admin.looks import ReadOnly, badge_of, seconds, table
from analysis.lifecycle import IllegalMove
from analysis.models import Analysis, Call, Event, Status

EVENTS_SHOWN = 1000


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
        return badge_of(Status(analysis.status))

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
        return seconds(services.counts(analysis)["waited_seconds"])

    @admin.display(description="Ran")
    def ran(self, analysis: Analysis) -> str:
        return seconds(services.counts(analysis)["ran_seconds"])

    @admin.display(description="Options")
    def options(self, analysis: Analysis) -> SafeString:
        return table(("Option", "Value"), analysis.brief.options.items())

    @admin.display(description="Documents")
    def attached(self, analysis: Analysis) -> SafeString:
        documents = analysis.brief.documents
        return table(("Name", "Description"), ((one.name, one.description) for one in documents))

    @admin.display(description="Stage outputs")
    def outputs(self, analysis: Analysis) -> SafeString:
        rows = analysis.stage_outputs.order_by("created_at").values_list("stage", "created_at")
        return table(("Stage", "Done after"), ((stage, _since(analysis, at)) for stage, at in rows))

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
        return table(
            head,
            (
                (
                    call.kind,
                    call.role,
                    call.model,
                    call.section,
                    _ended(call),
                    _since(analysis, call.started_at),
                    seconds(call.seconds),
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
        return table(("#", "After", "Event", "What happened"), rows)

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
    return seconds((moment - analysis.created_at).total_seconds())


def _ended(call: Call) -> str:
    """How a call ended, and why where it gave nothing or was cut."""
    why = call.error_code or (call.finish_reason if call.finish_reason == "length" else "")
    return f"{call.get_state_display()} ({why})" if why else str(call.get_state_display())
