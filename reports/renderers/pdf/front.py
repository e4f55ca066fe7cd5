"""What stands before the chapters: cover, executive summary, contents."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from reportlab.platypus import Flowable, PageBreak

from analysis.types import Figure, FigureTable
from reports.renderers import theme
from reports.renderers.amounts import meaning
from reports.renderers.edition import PRODUCT, WITHOUT_MODEL, Chapter, long_date
from reports.renderers.pdf.flowables import paint, put
from reports.renderers.pdf.pages import Places
from reports.renderers.pdf.words import Span
from reports.renderers.pdf.writer import Writer
from reports.renderers.theme import Type

BAND = 452.0
LEFT = 64.0
WIDTH = theme.PAGE[0] - 2 * LEFT
TITLE_SIZES = (34.0, 29.0, 24.0, 19.0, 15.0, 11.0, 8.0)
TITLE_ROOM = 176.0
TOPIC_ROOM = 60.0
FACTS = 6
COLUMNS = 3
TILES = 3
# A figure that fits a tile and says what it counts: "$4.1 billion" or "31%", never "31.2".
HEADLINE = re.compile(r"(?=.*[^\d\s.,()-]).{1,16}")


def front(writer: Writer) -> Iterator[Flowable]:
    yield Cover(writer)
    yield PageBreak()
    yield from _summary(writer)
    yield PageBreak()


# --- cover --------------------------------------------------------------------------------


class Cover(Flowable):  # type: ignore[misc]  # untyped library
    """The first page: the title on a dark field, then what one asks of a report at once."""

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self.writer, self.edition = writer, writer.edition
        self.draft = writer.edition.draft

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = theme.PAGE
        return theme.PAGE

    def draw(self) -> None:
        top = self.height - BAND
        self.canv.setFillColor(paint(theme.NAVY))
        self.canv.rect(0, top, self.width, BAND, stroke=0, fill=1)
        self._line(self.height - 74, Span(PRODUCT, face=theme.BOLD), theme.WHITE, 10.5)
        self.canv.setFillColor(paint(theme.PALE))
        self.canv.rect(LEFT, self.height - 92, 34, 2.4, stroke=0, fill=1)
        self._draw_title()
        self._line(top + 40, Span(self._dates()), theme.PALE, 9.2)
        self._draw_facts(top - 44)
        self._draw_confidence(176)
        self._draw_foot()

    def _draw_title(self) -> None:
        """The title as large as it fits; what is longer still goes on in the appendix."""
        for size in TITLE_SIZES:
            style = theme.TITLE._replace(size=size, leading=size * 1.2)
            title = self.writer.text(style, self.draft.title)
            if title.wrap(WIDTH - 40, 0)[1] <= TITLE_ROOM:
                break
        else:
            title = (title.split(WIDTH - 40, TITLE_ROOM) or [title])[0]
            title.wrap(WIDTH - 40, 0)
        y = self.height - 150 - title.height
        self._line(self.height - 132, Span(self.edition.template), theme.PALE, 10.5)
        title.drawOn(self.canv, LEFT, y)
        self._draw_topic(y - 22)

    def _draw_topic(self, top: float) -> None:
        if self.draft.brief.topic not in self.draft.title:
            topic = self.writer.text(theme.TOPIC, self.draft.brief.topic)
            if topic.wrap(WIDTH - 80, 0)[1] <= TOPIC_ROOM:
                topic.drawOn(self.canv, LEFT, top - topic.height)

    def _dates(self) -> str:
        submitted = f"Submitted {long_date(self.draft.brief.submitted_at)}"
        as_of = f"Sources as of {long_date(self.draft.as_of)}   ·   " if self.draft.as_of else ""
        return as_of + submitted

    def _draw_facts(self, top: float) -> None:
        """Label over value, in columns."""
        room = WIDTH / COLUMNS
        for at, (label, value) in enumerate(self.edition.cover_options[:FACTS]):
            x, y = LEFT + at % COLUMNS * room, top - at // COLUMNS * 50
            self._put(x, y, room - 16, label.upper(), theme.EYEBROW)
            self._put(x, y - 17, room - 16, value, theme.BODY)

    def _draw_confidence(self, y: float) -> None:
        confidence = self.draft.confidence
        self._put(LEFT, y, 120, "CONFIDENCE", theme.EYEBROW)
        self._put(LEFT, y - 26, 120, f"{confidence.value} of 100", theme.NUMBER)
        gauge(self.canv, LEFT, y - 40, 110, confidence.value)
        for at, reason in enumerate(confidence.reasons[:4]):
            self._put(
                LEFT + WIDTH / COLUMNS, y - 2 - 15 * at, WIDTH * 2 / COLUMNS, reason, theme.CELL
            )

    def _draw_foot(self) -> None:
        self.canv.setStrokeColor(paint(theme.RULE))
        self.canv.line(LEFT, 82, LEFT + WIDTH, 82)
        without = "" if self.draft.uses_model else WITHOUT_MODEL
        self._put(LEFT, 64, WIDTH / 2, without, theme.HEAD_CELL)
        number = f"Analysis {self.draft.brief.analysis_id}"
        self._put(LEFT + WIDTH / 2, 64, WIDTH / 2, number, theme.TINY, right=True)

    def _line(self, y: float, span: Span, colour: str, size: float) -> None:
        style = Type(span.face or theme.SANS, size, size * 1.4, colour=colour)
        put(self.canv, LEFT, y, WIDTH, [span], style, self.writer.fonts)

    def _put(
        self, x: float, y: float, width: float, text: str, style: Type, *, right: bool = False
    ) -> None:
        put(self.canv, x, y, width, [Span(text)], style, self.writer.fonts, right=right)


def gauge(canvas: object, x: float, y: float, width: float, value: int) -> None:
    """A bar that is full at 100."""
    for share, colour in ((100, theme.RULE), (min(max(value, 0), 100), theme.ACCENT)):
        canvas.setFillColor(paint(colour))  # type: ignore[attr-defined]
        canvas.rect(x, y, width * share / 100, 3.2, stroke=0, fill=1)  # type: ignore[attr-defined]


# --- executive summary --------------------------------------------------------------------


def _summary(writer: Writer) -> Iterator[Flowable]:
    draft = writer.edition.draft
    yield writer.chapter("Executive summary", "summary")
    yield writer.text(theme.SMALL._replace(after=14), draft.brief.topic)
    first, rest = draft.summary[:1], draft.summary[1:]
    for sentence in first:
        yield writer.text(theme.LEAD, *writer.sentence(sentence))
    for sentence in rest:
        yield writer.bullet(writer.sentence(sentence))
    if not draft.summary:
        yield writer.aside("The sources gave no answer that could stand here.")
    if tiles := _headlines(writer):
        yield Tiles(writer, tiles)
    yield writer.subhead("Confidence")
    yield writer.text(theme.BODY, Span(f"{draft.confidence.value} of 100", face=theme.BOLD))
    yield from writer.points(draft.confidence.reasons)
    if not draft.uses_model:
        yield writer.aside(f"{WITHOUT_MODEL}: every statement is a sentence of a source.")


def _headlines(writer: Writer) -> list[Figure]:
    """The newest short figures of the first table that say their unit, one a label."""
    edition = writer.edition
    tables = [
        block for one in edition.chapters for block in one.blocks if isinstance(block, FigureTable)
    ]
    newest: dict[str, Figure] = {}
    for figure in (edition.figures[key] for key in (tables[0].figures if tables else ())):
        last = newest.get(figure.label)
        if HEADLINE.fullmatch(figure.raw) and (last is None or _is_newer(figure, last)):
            newest[figure.label] = figure
    return list(newest.values())[:TILES]


def _is_newer(one: Figure, other: Figure) -> bool:
    return (one.as_of or date.min) > (other.as_of or date.min)


class Tiles(Flowable):  # type: ignore[misc]
    """A few figures in large type, side by side on a pale field."""

    HEIGHT = 86.0

    def __init__(self, writer: Writer, figures: Sequence[Figure]) -> None:
        super().__init__()
        self.writer, self.figures = writer, figures
        self.spaceBefore, self.spaceAfter = 10, 6

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = width, self.HEIGHT
        return width, self.HEIGHT

    def draw(self) -> None:
        self.canv.setFillColor(paint(theme.WASH))
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        room = self.width / TILES
        for at, figure in enumerate(self.figures):
            self._draw_tile(figure, at * room + 16, room - 28)

    def _draw_tile(self, figure: Figure, x: float, width: float) -> None:
        cites = self.writer.cites(self.writer.edition.cited([figure.quote]))
        lines: list[tuple[float, list[Span], Type]] = [
            (51, [Span(meaning(figure) or figure.raw)], theme.TILE),
            (31, [Span(figure.label, face=theme.BOLD)], theme.TINY),
            (18, [Span(figure.period), *cites], theme.TINY),
        ]
        for y, spans, style in lines:
            put(self.canv, x, y, width, spans, style, self.writer.fonts)


# --- contents -----------------------------------------------------------------------------


def contents(writer: Writer, places: Places) -> Iterator[Flowable]:
    """The chapters and their pages, as far as these are known."""
    yield writer.chapter("Contents", "contents")
    entries = [Chapter("", "summary", "Executive summary"), *writer.edition.all_chapters]
    rows = [_entry(entry, places.pages.get(entry.anchor)) for entry in entries]
    yield writer.grid((), rows, (0.08, 0.82, 0.1), style=theme.ENTRY, right=2)
    yield PageBreak()


def _entry(chapter: Chapter, page: int | None) -> list[list[Span]]:
    link = f"#{chapter.anchor}"
    number = Span(chapter.number, face=theme.BOLD, colour=theme.ACCENT)
    return [[number], [Span(chapter.title, link=link)], [Span(str(page or ""), link=link)]]
