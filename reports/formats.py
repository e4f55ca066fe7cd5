"""The formats of a report as the doors know them; `renderers.RENDERERS` has who makes each."""

from typing import NamedTuple


class Format(NamedTuple):
    """`label` is for people, `extension` begins with its dot."""

    label: str
    media_type: str
    extension: str


FORMATS: dict[str, Format] = {
    "pdf": Format("PDF", "application/pdf", ".pdf"),
    "html": Format("HTML", "text/html; charset=utf-8", ".html"),
    "markdown": Format("Markdown", "text/markdown; charset=utf-8", ".md"),
    "json": Format("JSON", "application/json", ".json"),
}
