"""Blanks between words that a PDF leaves as mere gaps, which PDFium now and then overlooks."""

from itertools import islice
from typing import Any

import pypdfium2

from analysis.sources.reading.letters import Letters, Line, letters_of

# On which pages, by their place in the document, and on how many of their lines it is judged.
SAMPLES = (1 / 4, 1 / 2, 3 / 4)
LINES = 40
# In heights of a letter: hardly a gap between letters is so wide, and none between words less.
WORD_GAP = 0.1


def are_overlooked(document: Any) -> bool:
    """Whether the sample pages of a document have gaps without a blank.

    Asked once a document, because to look at every letter of every page would double the time.
    """
    return any(_has_gaps(document, number) for number in _samples(len(document)))


def spaced(letters: Letters, line: Line) -> str:
    """The text of a line with a blank in every gap between its words."""
    parts: list[str] = []
    right: float | None = None
    for at, letter in enumerate(line.text, line.start):
        if letter.isspace():
            right = None
        else:
            place = letters.place(at)
            if right is not None and place.left - right > WORD_GAP * place.height:
                parts.append(" ")
            right = place.right
        parts.append(letter)
    return "".join(parts)


def _samples(pages: int) -> list[int]:
    return sorted({int(pages * share) for share in SAMPLES} if pages > 3 else range(pages))


def _has_gaps(document: Any, number: int) -> bool:
    try:
        with letters_of(document, number) as letters:
            return any(_shows_gaps(letters, line) for line in islice(letters.lines(), LINES))
    except pypdfium2.PdfiumError:
        return False


def _shows_gaps(letters: Letters, line: Line) -> bool:
    """Whether a line lacks blanks and has none of its own: then all of them are guesses."""
    if spaced(letters, line) == line.text:
        return False
    blanks = [at for at, letter in enumerate(line.text, line.start) if letter == " "]
    return all(map(letters.is_guessed, blanks))
