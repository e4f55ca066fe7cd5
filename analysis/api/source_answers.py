"""What the doors tell of the text of a source."""

from datetime import date
from uuid import UUID

from analysis.sources.reading.types import Box
from researcher.kit.frozen import Frozen


class Highlight(Frozen):
    """The words text[start:end]; `citation` is their mark in the report ("2.5"), if they have one.

    `boxes` are their lines on the page of a PDF, told where one place was asked for.
    """

    citation: str
    start: int
    end: int
    text: str
    boxes: tuple[Box, ...]


class SourceText(Frozen):
    """The stored text of a page; offsets count its characters (Unicode code points)."""

    source: UUID
    title: str
    author: str
    url: str
    media_type: str
    published_on: date | None
    page: int
    pages: int
    text: str
    highlights: tuple[Highlight, ...]
