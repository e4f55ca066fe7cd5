"""Where a quote stands on a PDF page."""

import ctypes
import re
from collections.abc import Iterator

from pypdfium2 import raw as pdfium

from analysis.sources.reading import pdf, spacing
from analysis.sources.reading.cleaning import cleaned
from analysis.sources.reading.letters import HYPHEN, Letters, letters_of
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
    numbers = _numbers(letters, text)
    width, height = letters.page.get_size()
    for line in LINE.finditer(text, start, end):
        printed = [number for number in numbers[line.start() : line.end()] if number is not None]
        corners = [corner for number in printed for corner in _corners(letters, number)]
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


def _numbers(letters: Letters, text: str) -> list[int | None]:
    """For each character of the text its number among PDFium's letters; blanks have none.

    The text keeps PDFium's letters in their order, so the two are walked side by side.
    """
    codes = letters.codes()
    numbers: list[int | None] = []
    at = 0
    for character in text:
        found = None if character.isspace() else _next(codes, at, character)
        numbers.append(found)
        at = at if found is None else found + 1
    return numbers


def _next(codes: list[int], at: int, character: str) -> int | None:
    """The next letter that is the character, or the last half of it."""
    wanted = {ord(character)}
    if character == "-":
        wanted.add(ord(HYPHEN))
    if character > "\uffff":
        wanted.add(int.from_bytes(character.encode("utf-16-le")[2:], "little"))
    return next((number for number in range(at, len(codes)) if codes[number] in wanted), None)


def _corners(letters: Letters, number: int) -> Iterator[tuple[float, float]]:
    """Two corners of a letter on the page as it is shown: from its left, and from its top."""
    place = letters.place_of(number)
    width, height = (round(length * PIXELS) for length in letters.page.get_size())
    for x, y in ((place.left, place.bottom), (place.right, place.top)):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(letters.page, 0, 0, width, height, 0, x, y, across, down)
        yield across.value / PIXELS, down.value / PIXELS
