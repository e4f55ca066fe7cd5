"""What can be read, and which of it a text is."""

import re
from enum import StrEnum

from analysis.sources.reading import csv
from analysis.sources.reading.types import ReadingWarning, Unreadable


class Kind(StrEnum):
    """What can be read; the value is the media type."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    CSV = "text/csv"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"


ALLOWED = "PDF, DOCX, PPTX, XLSX, CSV, HTML, Markdown, plain text"
NAMES = {
    Kind.PDF: "a PDF",
    Kind.DOCX: "a Word document",
    Kind.PPTX: "a PowerPoint presentation",
    Kind.XLSX: "an Excel workbook",
    Kind.CSV: "a CSV table",
    Kind.HTML: "an HTML page",
    Kind.MARKDOWN: "a Markdown text",
    Kind.TEXT: "a plain text",
}
EXTENSIONS = {
    **dict.fromkeys(("pdf",), Kind.PDF),
    **dict.fromkeys(("docx", "docm"), Kind.DOCX),
    **dict.fromkeys(("pptx", "pptm"), Kind.PPTX),
    **dict.fromkeys(("xlsx", "xlsm", "xlsb"), Kind.XLSX),
    **dict.fromkeys(("csv", "tsv"), Kind.CSV),
    **dict.fromkeys(("htm", "html", "xhtml"), Kind.HTML),
    **dict.fromkeys(("md", "markdown"), Kind.MARKDOWN),
    **dict.fromkeys(("txt", "text", "log"), Kind.TEXT),
}
# Every one of these may call itself plain text.
TEXTS = frozenset({Kind.CSV, Kind.MARKDOWN, Kind.TEXT})
BINARIES = frozenset({Kind.PDF, Kind.DOCX, Kind.PPTX, Kind.XLSX})
LEAST_WORDS, LEAST_LETTERS = 3, 20

HEAD = 16_384
PROLOGUE = re.compile(r"(?:\s+|<\?[^>]*>|<!--.*?-->)*", re.S)
HTML_BEGINS = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|main|article)\b", re.I)
HTML_ELEMENT = re.compile(r"<(?:div|p|span|table|tr|td|ul|li|h[1-6]|a|br)\b[^<>]*>", re.I)
ELEMENTS_OF_A_PAGE = 5
OTHER_MARKUP = re.compile(r"<(?:!doctype\s+)?([a-z][\w:.-]*)", re.I)


def not_allowed(what: str) -> Unreadable:
    detail = f"This is {what}, which is not read. Please upload one of: {ALLOWED}."
    return Unreadable("file_type_not_allowed", detail)


def promised(name: str) -> Kind | None:
    """The kind that the ending of a file's name stands for."""
    return EXTENSIONS.get(_ending(name))


def check_promise(text: str, name: str) -> None:
    """Raises Unreadable for a few letters under the name of a PDF or an Office file.

    A whole text under such a name is read, with a warning; this is what is left of a broken file.
    """
    kind, head = promised(name), text[:HEAD]
    is_little = len(head.split()) < LEAST_WORDS and sum(map(str.isalpha, head)) < LEAST_LETTERS
    if kind in BINARIES and is_little:
        detail = f"The name promises {NAMES[kind]}, the content is none: it may be cut off."
        raise Unreadable("file_type_not_allowed", f"{detail} Please upload one of: {ALLOWED}.")


def mislabelled(kind: Kind, name: str) -> list[ReadingWarning]:
    """A warning if the file's name promises another kind than its content is."""
    named = promised(name) or kind
    if named is kind or (named is Kind.TEXT and kind in TEXTS):
        return []
    detail = f"The name promises {NAMES[named]}; the content is {NAMES[kind]} and was read so."
    return [ReadingWarning(code="mislabelled", detail=detail)]


def text_kind(text: str, name: str) -> Kind:
    """Markup shows itself, a table by its shape; between texts the name decides."""
    ending = _ending(name)
    if _is_markup(text[:HEAD], ending):
        return Kind.HTML
    if ending in ("md", "markdown"):
        return Kind.MARKDOWN
    named = ending in ("csv", "tsv")
    return Kind.CSV if csv.delimiter_of(text, strictly=not named) else Kind.TEXT


def _is_markup(head: str, ending: str) -> bool:
    """Whether it is a page; other markup (SVG, XML) is refused."""
    prologue = PROLOGUE.match(head)
    begin = head[prologue.end() :] if prologue else head
    if HTML_BEGINS.match(begin):
        return True
    if EXTENSIONS.get(ending) is Kind.HTML and HTML_BEGINS.search(head):
        return True
    root = OTHER_MARKUP.match(begin)
    if root and (root[1].lower() == "svg" or head.lstrip().startswith("<?xml")):
        raise not_allowed("an image (SVG)" if root[1].lower() == "svg" else "an XML file")
    # Markdown may begin with an element, a piece of a page as well: many elements decide.
    is_piece = bool(root) and len(HTML_ELEMENT.findall(head)) >= ELEMENTS_OF_A_PAGE
    return is_piece and ending not in ("md", "markdown")


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
