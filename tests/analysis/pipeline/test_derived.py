from decimal import Decimal
from typing import Any

from analysis.pipeline import derived
from analysis.types import Derivation, Derived, Figure, Quote

Q3, BEFORE = "Quarter ended July 1, 2023", "Quarter ended June 25, 2022"


def figure(label: str, period: str, raw: str, source: str = "a", **facts: Any) -> Figure:
    """A figure in USD as a table in millions prints it, of one source or another."""
    value = Decimal(raw.replace(",", "")) * 10**6
    given = {"currency": "USD", "quote": f"{source}/{label}/{period}", **facts}
    return Figure(
        key=f"{label}/{period}/{source}", label=label, value=value, raw=raw, period=period, **given
    )


def computed(*figures: Figure, disputed: tuple[str, ...] = ()) -> tuple[Derived, ...]:
    quotes = {
        one.quote: Quote(
            key=one.quote, source=one.quote.split("/")[0], page=1, start=0, end=1, text="x"
        )
        for one in figures
    }
    table = derived.table(figures, quotes, disputed)
    return table.figures if table else ()


SALES = figure("Total net sales", Q3, "81,797"), figure("Total net sales", BEFORE, "82,959")


class TestAChange:
    def test_is_against_the_same_time_of_the_year_before(self) -> None:
        between = figure("Total net sales", "Quarter ended April 1, 2023", "94,836")
        [change] = computed(SALES[0], between, SALES[1])

        assert (change.kind, change.raw, change.period) == (Derivation.CHANGE, "-1.4%", Q3)
        assert change.formula == "(81,797 - 82,959) / 82,959"
        assert change.operands == (SALES[0].key, SALES[1].key)

    def test_is_not_told_between_two_sources(self) -> None:
        assert computed(SALES[0], figure("Total net sales", BEFORE, "82,959", "b")) == ()

    def test_is_not_told_of_a_figure_that_is_disputed(self) -> None:
        assert computed(*SALES, disputed=(SALES[1].key,)) == ()

    def test_is_not_told_between_a_quarter_and_nine_months(self) -> None:
        longer = figure("Total net sales", "Nine months ended June 25, 2022", "304,182")
        assert computed(SALES[0], longer) == ()

    def test_is_not_told_between_two_currencies(self) -> None:
        euros = figure("Total net sales", BEFORE, "82,959", currency="EUR")
        assert computed(SALES[0], euros) == ()

    def test_is_not_told_of_what_was_negative(self) -> None:
        lost = figure("Net income", BEFORE, "-120")
        assert computed(figure("Net income", Q3, "80"), lost) == ()

    def test_is_not_told_of_what_grew_beyond_belief(self) -> None:
        assert computed(figure("Sales", Q3, "9,243"), figure("Sales", BEFORE, "680")) == ()

    def test_has_no_decimals_that_rounded_operands_do_not_give(self) -> None:
        [change] = computed(figure("Sales", Q3, "413"), figure("Sales", BEFORE, "381"))
        assert change.raw == "+8%"

    def test_is_not_told_where_rounding_may_move_it_by_more(self) -> None:
        assert computed(figure("Sales", Q3, "41"), figure("Sales", BEFORE, "38")) == ()

    def test_is_not_told_of_what_a_period_began_with(self) -> None:
        label = "Cash, beginning balances"
        assert computed(figure(label, Q3, "24,977"), figure(label, BEFORE, "35,929")) == ()

    def test_is_not_told_beside_the_same_percentage_of_the_source(self) -> None:
        told = figure("Change in sales", Q3, "0", unit="%", currency="")
        [again] = [told.model_copy(update={"value": Decimal("-1"), "raw": "(1)%"})]
        assert computed(*SALES, again) == ()


class TestAMargin:
    def test_is_the_share_of_a_known_part_in_the_sales_of_its_time(self) -> None:
        [margin] = computed(SALES[0], figure("Operating income", Q3, "22,998"))

        assert (margin.kind, margin.raw) == (Derivation.SHARE, "28.1%")
        assert margin.label == "Operating margin (Operating income / Total net sales)"
        assert margin.formula == "22,998 / 81,797"

    def test_is_not_told_of_another_time_or_source(self) -> None:
        assert computed(SALES[0], figure("Operating income", BEFORE, "23,076")) == ()
        assert computed(SALES[0], figure("Operating income", Q3, "22,998", "b")) == ()

    def test_is_not_told_of_an_account_that_may_be_anything(self) -> None:
        assert computed(SALES[0], figure("iPhone: net sales", Q3, "39,669")) == ()


class TestYearlyGrowth:
    def test_is_compounded_over_the_years_between_the_first_and_the_last(self) -> None:
        yearly = [figure("Revenue", str(year), raw) for year, raw in
                  ((2023, "1,331"), (2022, "1,260"), (2020, "1,000"))]  # fmt: skip
        *_, growth = computed(*yearly)

        assert (growth.kind, growth.raw, growth.period) == (
            Derivation.CAGR,
            "+10.0%",
            "2020 to 2023",
        )
        assert growth.formula == "(1,331 / 1,000) ^ (1 / 3) - 1"

    def test_is_not_told_of_quarters(self) -> None:
        early = figure("Total net sales", "Quarter ended June 27, 2020", "59,685")
        kinds = [one.kind for one in computed(*SALES, early)]
        assert kinds == [Derivation.CHANGE]


def rate(label: str, period: str, raw: str) -> Figure:
    value = Decimal(raw.strip("%"))
    found = figure(label, period, "0", currency="", unit="%")
    return found.model_copy(update={"value": value, "raw": raw})


class TestPercentagePoints:
    def test_are_between_a_rate_and_that_of_a_year_before(self) -> None:
        [points] = computed(
            rate("Gross margin", Q3, "44.5%"), rate("Gross margin", BEFORE, "43.3%")
        )

        assert (points.kind, points.raw) == (Derivation.POINTS, "+1.2 percentage points")
        assert points.formula == "44.5% - 43.3%"
        assert points.label == "Gross margin, change on the year before"

    def test_are_not_told_of_what_is_a_change_by_itself(self) -> None:
        for label in ("Sales growth rate", "Change in share", "Effective percentage"):
            assert computed(rate(label, Q3, "44.5%"), rate(label, BEFORE, "43.3%")) == ()

    def test_are_not_told_where_they_may_be_rounding(self) -> None:
        assert computed(rate("Share", Q3, "44.4%"), rate("Share", BEFORE, "44.3%")) == ()


def test_there_are_few_of_them() -> None:
    many = [
        figure(f"Sales of {name}", period, raw)
        for name in ["bread", "wine", "oil", "salt", "wool", "iron", "coal"]
        for period, raw in ((Q3, "20,000"), (BEFORE, "19,000"))
    ]
    assert len(computed(*many)) == derived.MOST
