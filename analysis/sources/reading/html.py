"""HTML: what a reader of the page reads, without navigation, scripts and what is hidden."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import lxml.etree
import lxml.html

from analysis.sources.reading import meta, rows
from analysis.sources.reading.cleaning import suspicions
from analysis.sources.reading.types import Extract

# Marks that cannot stand in a page: between two paragraphs, two lines, two cells.
PARAGRAPH, LINE, CELL = "\x1d", "\x1e", "\x1f"
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
BLANKS = re.compile("[ \t\n\r\f]+")
BREAK = re.compile(f" ?[{PARAGRAPH}{LINE}][ {PARAGRAPH}{LINE}]*")

# After which elements a paragraph ends, and after which a line.
PARAGRAPHS = """
    address article aside blockquote body center details div dl fieldset figcaption figure form
    h1 h2 h3 h4 h5 h6 header hr main ol p pre section table td th ul
"""
LINES = "br caption dd dt li option summary tr"
BREAKS = {
    **dict.fromkeys(PARAGRAPHS.split(), PARAGRAPH),
    **dict.fromkeys(LINES.split(), LINE),
}
NOT_READ = """
    aside audio button canvas datalist dialog embed footer head header iframe input map math nav
    noscript object script select style svg template textarea video
"""
NEVER_READ = frozenset(NOT_READ.split())
FURNITURE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "alertdialog"}
)
CLASSES = """
    nav navbar navigation navheader navfooter menu breadcrumb breadcrumbs sidebar footer
    site-footer site-header site-nav skip-link skiplink cookie-banner cookie-notice share-buttons
"""
FURNITURE_CLASSES = frozenset(CLASSES.split())
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# The part of a page that calls itself the main one is believed if it holds this much of it.
MAIN_SHARE = 0.3


def read(text: str) -> Extract:
    page = parsed(text)
    return replace(meta.of(page), pages=[text_of(page)], warnings=suspicions(text))


def text_of(page: Any) -> str:
    """The words of the main part of a parsed page."""
    return folded(_words(_main(page)))


def parsed(text: str) -> Any:
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    clean = CONTROLS.sub("", text).encode("utf-8", "replace")
    try:
        return lxml.html.document_fromstring(clean, parser=parser, ensure_head_body=True)
    except lxml.etree.ParserError:
        # Nothing but comments and the like.
        return lxml.html.document_fromstring(b"<p></p>", ensure_head_body=True)


def _main(page: Any) -> Any:
    """The element with the text of the page: its only <main> or <article>, else the body."""
    found = page.xpath("//main | //*[@role='main'] | //article[not(ancestor::main)]")
    body = page.find("body")
    if found and len(found[0].text_content()) >= MAIN_SHARE * len(body.text_content()):
        return found[0]
    return body


def _words(element: Any, preformatted: bool = False) -> Iterator[str]:
    """The text below an element with marks for its paragraphs and lines."""
    mark = BREAKS.get(element.tag, "")
    preformatted = preformatted or element.tag == "pre"
    yield mark
    if element.tag == "table" and element.find(".//table") is None:
        yield LINE.join(rows.table_lines(_rows(element))).replace("\t", CELL)
    else:
        yield _kept(element.text, preformatted)
        for child in element:
            if not _is_furniture(child):
                yield from _words(child, preformatted)
            yield _kept(child.tail, preformatted)
    yield mark


def _kept(text: str | None, preformatted: bool) -> str:
    text = text or ""
    return text.replace("\n", LINE) if preformatted else text


def _rows(table: Any) -> Iterator[list[str]]:
    """The rows of a table that holds no other; its caption is a row of one cell."""
    for row in table.iter("caption", "tr"):
        cells = [row] if row.tag == "caption" else row.iterchildren("td", "th")
        yield [folded(_words(cell)) for cell in cells if not _is_furniture(cell)]


def folded(words: Iterable[str]) -> str:
    """The text with one blank between words and its marks turned into line breaks."""
    text = BLANKS.sub(" ", "".join(words))
    text = BREAK.sub(lambda found: "\n\n" if PARAGRAPH in found[0] else "\n", text)
    return text.replace(CELL, "\t").strip()


def _is_furniture(element: Any) -> bool:
    """Whether an element is no part of the text: navigation, a script, hidden."""
    tag = element.tag
    if not isinstance(tag, str) or tag in NEVER_READ:
        return not (tag == "header" and element.find(".//h1") is not None)
    classes = (element.get("class") or "").lower().split()
    return (
        element.get("role") in FURNITURE_ROLES
        or not FURNITURE_CLASSES.isdisjoint(classes)
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(HIDDEN_STYLE.search(element.get("style") or ""))
    )
