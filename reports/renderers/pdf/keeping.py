"""What stays on one page: a title with what it announces, a chart with its source."""

from collections.abc import Iterable, Iterator, Sequence

from reportlab.graphics.shapes import Drawing
from reportlab.platypus import CondPageBreak, Flowable

from reports.renderers import theme
from reports.renderers.pdf.flowables import Heading, Text, Title
from reports.renderers.pdf.grid import Grid

# Room that a chapter wants, however little it has to say first.
CHAPTER_ROOM = 120.0
PAGE_ROOM = theme.PAGE[1] - theme.MARGIN_TOP - theme.MARGIN_BOTTOM - 1.0


def kept(story: Iterable[Flowable]) -> Iterator[Flowable]:
    """The story; where titles and the beginning of what they announce do not fit, a new page."""
    run: list[Flowable] = []
    for flowable in story:
        if isinstance(flowable, Heading):
            yield from _together(run)
            run = []
        run.append(flowable)
        if not _announces(flowable):
            yield from _together(run)
            run = []
    yield from _together(run)


def _announces(flowable: Flowable) -> bool:
    """Whether it says nothing without what follows it: a title, a chart before its source."""
    return isinstance(flowable, Title | Drawing)


def _together(run: Sequence[Flowable]) -> Iterator[Flowable]:
    if run and _announces(run[0]):
        yield CondPageBreak(min(_room(run), PAGE_ROOM))
    yield from run


def _room(run: Sequence[Flowable]) -> float:
    """The height from the first title to the first lines of what it announces."""
    *titles, body = run
    room, space = 0.0, 0.0
    for title in titles:
        room += max(space, title.getSpaceBefore()) + title.wrap(theme.MEASURE, 0)[1]
        space = title.getSpaceAfter()
    room += max(space, body.getSpaceBefore()) + _opening(body)
    return float(max(room, CHAPTER_ROOM if isinstance(run[0], Heading) else 0.0))


def _opening(flowable: Flowable) -> float:
    """The height of the least part of it that may stand on a page."""
    if isinstance(flowable, Text | Grid):
        return float(flowable.opening(theme.MEASURE))
    return float(flowable.wrap(theme.MEASURE, 0)[1])
