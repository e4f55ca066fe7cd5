"""Where a quote stands on a PDF page."""

import ctypes
import re
from collections.abc import Iterator
from typing import Any

from pypdfium2 import raw as pdfium

from analysis.sources.reading import pdf
from analysis.sources.reading.cleaning import cleaned
from analysis.sources.reading.types import Box

# PDFium turns points into whole pixels; with so many a point, hundredths are kept.
PIXELS = 100
LINE = re.compile(r"[^\n]+")


def boxes(content: bytes, page: int, start: int, end: int) -> list[Box]:
    """One box a line for `text[start:end]` of a stored PDF page (counted from 1).

    Raises ValueError for a page or a range that the document does not have.
    """
    document = pdf.opened(content)
    try:
        if not 1 <= page <= len(document):
            raise ValueError(f"There is no page {page}; the document has {len(document)}.")
        sheet = document[page - 1]
        textpage = sheet.get_textpage()
        text = cleaned(pdf.text_of(textpage).text)
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"There is no {start}:{end}; the page has {len(text)} characters.")
        return list(_line_boxes(sheet, textpage, text, start, end))
    finally:
        document.close()


def _line_boxes(sheet: Any, textpage: Any, text: str, start: int, end: int) -> Iterator[Box]:
    places = _places(textpage, text)
    width, height = sheet.get_size()
    for line in LINE.finditer(text, start, end):
        letters = [place for place in places[line.start() : line.end()] if place is not None]
        corners = [corner for place in letters for corner in _corners(sheet, textpage, place)]
        if corners:
            across, down = zip(*corners, strict=True)
            yield Box(
                left=min(across),
                right=max(across),
                bottom=height - max(down),
                top=height - min(down),
                page_width=width,
                page_height=height,
            )


def _places(textpage: Any, text: str) -> list[int | None]:
    """For each character of the text its number among PDFium's letters; blanks have none.

    The text keeps PDFium's letters in their order, so the two are walked side by side.
    """
    count = pdfium.FPDFText_CountChars(textpage)
    letters = [pdfium.FPDFText_GetUnicode(textpage, place) for place in range(count)]
    places: list[int | None] = []
    at = 0
    for character in text:
        found = None if character.isspace() else _next(letters, at, character)
        places.append(found)
        at = at if found is None else found + 1
    return places


def _next(letters: list[int], at: int, character: str) -> int | None:
    """The next of the letters that is the character, or the last half of it."""
    wanted = {ord(character)}
    if character == "-":
        wanted.add(ord(pdf.HYPHEN))
    if character > "\uffff":
        wanted.add(int.from_bytes(character.encode("utf-16-le")[2:], "little"))
    return next((place for place in range(at, len(letters)) if letters[place] in wanted), None)


def _corners(sheet: Any, textpage: Any, place: int) -> Iterator[tuple[float, float]]:
    """Two corners of a letter on the page as it is shown: from the left, and from the top."""
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage, place, box)
    width, height = (round(length * PIXELS) for length in sheet.get_size())
    for x, y in ((box.left, box.bottom), (box.right, box.top)):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(sheet, 0, 0, width, height, 0, x, y, across, down)
        yield across.value / PIXELS, down.value / PIXELS
