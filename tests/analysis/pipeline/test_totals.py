from decimal import Decimal
from typing import Any

import pytest

from analysis.pipeline import totals
from analysis.types import Derivation, Derived, Figure
from tests.analysis.pipeline.test_derived import figure

ENDS = ("July 1, 2023", "April 1, 2023", "December 31, 2022", "September 24, 2022")
SALES = ("81,797", "94,836", "117,154", "90,146")


def quarters(label: str = "Total net sales", **facts: Any) -> list[Figure]:
    """Four quarters in a row in millions of USD, newest first."""
    return [
        figure(label, f"Quarter ended {end}", raw, **facts)
        for end, raw in zip(ENDS, SALES, strict=True)
    ]


def total(figures: list[Figure], *known: Figure) -> list[Derived]:
    return list(totals.year(figures, known))


def test_four_quarters_of_sales_in_a_row_are_added_and_named() -> None:
    [found] = total(quarters())

    assert (found.kind, found.raw) == (Derivation.TOTAL, "USD 383,933 million")
    assert found.value == Decimal(383_933_000_000)
    assert found.formula == "90,146 + 117,154 + 94,836 + 81,797"
    assert found.period == "Quarter ended September 24, 2022 to Quarter ended July 1, 2023"
    assert len(found.operands) == 4


def test_decimals_and_scale_are_those_of_what_is_added() -> None:
    billions = [
        figure("Revenue", f"Q{number} 2023", "1").model_copy(
            update={"raw": f"${printed} billion", "value": Decimal(printed) * 10**9}
        )
        for number, printed in ((4, "4.1"), (3, "3.9"), (2, "3.5"), (1, "3.2"))
    ]
    assert [one.raw for one in total(billions)] == ["USD 14.7 billion"]


@pytest.mark.parametrize("label", ["Total assets", "Cash and cash equivalents", "Employees"])
def test_what_is_there_at_the_end_of_a_quarter_is_not_added(label: str) -> None:
    assert total(quarters(label)) == []


def test_three_quarters_or_a_missing_one_make_no_year() -> None:
    older = figure("Total net sales", "Quarter ended June 25, 2022", "82,959")
    assert total(quarters()[:3]) == []
    assert total([*quarters()[:3], older]) == []


def test_longer_periods_and_other_names_of_periods_are_not_mixed_in() -> None:
    nine_months = figure("Total net sales", "Nine months ended September 24, 2022", "304,182")
    fiscal = figure("Total net sales", "Q3 FY2022", "90,146")
    assert total([*quarters()[:3], nine_months]) == []
    assert total([*quarters()[:3], fiscal]) == []


def test_figures_printed_in_another_scale_are_not_mixed_in() -> None:
    rough = quarters()[3].model_copy(update={"raw": "$90.1 billion", "value": Decimal("90.1e9")})
    assert total([*quarters()[:3], rough]) == []


def test_a_year_that_a_source_tells_is_not_computed() -> None:
    told = figure("Total net sales", "Year ended July 1, 2023", "383,933")
    before = figure("Total net sales", "Year ended June 25, 2022", "387,542")
    assert total(quarters(), told) == []
    assert len(total(quarters(), before)) == 1
