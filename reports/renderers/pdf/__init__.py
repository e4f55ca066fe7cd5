"""The report as a PDF, set with ReportLab."""

import string
from collections.abc import Iterator
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.types import Draft
from reports.renderers.edition import Edition
from reports.renderers.pdf.back import back
from reports.renderers.pdf.fonts import Fonts
from reports.renderers.pdf.front import contents, front
from reports.renderers.pdf.keeping import kept
from reports.renderers.pdf.pages import Paper, Places, Sketch
from reports.renderers.pdf.writer import Writer

# The same Draft gives the same bytes; nothing is ever fetched.
rl_config.invariant = 1
rl_config.useA85 = 0
rl_config.trustedHosts = []
rl_config.trustedSchemes = []

# What our own words are made of.
OURS = string.printable + "\u00a0\u2002\u00b7\u2022\u2026"


def render(draft: Draft) -> bytes:
    """Two passes over the same story: the first finds the pages that the second prints.

    ReportLab keeps fonts by name for the whole process, so only one report at a time.
    """
    edition, places = Edition(draft), Places()
    fonts = Fonts([OURS, *texts(draft.model_dump())])
    writer = Writer(edition, fonts)
    opening, rest = list(kept(front(writer))), list(kept([*_chapters(writer), *back(writer)]))
    for canvas in (Sketch, Canvas):
        paper = Paper(edition, fonts, places)
        paper.build([*opening, *contents(writer, places), *rest], canvasmaker=canvas)
        places.total = paper.page
    return paper.file.getvalue()


def _chapters(writer: Writer) -> Iterator[Flowable]:
    for chapter in writer.edition.chapters:
        yield writer.chapter(chapter.title, chapter.anchor, chapter.number)
        for block in chapter.blocks:
            yield from writer.block(block)


def texts(value: Any) -> Iterator[str]:
    """Every text in a dump of the Draft."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)
