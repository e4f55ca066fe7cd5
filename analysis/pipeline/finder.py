"""Finds the figures of the sources in table rows and sentences. Runs in a child process."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from analysis.pipeline import keys
from analysis.pipeline.cells import celled_rows
from analysis.pipeline.figures import FiguresFound, Sheet, asked, name_of, own_label
from analysis.pipeline.marks import Mark
from analysis.pipeline.sentences import sentence_spans
from analysis.pipeline.statements import stated
from analysis.pipeline.tables import printed_rows
from analysis.pipeline.tokens import tokens
from analysis.types import Figure, Page, Passage, Quote, SourceRef

MOST_LABELS, MOST_PERIODS = 50, 16
SHORTEST_MATCH = 0.34


class Seen(NamedTuple):
    """A mark and where it stands."""

    mark: Mark
    source: SourceRef
    page: Page


class Finder:
    """Lives in a child process: reads figures off pages."""

    def __init__(self, run: UUID) -> None:
        self.run = run

    def find(self, sheets: Sequence[Sheet], queries: Sequence[str]) -> FiguresFound:
        """The figures that the queries ask for, those asked for most first."""
        seen = [one for sheet in sheets for one in _on(sheet)]
        told = clear(seen)
        return self._told([*chosen(told, queries), *disputed(told)])

    def _told(self, seen: Iterable[Seen]) -> FiguresFound:
        quotes: dict[str, Quote] = {}
        figures: dict[str, Figure] = {}
        for one in seen:
            quote = self._quote(one)
            quotes.setdefault(quote.key, quote)
            figure = self._figure(one, quote)
            figures.setdefault(figure.key, figure)
        return FiguresFound(figures=tuple(figures.values()), quotes=tuple(quotes.values()))

    def _quote(self, one: Seen) -> Quote:
        mark, page = one.mark, one.page
        return Quote(
            key=keys.quote(self.run, one.source.sha256, page.number, mark.start, mark.end),
            source=one.source.key,
            page=page.number,
            start=mark.start,
            end=mark.end,
            text=page.text[mark.start : mark.end],
        )

    def _figure(self, one: Seen, quote: Quote) -> Figure:
        mark = one.mark
        period = mark.period.label if mark.period else ""
        return Figure(
            key=keys.key("n", self.run, quote.key, mark.label, period, mark.raw),
            label=mark.label,
            value=mark.value,
            raw=mark.raw,
            unit=mark.unit,
            currency=mark.currency,
            period=period,
            as_of=mark.period.end if mark.period else one.source.as_of,
            quote=quote.key,
        )


def _on(sheet: Sheet) -> Iterator[Seen]:
    """The marks of a sheet: rows of its pages first, then sentences of its passages."""
    pages = {page.number: page for page in sheet.pages}
    for page in sheet.pages:
        for mark in (*printed_rows(page.text), *celled_rows(page.text)):
            yield _seen(mark, sheet.source, page)
    for passage in sheet.prose:
        for mark in _sentences(passage):
            yield _seen(mark, sheet.source, pages[passage.page])


def _seen(mark: Mark, source: SourceRef, page: Page) -> Seen:
    return Seen(mark._replace(label=own_label(mark.label, source.subject)), source, page)


def _sentences(passage: Passage) -> Iterator[Mark]:
    for start, end in sentence_spans(passage.text, passage.language):
        for mark in stated(" ".join(passage.text[start:end].split())):
            yield mark._replace(start=passage.start + start, end=passage.start + end)


def clear(seen: Sequence[Seen]) -> list[Seen]:
    """One figure for each name and period of a source; none where the source gives two values.

    The same figure stands in many places of a report: the first place speaks for all.
    """
    groups: dict[tuple[str, ...], list[Seen]] = {}
    for one in seen:
        groups.setdefault(_identity(one), []).append(one)
    return [members[0] for members in groups.values() if _is_one_value(members)]


def _identity(one: Seen) -> tuple[str, ...]:
    mark = one.mark
    period = mark.period.label if mark.period else ""
    return (one.source.key, name_of(mark.label), period, mark.unit, mark.currency)


def _is_one_value(members: Sequence[Seen]) -> bool:
    first = members[0].mark
    return all(
        abs(one.mark.value - first.value) <= max(one.mark.step, first.step) / Decimal(2)
        or one.mark.value == first.value
        for one in members[1:]
    )


def chosen(seen: Sequence[Seen], queries: Sequence[str]) -> list[Seen]:
    """The figures by how well their names answer a query, then by how often they are told."""
    groups: dict[str, list[Seen]] = {}
    for one in seen:
        groups.setdefault(name_of(one.mark.label), []).append(one)
    wanted = [frozenset(tokens(query, "en")) for query in queries]
    scored = [(asked(members[0].mark.label, wanted), name) for name, members in groups.items()]
    best = sorted(
        ((score, name) for score, name in scored if score >= SHORTEST_MATCH),
        key=lambda pair: (-pair[0], -len(groups[pair[1]]), pair[1]),
    )
    return [one for _, name in best[:MOST_LABELS] for one in _newest(groups[name])]


def disputed(seen: Sequence[Seen]) -> list[Seen]:
    """Figures that two sources of one subject give differently, whether asked for or not."""
    groups: dict[tuple[str, ...], list[Seen]] = {}
    for one in seen:
        if one.mark.period:
            groups.setdefault((one.source.subject, *_identity(one)[1:]), []).append(one)
    return [one for members in groups.values() if not _is_one_value(members) for one in members]


def _newest(members: Sequence[Seen]) -> list[Seen]:
    """The newest periods of a name, all sources of each."""
    by_period: dict[str, list[Seen]] = {}
    for one in members:
        by_period.setdefault(one.mark.period.label if one.mark.period else "", []).append(one)
    order = sorted(by_period, key=lambda label: (_order(by_period[label][0]), label), reverse=True)
    return [one for label in order[:MOST_PERIODS] for one in by_period[label]]


def _order(one: Seen) -> tuple[int, int, int]:
    return one.mark.period.order if one.mark.period else (0, 0, 0)
