"""Bytes of a file in, pages of text out. Runs in a child process: files are not to be trusted."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from analysis.sources.reading import dates, encoding, limits, meta
from analysis.sources.reading.cleaning import cleaned, suspicions
from analysis.sources.reading.kind import Kind, check_promise, mislabelled, text_kind
from analysis.sources.reading.language import language_of
from analysis.sources.reading.signature import kind_by_signature
from analysis.sources.reading.types import Box, Extract, Reading, ReadingWarning, Unreadable
from analysis.types import Page

__all__ = ["Box", "Reading", "ReadingWarning", "Unreadable", "read", "read_page"]

# The readers by name, each with `read(content) -> Extract`: a child that meets a CSV first need
# not load PDFium and two Office libraries, which are most of its start-up time.
BYTES_READERS = {Kind.PDF: "pdf", Kind.DOCX: "docx", Kind.PPTX: "pptx", Kind.XLSX: "xlsx"}
TEXT_READERS = {Kind.CSV: "csv", Kind.HTML: "html", Kind.MARKDOWN: "markdown", Kind.TEXT: "text"}
# The pages on which a document says what it is of, and what tells its language.
FRONT_PAGES = 3
SAYS_SOMETHING = re.compile(r"[^\W_]")


def read(content: bytes, name: str) -> Reading:
    """The file's text page by page; raises Unreadable with a sentence for the user.

    The type is told by the content, never by `name`, which only decides between kinds of text.
    """
    return _read(content, name, TEXT_READERS)


def read_page(content: bytes, url: str) -> Reading:
    """What was fetched from the web, as `read`; of a page its main text. Raises Unreadable.

    A page that asks for consent, for a login or shows nothing is refused with a code of its own.
    """
    name = urlsplit(url).path.rpartition("/")[2]
    reading = _read(content, name, TEXT_READERS | {Kind.HTML: "page"})
    # No page may take the place of another site's.
    is_theirs = meta.same_site(reading.canonical_url, url)
    return reading if is_theirs else reading.model_copy(update={"canonical_url": ""})


def _read(content: bytes, name: str, text_readers: Mapping[Kind, str]) -> Reading:
    _check_size(content)
    kind, extract = _extract(content, name, text_readers)
    pages = [cleaned(text) for text in extract.pages]
    limits.check_length(sum(map(len, pages)))
    if not any(map(SAYS_SOMETHING.search, pages)):
        raise Unreadable("file_empty", "The file holds no text. Please upload one that does.")
    front = "\n".join(pages[:FRONT_PAGES])
    published_on, as_of = _dates(kind, extract, front)
    return Reading(
        media_type=kind.value,
        title=cleaned(extract.title),
        author=cleaned(extract.author),
        published_on=published_on,
        as_of=as_of,
        language=language_of(front if front.strip() else "\n".join(pages)),
        canonical_url=extract.canonical_url,
        site=cleaned(extract.site),
        doi=extract.doi,
        pages=tuple(Page(number=number, text=text) for number, text in enumerate(pages, 1)),
        warnings=_warnings(kind, extract, name),
    )


def _check_size(content: bytes) -> None:
    if not content:
        raise Unreadable("file_empty", "The file is empty (0 bytes). Please upload it again.")
    if len(content) > limits.MAX_BYTES:
        raise Unreadable(
            "file_too_large",
            f"The file has {len(content) >> 20} MB; at most {limits.MAX_BYTES >> 20} MB are read.",
        )


def _extract(content: bytes, name: str, text_readers: Mapping[Kind, str]) -> tuple[Kind, Extract]:
    if kind := kind_by_signature(content, name):
        return kind, _reader(BYTES_READERS[kind])(content)
    if len(content) > limits.MAX_TEXT_BYTES:
        raise limits.too_complex(f"A text may have at most {limits.MAX_TEXT_BYTES >> 20} MB.")
    text = encoding.decoded(content)
    kind = text_kind(text, name)
    check_promise(text, name)
    return kind, _reader(text_readers[kind])(text)


def _reader(module: str) -> Callable[[Any], Extract]:
    reader: Callable[[Any], Extract] = import_module(f"{__name__}.{module}").read
    return reader


def _dates(kind: Kind, extract: Extract, front: str) -> tuple[date | None, date | None]:
    """When it was published and what day it speaks of; dates in a table's rows say neither."""
    said = extract.stated if kind is Kind.CSV else f"{extract.stated}\n{front}"
    published_on = extract.published_on or dates.published(said)
    as_of = dates.period_end(said) or dates.state(said) or published_on
    # The date of the file itself is good enough to show, but not to choose the newest by.
    return published_on or extract.created_on, as_of


def _warnings(kind: Kind, extract: Extract, name: str) -> tuple[ReadingWarning, ...]:
    """What a user should know of the file, each kind of thing once."""
    letters = suspicions("\n".join([*extract.pages, extract.title, extract.author]))
    found = [*mislabelled(kind, name), *extract.warnings, *letters]
    return tuple({warning.code: warning for warning in reversed(found)}.values())[::-1]
