"""The tables and charts of a section: which figures it shows, and which of them compare."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from analysis.pipeline import periods
from analysis.pipeline.conflicts import age
from analysis.pipeline.figures import asked, name_of
from analysis.pipeline.plan import Depth
from analysis.pipeline.tokens import tokens
from analysis.types import Block, Conflict, Figure, FigureChart, FigureTable, Quote, SourceRef
from templates_app.types import Section

ENOUGH_ASKED = 0.34
FEWEST_POINTS, MOST_POINTS = 3, 12


class Series(NamedTuple):
    """Figures of one thing over periods of one length, newest first."""

    label: str
    name: str
    figures: tuple[Figure, ...]


class Exhibits:
    """Hands every figure out once: what one section shows, no later one repeats."""

    def __init__(
        self,
        figures: Sequence[Figure],
        quotes: Mapping[str, Quote],
        sources: Mapping[str, SourceRef],
        conflicts: Sequence[Conflict],
        depth: Depth,
    ) -> None:
        self.quotes, self.sources, self.depth = quotes, sources, depth
        self.told: list[Series] = []
        lesser = {key for one in conflicts for key in one.figures if key != one.preferred}
        self.series = self._series([figure for figure in figures if figure.key not in lesser])

    def of(self, section: Section, queries: Sequence[str]) -> list[Block]:
        """The table of what the section asks for, and charts of what compares over time."""
        chosen = self._chosen(queries)
        if not chosen:
            return []
        rows = [figure.key for series in chosen for figure in shown(series, self.depth.periods)]
        table = FigureTable(caption=section.title, figures=tuple(rows))
        charts = [chart(series) for series in chosen if is_chartable(series)]
        return [table, *charts[: self.depth.charts]]

    def _chosen(self, queries: Sequence[str]) -> list[Series]:
        """The series that are asked for most; of one thing the newest periods first."""
        wanted = [frozenset(tokens(query, "en")) for query in queries]
        scores = {series.name: asked(series.label, wanted) for series in self.series}
        known = [series for series in self.series if scores[series.name] >= ENOUGH_ASKED]
        turns: dict[str, int] = {}
        ranked = []
        for series in sorted(known, key=_first):
            turn = turns[series.name] = turns.get(series.name, 0) + 1
            ranked.append((turn, -scores[series.name], series))
        ranked.sort(key=lambda one: one[:2])
        chosen: list[Series] = []
        for _, _, series in ranked:
            if len(chosen) < self.depth.series and not is_told(series, [*self.told, *chosen]):
                chosen.append(series)
        self.told += chosen
        return chosen

    def _series(self, figures: Sequence[Figure]) -> list[Series]:
        """The figures by what they are of and by how long their periods are."""
        groups: dict[tuple[str, str, str, str, int], list[Figure]] = {}
        for figure in figures:
            subject = self._source(figure).subject
            name = (subject, name_of(figure.label), figure.unit, figure.currency)
            groups.setdefault((*name, length(figure)), []).append(figure)
        return [
            Series(members[0].label, "/".join(key[:4]), tuple(self._by_time(members)))
            for key, members in groups.items()
        ]

    def _by_time(self, members: Sequence[Figure]) -> list[Figure]:
        """One figure a period, that of the newest source; newest period first."""
        by_period: dict[str, Figure] = {}
        dated = [figure for figure in members if figure.period]
        newest = sorted(dated or members, key=lambda one: age(self._source(one)), reverse=True)
        for figure in newest:
            by_period.setdefault(figure.period, figure)
        return sorted(by_period.values(), key=order, reverse=True)

    def _source(self, figure: Figure) -> SourceRef:
        return self.sources[self.quotes[figure.quote].source]


def _first(series: Series) -> tuple[int, ...]:
    """What is newest comes first, and of two lengths of time the shorter."""
    newest = series.figures[0]
    return (*(-part for part in order(newest)), length(newest))


def is_told(series: Series, told: Sequence[Series]) -> bool:
    """Whether other series give all its values, where they speak of its time, by another name."""
    known = [one for other in told for one in other.figures]
    common = [one for one in series.figures if _speaks_of(known, one)]
    return bool(common) and all(any(_equals(one, other) for other in known) for one in common)


def _speaks_of(known: Sequence[Figure], figure: Figure) -> bool:
    """Whether figures tell of its period; one without a period may be of any."""
    return any(not figure.period or figure.period == other.period for other in known)


def _equals(one: Figure, other: Figure) -> bool:
    same_time = not one.period or one.period == other.period
    return same_time and (one.value, one.unit) == (other.value, other.unit)


def shown(series: Series, most: int) -> list[Figure]:
    """The newest figures, and with them the one of a year before the newest."""
    newest, *older = series.figures
    year = order(newest)[0] - 1
    before = [one for one in older if order(one)[0] == year and near(newest, one)]
    kept = [newest, *before[:1], *(one for one in older if one not in before[:1])][:most]
    return [one for one in series.figures if one in kept]


def near(one: Figure, other: Figure) -> bool:
    """Whether two periods end at the same time of the year, give or take a fortnight."""
    (_, month, day), (_, other_month, other_day) = order(one), order(other)
    return abs((month - other_month) * 30 + day - other_day) <= 14


def order(figure: Figure) -> tuple[int, int, int]:
    """Where its period stands in time."""
    period = periods.first(figure.period)
    return period.order if period else (0, 0, 0)


def length(figure: Figure) -> int:
    period = periods.first(figure.period)
    return (period.months or 0) if period else 0


def is_chartable(series: Series) -> bool:
    """Whether there are enough points in time, all named the same way."""
    dated = {order(figure) for figure in series.figures if figure.period}
    return len(dated) >= FEWEST_POINTS and len(dated) == len(series.figures)


def chart(series: Series) -> FigureChart:
    points = series.figures[:MOST_POINTS]
    keys = tuple(figure.key for figure in reversed(points))
    return FigureChart(caption=f"{series.label} over time", figures=keys)
