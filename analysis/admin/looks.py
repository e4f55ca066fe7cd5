"""How rows look in the admin: read only, with badges and tables."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from analysis.models import ImportStatus, Source, SourceStatus, Status

COLOURS: dict[str, str] = {
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


def badge_of(status: Status | SourceStatus | ImportStatus) -> SafeString:
    return format_html(
        '<span style="background:{};color:#fff;border-radius:3px;padding:1px 6px">{}</span>',
        COLOURS[status],
        status.label,
    )


def outcome_of(source: Source) -> SafeString:
    """What reading it gave: a badge, and why it failed or what is odd about it."""
    told = [warning["detail"] for warning in source.warnings]
    if source.failure_code:
        told = [source.failure_detail]
    return format_html("{} {}", badge_of(SourceStatus(source.status)), " ".join(told))


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> SafeString:
    cells = [format_html_join("", "<td>{}</td>", ((cell,) for cell in row)) for row in rows]
    if not cells:
        return SafeString("-")
    titles = format_html_join("", "<th>{}</th>", ((title,) for title in head))
    lines = format_html_join("", "<tr>{}</tr>", ((line,) for line in cells))
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", titles, lines)


def seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:,.1f} s"
