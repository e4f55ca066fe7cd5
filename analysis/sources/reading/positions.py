"""Where a quote stands on a PDF page."""

import ctypes
import re
from collections.abc import Iterator

from pypdfium2 import raw as pdfium

from analysis.sources.reading import pdf, spacing
from analysis.sources.reading.cleaning import cleaned
from analysis.sources.reading.letters import HYPHEN, Letters, as_units, letters_of
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
        has_gaps = spacing.are_overlooked(document)
        with letters_of(document, page - 1) as letters:
            text = cleaned(pdf.text_of(letters, has_gaps).text)
            if not 0 <= start <= end <= len(text):
                raise ValueError(f"There is no {start}:{end}; the page has {len(text)} letters.")
            return list(_line_boxes(letters, text, start, end))
    finally:
        document.close()


def _line_boxes(letters: Letters, text: str, start: int, end: int) -> Iterator[Box]:
    units = _units_of(letters, text)
    width, height = letters.page.get_size()
    for line in LINE.finditer(text, start, end):
        printed = [at for at in units[line.start() : line.end()] if at is not None]
        corners = [corner for at in printed for corner in _corners(letters, at)]
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


def _units_of(letters: Letters, text: str) -> list[int | None]:
    """For each character of the text its place among PDFium's units; blanks have none.

    The text keeps PDFium's letters in their order, so the two are walked side by side.
    """
    places: list[int | None] = []
    after = 0
    for character in text:
        at = None if character.isspace() else _find(letters.units, character, after)
        places.append(at)
        after = after if at is None else at + 1
    return places


def _find(units: str, character: str, after: int) -> int | None:
    """The next unit that is the character, its first half, or the hyphen of a line's end."""
    shapes = [as_units(character)[0], HYPHEN] if character == "-" else [as_units(character)[0]]
    found = [units.find(shape, after) for shape in shapes]
    return min((at for at in found if at >= 0), default=None)


def _corners(letters: Letters, at: int) -> Iterator[tuple[float, float]]:
    """Two corners of a letter on the page as it is shown: from its left, and from its top."""
    place = letters.place(at)
    width, height = (round(length * PIXELS) for length in letters.page.get_size())
    for x, y in ((place.left, place.bottom), (place.right, place.top)):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(letters.page, 0, 0, width, height, 0, x, y, across, down)
        yield across.value / PIXELS, down.value / PIXELS
