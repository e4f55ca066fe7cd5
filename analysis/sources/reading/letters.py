"""The letters of one PDF page as PDFium gives them, with their places."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from pypdfium2 import raw as pdfium

# PDFium's mark for a hyphen at the end of a line, whose line break it leaves out.
HYPHEN = "\ufffe"
LINE = re.compile(f"([^\r\n{HYPHEN}]+)([\r\n{HYPHEN}]*)")
ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Place(NamedTuple):
    """A letter's box, as high as its font, in points from the lower left of the page."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


class Line(NamedTuple):
    """A printed line: its text, where it begins among the units, and whether a hyphen ends it."""

    text: str
    start: int
    is_hyphenated: bool


class Letters:
    """The text of a page in UTF-16 units, which is how PDFium counts its letters."""

    def __init__(self, page: Any, textpage: Any) -> None:
        self.page = page
        self._page = textpage.raw
        self.units = as_units(textpage.get_text_range())
        # Almost always the two counts agree, and then no letter has to be asked for its number.
        self._agree = pdfium.FPDFText_CountChars(self._page) == len(self.units)

    def lines(self) -> Iterator[Line]:
        """The lines that hold anything, in PDFium's order."""
        for found in LINE.finditer(self.units):
            if found[1].strip():
                yield Line(found[1], found.start(), HYPHEN in found[2])

    def place(self, at: int) -> Place:
        """Where the unit stands."""
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self._page, self._letter(at), box)
        return Place(box.left, box.bottom, box.right, box.top)

    def is_guessed(self, at: int) -> bool:
        """Whether PDFium has put the unit in where the file leaves only a gap."""
        return bool(pdfium.FPDFText_IsGenerated(self._page, self._letter(at)) == 1)

    def _letter(self, at: int) -> int:
        if self._agree:
            return at
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, at))


@contextmanager
def letters_of(document: Any, number: int) -> Iterator[Letters]:
    """The letters of a page (counted from 0); raises PdfiumError if it is damaged."""
    page = document[number]
    textpage = page.get_textpage()
    try:
        yield Letters(page, textpage)
    finally:
        # At once: a document of many pages would keep them all in memory.
        textpage.close()
        page.close()


def as_units(text: str) -> str:
    """The text with every letter beyond 16 bits as two."""
    if not ASTRAL.search(text):
        return text
    return "".join(map(chr, memoryview(text.encode("utf-16-le")).cast("H")))


def joined(units: str) -> str:
    """Units as text again."""
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
