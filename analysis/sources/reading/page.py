"""A page as it was fetched: its main text, without the clutter that the web puts around it.

The navigation, banners and teasers of a page are found by trafilatura; where it leaves too little
the page is read as a document would be.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import trafilatura

from analysis.sources.reading import gates, html, labels, meta, rows
from analysis.sources.reading.cleaning import suspicions
from analysis.sources.reading.types import Extract

# Less than this is a teaser: then the whole page counts, if it has more.
LEAST = 250
PARAGRAPHS = frozenset({"body", "p", "head", "list", "quote", "code", "table"})
LINES = frozenset({"item", "lb"})


def read(text: str) -> Extract:
    """Raises Unreadable for a page that stands where the content should be."""
    page = html.parsed(text)
    said = meta.of(page)
    found: Any = trafilatura.bare_extraction(text, include_comments=False, with_metadata=True)
    words = html.folded(_words(found.body)) if found is not None else ""
    if len(words) < LEAST:
        words = max(words, html.text_of(page), key=len)
    gates.check(meta.heading(page), words)
    if found is not None:
        said = _completed(said, found)
    return replace(said, pages=[words], warnings=suspicions(text))


def _completed(said: Extract, found: Any) -> Extract:
    """What the head does not say, as the page shows it."""
    return replace(
        said,
        title=said.title or labels.title_of(found.title or ""),
        author=said.author or labels.author_of(found.author or ""),
        published_on=said.published_on or _date(found.date),
        site=said.site or " ".join((found.sitename or "").split())[: labels.LONGEST],
    )


def _date(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said or "")
    except ValueError:
        return None


def _words(element: Any) -> Iterator[str]:
    """The text below an element of what trafilatura found, with marks for paragraphs and lines."""
    mark = _mark(element.tag)
    yield mark
    if element.tag == "table":
        lines = rows.table_lines(_rows(element))
        yield html.LINE.join(lines).replace("\t", html.CELL)
    else:
        yield element.text or ""
        for child in element:
            yield from _words(child)
            yield child.tail or ""
    yield mark


def _mark(tag: str) -> str:
    return html.PARAGRAPH if tag in PARAGRAPHS else html.LINE if tag in LINES else ""


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter("row"):
        yield [html.folded(_words(cell)) for cell in row.iterchildren("cell")]
