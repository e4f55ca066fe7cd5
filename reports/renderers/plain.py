"""The report as a PDF without any layout: when the rich one fails, its words are still there."""

import re
from collections.abc import Iterator
from io import BytesIO

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from analysis.types import Draft
from reports.renderers import markdown, theme
from reports.renderers.pdf.fonts import FACES, FOLDER

ESCAPES = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
FONT = FACES[theme.SANS]
SIZE, LEADING = 8.5, 12.0
LETTERS = 92
LINES = int((theme.PAGE[1] - 2 * theme.MARGIN_TOP) / LEADING)


def render(draft: Draft) -> bytes:
    """The text of the Markdown, line by line; only Latin, Greek and Cyrillic have a form."""
    rl_config.invariant = 1
    font = TTFont(FONT, FOLDER / f"{FONT}.ttf", shapable=False)
    font.unregister()
    pdfmetrics.registerFont(font)
    file = BytesIO()
    canvas = Canvas(file, pagesize=theme.PAGE, initialFontName=FONT, lang=draft.language)
    canvas.setTitle(draft.title)
    known = font.face.charToGlyph
    text = ESCAPES.sub("", markdown.render(draft).decode())
    lines = list(_lines(text, known))
    for start in range(0, len(lines), LINES):
        _page(canvas, lines[start : start + LINES])
    canvas.save()
    return file.getvalue()


def _page(canvas: Canvas, lines: list[str]) -> None:
    text = canvas.beginText(theme.MARGIN_LEFT, theme.PAGE[1] - theme.MARGIN_TOP)
    text.setFont(FONT, SIZE, LEADING)
    text.textLines(lines, trim=0)
    canvas.drawText(text)
    canvas.showPage()


def _lines(text: str, known: dict[int, int]) -> Iterator[str]:
    """Lines of at most LETTERS characters, broken at a space where there is one."""
    for line in text.splitlines():
        rest = "".join(c if ord(c) in known else f"[U+{ord(c):04X}]" for c in line)
        while len(rest) > LETTERS:
            cut = rest.rfind(" ", 1, LETTERS) + 1 or LETTERS
            yield rest[:cut].rstrip()
            rest = rest[cut:]
        yield rest
