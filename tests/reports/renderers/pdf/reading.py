"""What a reader of a PDF sees: its words, links, outline and marks."""

import re
import unicodedata
from collections.abc import Iterator
from ctypes import byref, c_float, create_string_buffer

import pypdfium2
import pypdfium2.raw as pdfium


def words(file: bytes) -> str:
    """The text of all pages, compatibility forms resolved, white space taken out."""
    document = pypdfium2.PdfDocument(file)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return squeezed(text)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def pages(file: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file)]


def outline(file: bytes) -> list[str]:
    return [mark.get_title() for mark in pypdfium2.PdfDocument(file).get_toc()]


def links(file: bytes) -> Iterator[tuple[int, str | int]]:
    """(page, target): a web address, or the index of a page of the same file."""
    document = pypdfium2.PdfDocument(file)
    for number, page in enumerate(document):
        for link in _annotations(page):
            if target := pdfium.FPDFLink_GetDest(document, link):
                yield number, pdfium.FPDFDest_GetDestPageIndex(document, target)
            else:
                yield number, _address(document, link)


def _annotations(page: pypdfium2.PdfPage) -> Iterator[pdfium.FPDF_LINK]:
    position, link = pdfium.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, byref(position), byref(link)):
        yield link


def _address(document: pypdfium2.PdfDocument, link: pdfium.FPDF_LINK) -> str:
    action = pdfium.FPDFLink_GetAction(link)
    length = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
    buffer = create_string_buffer(length)
    pdfium.FPDFAction_GetURIPath(document, action, buffer, length)
    return buffer.value.decode()


def height_of_text(page: pypdfium2.PdfPage) -> float:
    """How far down the page its lowest letter is, from the top (points)."""
    text = page.get_textpage()
    bottoms = [text.get_charbox(at)[1] for at in range(text.count_chars())]
    return page.get_height() - min(bottoms, default=0.0)


__all__ = ["c_float", "height_of_text", "links", "outline", "pages", "squeezed", "words"]
