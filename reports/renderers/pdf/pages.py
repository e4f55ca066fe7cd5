"""The sheets of the report: frames, running lines, outline, and where every chapter begins."""

from datetime import UTC
from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from reports.renderers import theme
from reports.renderers.edition import PRODUCT, Edition, legible, long_date
from reports.renderers.pdf.flowables import Heading, paint, put
from reports.renderers.pdf.fonts import FACES, Fonts
from reports.renderers.pdf.words import Span

COVER, INNER = "cover", "inner"
RUNNING_Y = theme.PAGE[1] - 50.0
FOOTING_Y = 42.0


class Places:
    """The pages on which anchors fell, and how many there are; known after the first pass."""

    def __init__(self) -> None:
        self.pages: dict[str, int] = {}
        self.total = 0


class Sketch(Canvas):  # type: ignore[misc]  # untyped library
    """A canvas on which everything has its place, and no ink is spent."""

    def beginText(self, *_: Any, **__: Any) -> "Sketch":
        return self

    def _silent(self, *_: Any, **__: Any) -> None:
        pass

    drawText = setTextOrigin = textOut = linkRect = linkURL = bookmarkHorizontal = _silent
    rect = roundRect = line = setFont = setFillColor = setStrokeColor = setLineWidth = _silent
    addOutlineEntry = drawString = save = _silent


class Paper(BaseDocTemplate):  # type: ignore[misc]  # untyped library
    """One pass over the story; it writes down the places that the next pass prints."""

    def __init__(self, edition: Edition, fonts: Fonts, places: Places) -> None:
        draft = edition.draft
        self.file = BytesIO()
        self.edition, self.fonts, self.places = edition, fonts, places
        super().__init__(
            self.file,
            pagesize=theme.PAGE,
            title=legible(draft.title),
            author=PRODUCT,
            creator=PRODUCT,
            producer=PRODUCT,
            subject=legible(draft.brief.topic),
            keywords=[draft.brief.template.name, *(value for _, value in edition.cover_options)],
            lang=draft.language or "en",
            displayDocTitle=1,
            initialFontName=FACES[theme.SANS],
            pageTemplates=[_cover(), self._inner()],
        )

    def beforeDocument(self) -> None:
        # The one date that a PDF gives of itself: when the analysis was asked for.
        submitted = self.edition.draft.brief.submitted_at.astimezone(UTC)
        self.canv._doc._timeStamp.YMDhms = submitted.timetuple()[:6]

    def afterFlowable(self, flowable: Flowable) -> None:
        # Left behind where it moved to the next page; the second pass would take it for a loop.
        vars(flowable).pop("_postponed", None)
        if isinstance(flowable, Heading) and flowable.anchor:
            self.places.pages[flowable.anchor] = self.page
            title = legible(f"{flowable.number}  {flowable.title}".strip())
            self.canv.addOutlineEntry(title, flowable.anchor, flowable.level)

    def _inner(self) -> PageTemplate:
        height = theme.PAGE[1] - theme.MARGIN_TOP - theme.MARGIN_BOTTOM
        frame = Frame(
            theme.MARGIN_LEFT,
            theme.MARGIN_BOTTOM,
            theme.MEASURE,
            height,
            *(0, 0, 0, 0),
        )
        return PageTemplate(INNER, [frame], onPage=self._running_lines)

    def _running_lines(self, canvas: Any, _: Any) -> None:
        """The title above, the run and "page x of y" below; the cover has neither."""
        draft = self.edition.draft
        as_of = f"As of {long_date(draft.as_of)}" if draft.as_of else ""
        self._running(canvas, RUNNING_Y, draft.title, as_of)
        page = f"Page {self.page} of {self.places.total or self.page}"
        self._running(canvas, FOOTING_Y, f"{PRODUCT}  ·  {draft.brief.analysis_id}", page)
        canvas.setStrokeColor(paint(theme.RULE))
        canvas.setLineWidth(0.6)
        for y in (RUNNING_Y - 9, FOOTING_Y + 15):
            canvas.line(theme.MARGIN_LEFT, y, theme.PAGE[0] - theme.MARGIN_RIGHT, y)

    def _running(self, canvas: Any, y: float, left: str, right: str) -> None:
        width = theme.MEASURE * 0.7
        put(canvas, theme.MARGIN_LEFT, y, width, [Span(left)], theme.TINY, self.fonts)
        x, width = theme.MARGIN_LEFT + width, theme.MEASURE - width
        put(canvas, x, y, width, [Span(right)], theme.TINY, self.fonts, right=True)


def _cover() -> PageTemplate:
    frame = Frame(0, 0, *theme.PAGE, 0, 0, 0, 0)
    return PageTemplate(COVER, [frame], autoNextPageTemplate=INNER)
