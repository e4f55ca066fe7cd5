"""Draft in, bytes out: one module a format, pure and deterministic, without Django."""

from collections.abc import Callable

from analysis.types import Draft
from reports.renderers import html, json, markdown, pdf, plain

RENDERERS: dict[str, Callable[[Draft], bytes]] = {
    "pdf": pdf.render,
    "html": html.render,
    "markdown": markdown.render,
    "json": json.render,
}
# What is tried when one fails.
FALLBACKS: dict[str, Callable[[Draft], bytes]] = {"pdf": plain.render}


def render_json(format: str, draft_json: str) -> bytes:
    """The report of a Draft that is given as JSON; a child process is asked for this."""
    return RENDERERS[format](Draft.model_validate_json(draft_json))


def render_plainly(format: str, draft_json: str) -> bytes:
    """The same without layout, for the formats that have such a form. KeyError for others."""
    return FALLBACKS[format](Draft.model_validate_json(draft_json))
