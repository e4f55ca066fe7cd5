"""Blanks between words that a PDF leaves as mere gaps, which PDFium now and then overlooks."""

import re
from itertools import islice
from typing import Any

from pypdfium2 import raw as pdfium

BLANK = re.compile(" ")
# On how many blanks a page is judged, and which share of them must be gaps for a second look.
SAMPLE = 60
MOSTLY = 0.9
# In heights of a letter: between letters of a word nothing is so wide, between words nothing less.
WORD_GAP = 0.1


def leaves_gaps(textpage: Any, units: str) -> bool:
    """Whether the page writes its words without blanks, so that every one of them is a guess."""
    sample = [found.start() for found in islice(BLANK.finditer(units), SAMPLE)]
    guessed = sum(
        pdfium.FPDFText_IsGenerated(textpage, _letter(textpage, at)) == 1 for at in sample
    )
    return len(sample) > 0 and guessed >= MOSTLY * len(sample)


def spaced(textpage: Any, line: str, start: int) -> str:
    """A line, which begins at `start` of PDFium's text, with a blank in every gap between words."""
    parts: list[str] = []
    right = None
    for at, letter in enumerate(line, start):
        if letter.isspace():
            right = None
        else:
            box = pdfium.FS_RECTF()
            pdfium.FPDFText_GetLooseCharBox(textpage, _letter(textpage, at), box)
            if right is not None and box.left - right > WORD_GAP * (box.top - box.bottom):
                parts.append(" ")
            right = box.right
        parts.append(letter)
    return "".join(parts)


def _letter(textpage: Any, at: int) -> int:
    return int(pdfium.FPDFText_GetCharIndexFromTextIndex(textpage, at))
