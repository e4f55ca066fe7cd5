"""Pages cut into passages: whole sentences of one section, or a table with its caption."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.pipeline import layout
from analysis.pipeline.layout import Block, Kind
from analysis.pipeline.sentences import Span, segments
from analysis.types import Page

PROSE_LENGTH = 900
TABLE_LENGTH = 1200
LONGEST_PIECE = 2000


class Cut(NamedTuple):
    """A passage as two offsets on its page, and the nearest heading above it."""

    page: int
    start: int
    end: int
    section: str


def cut(pages: Sequence[Page], language: str) -> list[Cut]:
    """The passages of a document in reading order; none crosses into another page."""
    repeated = layout.furniture([page.text for page in pages])
    found: list[Cut] = []
    section = ""
    for page in pages:
        cutter = _Cutter(page, language, section)
        found += cutter.cut(layout.blocks(page.text, repeated))
        section = cutter.section
    return found


class _Cutter:
    """Reads the blocks of one page and packs their pieces into passages."""

    def __init__(self, page: Page, language: str, section: str) -> None:
        self.page, self.language, self.section = page, language, section
        self.found: list[Cut] = []
        self.open: list[Span] = []
        self.heading: int | None = None

    def cut(self, blocks: Sequence[Block]) -> list[Cut]:
        for block in blocks:
            if block.kind is Kind.HEADING:
                self._begin_section(block)
            elif block.kind is Kind.TABLE:
                self._pack_table(block)
            else:
                self._pack(segments(self.page.text, block.start, block.end, self.language))
        self._close()
        return self.found

    def _begin_section(self, block: Block) -> None:
        self._close()
        if self.heading is None:
            self.heading = block.start
        self.section = " ".join(self.page.text[block.start : block.end].split()).strip("# ")

    def _pack(self, spans: Sequence[Span], longest: int = PROSE_LENGTH) -> None:
        self.heading = None
        for span in spans:
            for start, end in _bounded(self.page.text, span):
                if self.open and end - self.open[0][0] > longest:
                    self._close()
                self.open.append((start, end))

    def _pack_table(self, block: Block) -> None:
        """A table keeps the heading or the "... as follows:" that it stands under."""
        caption = self.open.pop() if self._captioned() else None
        first = self.heading if caption is None else caption[0]
        self._close()
        rows = [
            (line.start + block.start, line.end + block.start)
            for line in layout.lines(self.page.text[block.start : block.end])
            if line.text
        ]
        if first is not None:
            rows.insert(0, (first, first))
        self._pack(rows, TABLE_LENGTH)
        self._close()

    def _captioned(self) -> bool:
        return bool(self.open) and self.page.text[: self.open[-1][1]].endswith((":", "："))

    def _close(self) -> None:
        if self.open:
            start, end = self.open[0][0], self.open[-1][1]
            self.found.append(Cut(self.page.number, start, end, self.section))
        self.open = []


def _bounded(text: str, span: Span) -> Iterator[Span]:
    """A piece without any sentence end is cut at a blank, lest it fill a whole page."""
    start, end = span
    while end - start > LONGEST_PIECE:
        blank = text.rfind(" ", start + 1, start + PROSE_LENGTH)
        cut_at = blank if blank > 0 else start + PROSE_LENGTH
        yield start, cut_at
        start = cut_at + (blank > 0)
    yield start, end
