from decimal import Decimal
from typing import Any

from analysis.pipeline.exhibits import Exhibits
from analysis.pipeline.plan import DEPTHS
from analysis.types import Conflict, Figure, FigureChart, FigureTable, Quote, SourceRef
from templates_app.types import SectionKind
from tests.analysis.pipeline.desk import Desk, day, section

FIGURES = section("figures", SectionKind.KEY_FIGURES, title="Key figures")
QUARTERS = ("July 1, 2023", "April 1, 2023", "December 31, 2022", "June 25, 2022")


def source(name: str = "a.pdf", **facts: Any) -> SourceRef:
    desk = Desk()
    desk.add(name, name, **{"subject": "apple", **facts})
    found = desk.documents[name]
    assert isinstance(found, tuple)
    return found[0]


def figure(label: str, period: str, value: int, where: SourceRef) -> Figure:
    return Figure(
        key=f"{label}/{period}/{where.name}",
        label=label,
        value=Decimal(value),
        raw=str(value),
        currency="USD",
        period=period,
        quote=f"q/{label}/{period}/{where.name}",
    )


def exhibits(
    *pairs: tuple[Figure, SourceRef], conflicts: tuple[Conflict, ...] = (), depth: str = "detailed"
) -> Exhibits:
    quotes = {
        one.quote: Quote(key=one.quote, source=where.key, page=1, start=0, end=1, text="x")
        for one, where in pairs
    }
    sources = {where.key: where for _, where in pairs}
    return Exhibits([one for one, _ in pairs], quotes, sources, conflicts, DEPTHS[depth])


def quarters(label: str, where: SourceRef) -> list[tuple[Figure, SourceRef]]:
    return [
        (figure(label, f"Quarter ended {end}", 100 + at, where), where)
        for at, end in enumerate(QUARTERS)
    ]


A = source()


def test_the_newest_periods_stand_beside_the_same_of_a_year_before() -> None:
    [table, _] = exhibits(*quarters("Net sales", A)).of(FIGURES, ["net sales"])

    assert isinstance(table, FigureTable)
    assert [key.split("/")[1] for key in table.figures] == [
        "Quarter ended July 1, 2023",
        "Quarter ended April 1, 2023",
        "Quarter ended June 25, 2022",
    ]


def test_what_compares_over_time_is_a_chart_in_order_of_time() -> None:
    [_, chart] = exhibits(*quarters("Net sales", A)).of(FIGURES, ["net sales"])

    assert isinstance(chart, FigureChart)
    assert [key.split("/")[1].removeprefix("Quarter ended ") for key in chart.figures] == list(
        reversed(QUARTERS)
    )


def test_two_points_are_no_chart() -> None:
    blocks = exhibits(*quarters("Net sales", A)[:2]).of(FIGURES, ["net sales"])

    assert [block.kind for block in blocks] == ["figures"]


def test_quarters_and_years_are_not_drawn_in_one_line() -> None:
    pairs = [
        *quarters("Net sales", A)[:2],
        (figure("Net sales", "Year ended September 24, 2022", 400, A), A),
    ]
    blocks = exhibits(*pairs).of(FIGURES, ["net sales"])

    assert [block.kind for block in blocks] == ["figures"]


def test_only_what_is_asked_for_is_shown() -> None:
    pairs = [*quarters("Net sales", A), *quarters("Inventories", A)]
    table = exhibits(*pairs).of(FIGURES, ["net sales"])[0]

    assert isinstance(table, FigureTable)
    assert all(key.startswith("Net sales") for key in table.figures)
    assert exhibits(*pairs).of(FIGURES, ["patients"]) == []


def test_no_figure_is_shown_in_two_sections() -> None:
    shared = exhibits(*quarters("Net sales", A))

    assert shared.of(FIGURES, ["net sales"])
    assert shared.of(FIGURES, ["net sales"]) == []


def test_the_same_values_by_another_name_are_not_repeated() -> None:
    pairs = [*quarters("Net sales", A), *quarters("Disclosure: Net sales", A)]
    table = exhibits(*pairs).of(FIGURES, ["net sales"])[0]

    assert isinstance(table, FigureTable)
    assert len(table.figures) == 3


def test_of_two_sources_the_newest_tells_a_period() -> None:
    new = source("new.pdf", published_on=day("2024-01-01"))
    period = "Quarter ended July 1, 2023"
    pairs = [(figure("Net sales", period, 100, where), where) for where in (A, new)]
    [table] = exhibits(*pairs).of(FIGURES, ["net sales"])

    assert isinstance(table, FigureTable)
    assert [key.split("/")[2] for key in table.figures] == ["new.pdf"]


def test_the_lesser_figure_of_a_conflict_is_not_in_the_table() -> None:
    one, other = quarters("Net sales", A)[:2]
    conflict = Conflict(
        label="Net sales",
        period="x",
        figures=(one[0].key, other[0].key),
        preferred=one[0].key,
        reason="newer",
    )
    [table] = exhibits(one, other, conflicts=(conflict,)).of(FIGURES, ["net sales"])

    assert isinstance(table, FigureTable)
    assert table.figures == (one[0].key,)


def test_two_subjects_are_two_series() -> None:
    other = source("b.pdf", subject="nvidia")
    pairs = [*quarters("Net sales", A)[:2], *quarters("Net sales", other)[2:]]

    assert [block.kind for block in exhibits(*pairs).of(FIGURES, ["net sales"])] == ["figures"]
