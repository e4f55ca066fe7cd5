"""What the admin shows beside the fields of a template, as escaped HTML."""

from collections.abc import Sequence
from difflib import unified_diff
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from pydantic import ValidationError

from templates_app import services
from templates_app.models import AnalysisTemplate, TemplateVersion
from templates_app.schema import form_schema
from templates_app.toml_text import as_toml

VERSIONS_SHOWN = 10
_MARKS = {"+": "added", "-": "removed", "@": "place"}


class Line(NamedTuple):
    text: str
    kind: str


class VersionRow(NamedTuple):
    version: TemplateVersion
    is_current: bool
    changes: Sequence[Line]


def badge(template: AnalysisTemplate) -> SafeString:
    """The state in one word, and whether there are edits that users do not get yet."""
    state = format_html(
        '<span class="badge badge-{}">{}</span>', template.status, template.get_status_display()
    )
    if template.current is None or services.is_published_as_it_stands(template):
        return state
    return format_html('{} <span class="badge badge-edited">Unpublished edits</span>', state)


def preview(template: AnalysisTemplate) -> str:
    """The form that users would get from the working copy as it was last saved."""
    if template.pk is None:
        return "Save once to see the form."
    try:
        form = form_schema(template.content())
    except ValidationError as error:
        return f"There is no form yet: {error.errors()[0]['msg']}."
    return render_to_string("templates_app/form_preview.html", {"form": form})


def versions(template: AnalysisTemplate) -> str:
    """The newest versions, each with what it changed."""
    if template.current is None:
        return "Not published yet."
    rows = list(template.versions.select_related("published_by")[: VERSIONS_SHOWN + 1])
    shown = [
        VersionRow(newer, newer.pk == template.current_id, _changes(older, newer))
        for newer, older in zip(rows, [*rows[1:], None], strict=True)
    ][:VERSIONS_SHOWN]
    older_count = template.versions.count() - len(shown)
    context = {"rows": shown, "older_count": older_count}
    return render_to_string("templates_app/versions.html", context)


def _changes(older: TemplateVersion | None, newer: TemplateVersion) -> list[Line]:
    """The lines of a unified diff of both as TOML; none for the first version."""
    if older is None:
        return []
    before, after = (as_toml(version.content).splitlines() for version in (older, newer))
    lines = list(unified_diff(before, after, lineterm="", n=2))[2:]
    return [Line(line, _MARKS.get(line[:1], "same")) for line in lines]
