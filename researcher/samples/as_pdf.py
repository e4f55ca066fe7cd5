"""Writes a sample as PDF, the same bytes every time."""

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Table,
    TableStyle,
)

from researcher.samples import AUTHOR, Sample
from researcher.samples.prose import Block, Kind

INK, GREY, RULE = colors.HexColor("#1b2733"), colors.HexColor("#5c6b7a"), colors.HexColor("#c4ccd4")
MARGIN = 25 * mm
# A frame pads its contents by 6 points on either side.
WIDTH = LETTER[0] - 2 * MARGIN - 12
BOLD, TABLE_SIZE = "Helvetica-Bold", 8.5

PLAIN = ParagraphStyle("plain", fontName="Helvetica", fontSize=10, leading=14.5, textColor=INK)
STYLES: dict[Kind, ParagraphStyle] = {
    "title": ParagraphStyle("title", PLAIN, fontName=BOLD, fontSize=18, leading=23, spaceAfter=12),
    "heading": ParagraphStyle(
        "heading",
        PLAIN,
        fontName=BOLD,
        fontSize=13,
        leading=17,
        spaceBefore=14,
        spaceAfter=5,
        keepWithNext=1,
    ),
    "paragraph": ParagraphStyle("paragraph", PLAIN, spaceAfter=8),
    "points": ParagraphStyle("points", PLAIN, leftIndent=12, bulletIndent=2, spaceAfter=5),
    "caption": ParagraphStyle(
        "caption", PLAIN, fontName=BOLD, fontSize=9, spaceBefore=4, keepWithNext=1
    ),
    "source": ParagraphStyle("source", PLAIN, fontSize=8.5, leading=11, textColor=GREY),
}
GRID = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), "Helvetica", TABLE_SIZE),
        ("FONT", (0, 0), (-1, 0), BOLD, TABLE_SIZE),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
    ]
)


def write(sample: Sample, blocks: Sequence[Block]) -> bytes:
    """The PDF of a sample. It is left uncompressed, so its bytes depend on no other library."""
    out = BytesIO()
    paper = SimpleDocTemplate(
        out,
        pagesize=LETTER,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=sample.title,
        author=AUTHOR,
        creator=AUTHOR,
        subject=sample.description,
        invariant=1,
        pageCompression=0,
    )
    frame = partial(_frame, sample)
    paper.build([part for block in blocks for part in _flow(block)], frame, frame)
    return out.getvalue()


class _Whole(Paragraph):  # type: ignore[misc]  # ReportLab carries no types
    """A paragraph that stays on one page, so that each of its sentences can be quoted whole."""

    def split(self, width: float, height: float) -> list[Flowable]:
        return []


def _flow(block: Block) -> list[Flowable]:
    if block.kind == "table":
        return [_table(block)]
    bullet = "\u2022" if block.kind == "points" else None
    return [_Whole(escape(row[0]), STYLES[block.kind], bulletText=bullet) for row in block.rows]


def _table(block: Block) -> Table:
    """A column of figures is as wide as its head, so that each head stands on one line."""
    widths = [stringWidth(cell, BOLD, TABLE_SIZE) + 14 for cell in block.rows[0][1:]]
    widths = [WIDTH - sum(widths), *widths]
    table = Table(block.rows, widths, style=GRID, repeatRows=1, hAlign="LEFT", spaceAfter=10)
    table.keepWithNext = True
    return table


def _frame(sample: Sample, canvas: Canvas, paper: SimpleDocTemplate) -> None:
    """The running header and footer, and the date that the file's properties state."""
    canvas.setDateFormatter(lambda *_: sample.published_on.strftime("D:%Y%m%d090000+00'00'"))
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(GREY)
    top, foot, right = LETTER[1] - 15 * mm, 14 * mm, LETTER[0] - MARGIN
    canvas.drawString(MARGIN, top, sample.title)
    canvas.drawRightString(
        right,
        top,
        f"{sample.published_on:%B} {sample.published_on.day}, {sample.published_on.year}",
    )
    canvas.drawString(MARGIN, foot, f"{AUTHOR}: written from public filings and statistics")
    canvas.drawRightString(right, foot, f"Page {paper.page}")
