"""Word documents: paragraphs, headings and tables in the order of the document, as one page."""

from collections.abc import Iterator
from typing import Any

from analysis.sources.reading import rows
from analysis.sources.reading.office import Package, local, within
from analysis.sources.reading.types import Extract, ReadingWarning

# What was deleted or moved away, and the second copy of a drawing for old programs.
GONE = frozenset({"del", "moveFrom", "Fallback"})
# Inside of a paragraph, but none of its text: its settings, and text boxes, which come after it.
APART = frozenset({"pPr", "rPr", "txbxContent"}) | GONE
LETTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
TITLE_STYLES = frozenset({"Title", "Heading1"})


def read(content: bytes) -> Extract:
    package = Package(content)
    name = package.main()
    document = package.part(name)
    blocks = list(_blocks(document))
    for kind in ("footnotes", "endnotes"):
        for notes in package.related(name, kind):
            blocks += _blocks(package.part(notes))
    facts = package.facts()
    return Extract(
        pages=["\n\n".join(blocks)],
        title=facts.title or _styled_title(document),
        author=facts.author,
        created_on=facts.created_on,
        warnings=_warnings(document),
    )


def _blocks(parent: Any) -> Iterator[str]:
    """Paragraphs and tables, also those inside of content controls and insertions."""
    for element in parent:
        kind = local(element)
        if kind == "p":
            yield from _paragraph(element)
        elif kind == "tbl":
            yield from filter(None, ["\n".join(rows.table_lines(_rows(element)))])
        elif kind not in GONE:
            yield from _blocks(element)


def _paragraph(paragraph: Any) -> Iterator[str]:
    """Its text, and then that of every text box which hangs on it."""
    if text := _text(paragraph):
        yield text
    for box in _boxes(paragraph):
        yield from _blocks(box)


def _text(paragraph: Any) -> str:
    return "".join(_letters(paragraph)).strip()


def _letters(element: Any) -> Iterator[str]:
    for child in element:
        kind = local(child)
        if kind == "t":
            yield child.text or ""
        elif kind in LETTERS:
            yield LETTERS[kind]
        elif kind not in APART:
            yield from _letters(child)


def _boxes(element: Any) -> Iterator[Any]:
    for child in element:
        if local(child) == "txbxContent":
            yield child
        elif local(child) not in GONE:
            yield from _boxes(child)


def _rows(table: Any) -> Iterator[list[str]]:
    for row in within(table, "tr"):
        yield [" ".join(_blocks(cell)) for cell in within(row, "tc")]


def _styled_title(document: Any) -> str:
    """The first paragraph that is set as the title or as a chapter's heading."""
    for paragraph in document.iter("{*}p"):
        style = next(paragraph.iter("{*}pStyle"), None)
        if style is not None and TITLE_STYLES & set(style.attrib.values()):
            return " ".join(_text(paragraph).split())
    return ""


def _warnings(document: Any) -> list[ReadingWarning]:
    """Hidden text (the setting "vanish" of a run) is kept and told."""
    if next(document.iter("{*}vanish"), None) is None:
        return []
    detail = "Some of the text is set as hidden; it was kept."
    return [ReadingWarning(code="hidden_text_suspected", detail=detail)]
