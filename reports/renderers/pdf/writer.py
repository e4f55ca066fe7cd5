"""Sentences, citations, chips and tables of a Draft as text on a page."""

from collections.abc import Iterable, Iterator, Sequence

from reportlab.platypus import Flowable

from analysis.types import (
    Block,
    Citation,
    Conflict,
    ConflictTable,
    Derived,
    DerivedTable,
    Figure,
    FigureChart,
    FigureTable,
    Finding,
    Note,
    Paragraph,
    Points,
    Sentence,
    Verdict,
)
from reports.renderers import theme
from reports.renderers.amounts import meaning, unit_of
from reports.renderers.edition import VERDICTS, Edition, percent, preferred
from reports.renderers.facets import facets
from reports.renderers.pdf.chart import chart
from reports.renderers.pdf.flowables import Aside, Heading, Text, Title
from reports.renderers.pdf.fonts import Fonts
from reports.renderers.pdf.grid import Grid
from reports.renderers.pdf.words import BREAK, Span
from reports.renderers.theme import Type

BULLET = Span("\u2022", colour=theme.ACCENT)
# The size of a citation, and of what explains a figure.
CITE = 0.82
# A gap of more than a space, which a line may end in.
GAP = "\u00a0\u00a0 "


class Writer:
    """Turns the blocks of an edition into flowables."""

    def __init__(self, edition: Edition, fonts: Fonts) -> None:
        self.edition, self.fonts = edition, fonts
        self._exhibits = 0

    # --- text -----------------------------------------------------------------------------

    def text(self, style: Type, *spans: Span | str, anchor: str = "", right: bool = False) -> Text:
        return Text(_spans(spans), style, self.fonts, anchor=anchor, right=right)

    def hanging(
        self, style: Type, label: Span, *spans: Span, anchor: str = "", indent: float = theme.INDENT
    ) -> Text:
        """A paragraph beside its bullet or number."""
        return Text(spans, style, self.fonts, anchor=anchor, label=[label], indent=indent)

    def bullet(self, spans: Sequence[Span]) -> Text:
        return self.hanging(theme.BODY, BULLET, *spans)

    def aside(self, text: str) -> Aside:
        return Aside([Span(text)], theme.NOTE, self.fonts, indent=theme.INDENT)

    def points(self, sentences: Iterable[str]) -> Iterator[Text]:
        for sentence in sentences:
            yield self.bullet([Span(sentence)])

    def chapter(self, title: str, anchor: str, number: str = "") -> Heading:
        return Heading(title, theme.CHAPTER, self.fonts, anchor=anchor, number=number)

    def subhead(self, title: str) -> Title:
        return Title([Span(title)], theme.SUBHEAD, self.fonts)

    def caption(self, title: str, about: str = "") -> Title:
        """ "Exhibit 3  Revenue, USD billion"; exhibits are numbered through the report."""
        self._exhibits += 1
        number = Span(f"Exhibit {self._exhibits}{GAP}", colour=theme.ACCENT)
        detail = [Span(f"{GAP}{about}", face=theme.SANS, colour=theme.MUTED)] if about else []
        return Title([number, Span(title), *detail], theme.CAPTION, self.fonts)

    def sentence(self, sentence: Sentence, *, chips: bool = False) -> list[Span]:
        """A sentence with its citations; `chips` shows the verdict also where it is good."""
        spans = [Span(sentence.text), *self.cites(self.edition.citations_of(sentence))]
        finding = self.edition.finding(sentence)
        if finding and (chips or finding.verdict is not Verdict.SUPPORTED):
            spans += chip(finding)
        if finding and chips and (known := facets(finding)):
            spans += [BREAK, Span(known, theme.SANS, theme.MUTED, CITE)]
        return spans

    def cites(self, citations: Iterable[Citation], gap: str = "\u00a0") -> list[Span]:
        """Numbers in brackets that lead to the list of sources; `gap` is before each."""
        return [
            span for one in citations for span in (Span(gap, scale=CITE), _cite(one.source_number))
        ]

    # --- blocks ---------------------------------------------------------------------------

    def block(self, block: Block) -> Iterator[Flowable]:
        match block:
            case Paragraph():
                spans = [self.sentence(sentence) for sentence in block.sentences]
                yield self.text(theme.BODY, *_spaced(spans))
            case Points():
                for sentence in block.sentences:
                    yield self.bullet(self.sentence(sentence, chips=True))
            case Note():
                yield self.aside(block.text)
            case _:
                yield from self._exhibit(block)

    def _exhibit(
        self, block: FigureTable | FigureChart | DerivedTable | ConflictTable
    ) -> Iterator[Flowable]:
        match block:
            case FigureTable():
                yield from self._figures(block)
            case FigureChart() if block.figures:
                yield from self._chart(block)
            case DerivedTable():
                yield from self._derived(block)
            case ConflictTable():
                yield from self._conflicts(block)

    def _figures(self, block: FigureTable) -> Iterator[Flowable]:
        yield self.caption(block.caption)
        rows = [self._figure_row(self.edition.figures[key]) for key in block.figures]
        yield self.grid(("Figure", "Period", "Value as printed", "Source"), rows, right=2)

    def _figure_row(self, figure: Figure) -> list[Sequence[Span]]:
        value = [Span(figure.raw, face=theme.BOLD)]
        if read_as := meaning(figure):
            value += [BREAK, Span(read_as, colour=theme.MUTED, scale=CITE)]
        source = self.cites(self.edition.cited([figure.quote]), gap="")
        return [[Span(figure.label)], [Span(figure.period)], value, source]

    def _chart(self, block: FigureChart) -> Iterator[Flowable]:
        figures = [self.edition.figures[key] for key in block.figures]
        yield self.caption(block.caption, unit_of(figures))
        yield chart(figures, self.fonts)
        cites = self.cites(self.edition.cited([figure.quote for figure in figures]))
        yield self.text(theme.SMALL._replace(after=12), "Source:", *cites)

    def _derived(self, block: DerivedTable) -> Iterator[Flowable]:
        yield self.caption(block.caption)
        head = ("Computed figure", "Period", "Value", "Formula", "Source")
        rows = [self._derived_row(one) for one in block.figures]
        yield self.grid(head, rows, (0.25, 0.19, 0.17, 0.28, 0.11), right=2)

    def _derived_row(self, derived: Derived) -> list[Sequence[Span]]:
        value = Span(derived.raw, face=theme.BOLD)
        source = self.cites(self.edition.cited(self.edition.operands(derived)), gap="")
        label, period, formula = Span(derived.label), Span(derived.period), Span(derived.formula)
        return [[label], [period], [value], [formula], source]

    def _conflicts(self, block: ConflictTable) -> Iterator[Flowable]:
        yield self.caption(block.caption)
        rows = [self._conflict_row(self.edition.draft.conflicts[at]) for at in block.conflicts]
        head = ("Figure", "Period", "What the sources say", "Preferred")
        yield self.grid(head, rows, (0.22, 0.12, 0.26, 0.4))

    def _conflict_row(self, conflict: Conflict) -> list[Sequence[Span]]:
        said = [self._said(self.edition.figures[key]) for key in conflict.figures]
        why = Span(preferred(self.edition, conflict))
        return [[Span(conflict.label)], [Span(conflict.period)], list(_spaced(said, "; ")), [why]]

    def _said(self, figure: Figure) -> list[Span]:
        return [Span(figure.raw, face=theme.BOLD), *self.cites(self.edition.cited([figure.quote]))]

    def grid(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[Sequence[Span]]],
        shares: Sequence[float] = (0.35, 0.325, 0.2, 0.125),
        *,
        style: Type = theme.CELL,
        right: int | None = None,
    ) -> Grid:
        """A table of spans; the column `right` is set to the right."""
        heads = self._row([[Span(text)] for text in head], theme.HEAD_CELL, right)
        return Grid(heads, [self._row(row, style, right) for row in rows], shares)

    def _row(self, row: Sequence[Sequence[Span]], style: Type, right: int | None) -> list[Text]:
        return [Text(spans, style, self.fonts, right=at == right) for at, spans in enumerate(row)]


def _cite(number: int) -> Span:
    link = f"#source-{number}"
    return Span(f"[{number}]", colour=theme.ACCENT, scale=CITE, link=link, glued=True)


def chip(finding: Finding) -> list[Span]:
    """The verdict on a finding, quiet enough to read past."""
    tint = theme.VERDICTS[finding.verdict]
    words = f"{VERDICTS[finding.verdict]} \u00b7 {percent(finding.confidence)}".replace(
        " ", "\u00a0"
    )
    return [
        Span(GAP),
        Span(words, face=theme.BOLD, colour=tint.ink, scale=0.74, wash=tint.wash),
    ]


def _spans(parts: Iterable[Span | str]) -> list[Span]:
    return [Span(part) if isinstance(part, str) else part for part in parts]


def _spaced(groups: Sequence[list[Span]], between: str = " ") -> Iterator[Span]:
    """The groups one after the other with something between them."""
    for at, group in enumerate(groups):
        if at:
            yield Span(between)
        yield from group
