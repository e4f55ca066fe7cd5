"""PDF: the text of each physical page as it is printed."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw as pdfium

from analysis.sources.reading import dates, labels, limits, spacing
from analysis.sources.reading.letters import Letters, Line, Place, joined, letters_of
from analysis.sources.reading.types import Extract, ReadingWarning, Unreadable

# In heights of a line: a larger gap parts two paragraphs, a higher jump up two columns.
PARAGRAPH_GAP = 0.45
COLUMN_JUMP = 4.0
# Points; nobody reads letters that are smaller.
LEGIBLE = 2.0
CREATED = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


class Sheet(NamedTuple):
    """One page: its text, and how many of its lines are too small to be seen."""

    text: str
    tiny: int = 0
    is_broken: bool = False


def read(content: bytes) -> Extract:
    """All pages in order, blank ones as ""; raises Unreadable if there is no text at all."""
    document = opened(content)
    try:
        sheets = list(_sheets(document))
        facts = document.get_metadata_dict()
    finally:
        document.close()
    _check(sheets)
    return Extract(
        pages=[sheet.text for sheet in sheets],
        title=labels.title_of(facts["Title"]) or labels.title_of(facts["Subject"]),
        author=labels.author_of(facts["Author"]),
        stated=facts["Subject"],
        created_on=_created(facts["CreationDate"]),
        warnings=list(_warnings(sheets)),
    )


def opened(content: bytes) -> Any:
    """The document; raises Unreadable if it is locked, broken or too long."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise _unopened(error) from None
    if len(document) > limits.MAX_PAGES:
        document.close()
        raise limits.too_complex(f"It has more than {limits.MAX_PAGES:,} pages.")
    return document


def text_of(letters: Letters, has_gaps: bool) -> Sheet:
    """A line a printed line, and a blank line between paragraphs.

    The letters and their order are PDFium's own, so that a place in the text is found again on
    the page: only blanks are added, and hyphens stand where PDFium marks them.
    """
    parts: list[str] = []
    above: Line | None = None
    last: Place | None = None
    tiny = 0
    for line in letters.lines():
        place = _place(letters, line)
        if above and last:
            parts.append("-\n" if above.is_hyphenated else _break(last, place))
        parts.append((spacing.spaced(letters, line) if has_gaps else line.text).strip())
        tiny += place.height < LEGIBLE
        above, last = line, place
    if above and above.is_hyphenated:
        parts.append("-")
    return Sheet(joined("".join(parts)), tiny)


def _unopened(error: pypdfium2.PdfiumError) -> Unreadable:
    if error.err_code == pdfium.FPDF_ERR_PASSWORD:
        return Unreadable(
            "file_encrypted",
            "The PDF is protected by a password. Please upload a copy without one.",
        )
    return Unreadable(
        "file_unreadable", "The PDF is cut off or damaged. Please upload a complete copy of it."
    )


def _sheets(document: Any) -> Iterator[Sheet]:
    has_gaps = spacing.are_overlooked(document)
    length = 0
    for number in range(len(document)):
        try:
            with letters_of(document, number) as letters:
                sheet = text_of(letters, has_gaps)
        except pypdfium2.PdfiumError:
            sheet = Sheet("", is_broken=True)
        length += len(sheet.text)
        limits.check_length(length)
        yield sheet


def _place(letters: Letters, line: Line) -> Place:
    """Where a line stands, by its first and its last letter."""
    first = letters.place(line.start + len(line.text) - len(line.text.lstrip()))
    last = letters.place(line.start + len(line.text.rstrip()) - 1)
    return Place(first.left, min(first.bottom, last.bottom), last.right, max(first.top, last.top))


def _break(above: Place, below: Place) -> str:
    height = max(min(above.height, below.height), 1.0)
    gap = above.bottom - below.top
    return "\n\n" if gap > PARAGRAPH_GAP * height or gap < -COLUMN_JUMP * height else "\n"


def _check(sheets: list[Sheet]) -> None:
    if any(sheet.text for sheet in sheets):
        return
    if all(sheet.is_broken for sheet in sheets):
        raise Unreadable("file_unreadable", "No page of the PDF can be read; it is damaged.")
    raise Unreadable(
        "file_scanned",
        "The PDF is scanned: its pages are images without a text layer. "
        "Please upload a copy with recognised text (OCR).",
    )


def _warnings(sheets: list[Sheet]) -> Iterator[ReadingWarning]:
    broken = [number for number, sheet in enumerate(sheets, 1) if sheet.is_broken]
    blank = [
        number for number, sheet in enumerate(sheets, 1) if not (sheet.text or sheet.is_broken)
    ]
    if blank:
        detail = f"No text on {_listed(blank)} (blank, or an image without a text layer)."
        yield ReadingWarning(code="pages_without_text", detail=detail)
    if broken:
        detail = f"Damaged and left out: {_listed(broken)}."
        yield ReadingWarning(code="pages_unreadable", detail=detail)
    if tiny := sum(sheet.tiny for sheet in sheets):
        detail = f"{tiny} lines are printed too small to be seen; their text was kept."
        yield ReadingWarning(code="hidden_text_suspected", detail=detail)


def _listed(numbers: list[int]) -> str:
    """ "pages 1-3, 7": neighbours as a range."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs]
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(names)}"


def _created(stamp: str) -> date | None:
    found = CREATED.match(stamp)
    return dates.first_date("-".join(found.groups())) if found else None
