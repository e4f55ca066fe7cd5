"""PDF: the text of each physical page as it is printed."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw as pdfium

from analysis.sources.reading import dates, labels, limits, spacing
from analysis.sources.reading.types import Extract, ReadingWarning, Unreadable

# PDFium's mark for a hyphen at the end of a line, whose line break it leaves out.
HYPHEN = "\ufffe"
LINE = re.compile(f"([^\r\n{HYPHEN}]+)([\r\n{HYPHEN}]*)")
ASTRAL = re.compile("[\U00010000-\U0010ffff]")
# In heights of a line: a larger gap parts two paragraphs, a higher jump up two columns.
PARAGRAPH_GAP = 0.45
COLUMN_JUMP = 4.0
# Points; nobody reads letters that are smaller.
LEGIBLE = 2.0
CREATED = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


class Band(NamedTuple):
    """The vertical place of a line, in points from the bottom of the page."""

    bottom: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


class Sheet(NamedTuple):
    """One page: its text, and how many of its lines are too small to be seen."""

    text: str
    tiny: int = 0
    broken: bool = False


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


def text_of(textpage: Any) -> Sheet:
    """A line a printed line, and a blank line between paragraphs.

    The letters and their order are PDFium's own, so that a place in the text is found again on
    the page: only blanks are added, and hyphens stand where PDFium marks them.
    """
    units = _units(textpage.get_text_range())
    has_gaps = spacing.leaves_gaps(textpage, units)
    parts: list[str] = []
    ending, above = "", Band(0, 0)
    tiny = 0
    for line in LINE.finditer(units):
        if not line[1].strip():
            continue
        band = _band(textpage, line)
        if parts:
            parts.append("-\n" if HYPHEN in ending else _break(above, band))
        words = spacing.spaced(textpage, line[1], line.start()) if has_gaps else line[1]
        parts.append(words.strip())
        tiny += band.height < LEGIBLE
        ending, above = line[2], band
    if HYPHEN in ending:
        parts.append("-")
    return Sheet(_joined("".join(parts)), tiny)


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
    length = 0
    for number in range(len(document)):
        sheet = _sheet(document, number)
        length += len(sheet.text)
        limits.check_length(length)
        yield sheet


def _sheet(document: Any, number: int) -> Sheet:
    try:
        page = document[number]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        return Sheet("", broken=True)
    try:
        return text_of(textpage)
    finally:
        # Closed at once: a document of many pages would keep them all in memory.
        textpage.close()
        page.close()


def _units(text: str) -> str:
    """The text in PDFium's own count: a letter beyond 16 bits is two."""
    if not ASTRAL.search(text):
        return text
    return "".join(map(chr, memoryview(text.encode("utf-16-le")).cast("H")))


def _joined(units: str) -> str:
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _band(textpage: Any, line: re.Match[str]) -> Band:
    """Where a line stands, by its first and its last letter."""
    first = line.start() + len(line[1]) - len(line[1].lstrip())
    last = line.start() + len(line[1].rstrip()) - 1
    boxes = [_box(textpage, place) for place in (first, last)]
    return Band(min(box.bottom for box in boxes), max(box.top for box in boxes))


def _box(textpage: Any, place: int) -> Any:
    """The box of a letter, as high as its font."""
    box = pdfium.FS_RECTF()
    letter = pdfium.FPDFText_GetCharIndexFromTextIndex(textpage, place)
    pdfium.FPDFText_GetLooseCharBox(textpage, letter, box)
    return box


def _break(above: Band, band: Band) -> str:
    height = max(min(above.height, band.height), 1)
    gap = above.bottom - band.top
    return "\n\n" if gap > PARAGRAPH_GAP * height or gap < -COLUMN_JUMP * height else "\n"


def _check(sheets: list[Sheet]) -> None:
    if any(sheet.text for sheet in sheets):
        return
    if not sheets or all(sheet.broken for sheet in sheets):
        raise Unreadable("file_unreadable", "No page of the PDF can be read; it is damaged.")
    raise Unreadable(
        "file_scanned",
        "The PDF is scanned: its pages are images without a text layer. "
        "Please upload a copy with recognised text (OCR).",
    )


def _warnings(sheets: list[Sheet]) -> Iterator[ReadingWarning]:
    broken = [number for number, sheet in enumerate(sheets, 1) if sheet.broken]
    empty = [number for number, sheet in enumerate(sheets, 1) if not sheet.text]
    if blank := sorted(set(empty) - set(broken)):
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
