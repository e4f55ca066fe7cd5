"""What a figure comes to is said where its source does not say it beside the number."""

from decimal import Decimal

import pytest

from analysis.types import Figure
from reports.renderers.amounts import meaning, scale_of, unit_of
from tests.reports.drafts import make_figure


def figures(*values: str, **changes: str) -> list[Figure]:
    return [
        make_figure(f"n-{at}", value, value, str(2020 + at), "q-1", **changes)
        for at, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        (["3300000000", "4100000000"], "USD billion"),
        (["950000", "12"], "USD thousand"),
        (["-7000000"], "USD million"),
        (["12.5"], "USD"),
    ],
)
def test_its_unit_fits_the_largest_value(values, unit):
    assert unit_of(figures(*values)) == unit


def test_a_share_is_counted_as_it_is():
    shares = figures("9.6", "11.8", currency="", unit="%")
    assert scale_of(shares) == (Decimal(1), "")
    assert unit_of(shares) == "%"


@pytest.mark.parametrize(
    ("raw", "value", "said"),
    [
        ("$ 2,043", "2043000000", "USD 2.04 billion"),
        ("(601)", "-601000000", "USD -601 million"),
        ("1,234", "1234000000000000", "USD 1,234 trillion"),
        ("12.5", "12500", "USD 12.5 thousand"),
        ("$4.1 billion", "4100000000", ""),
        ("$0.82", "0.82", ""),
        ("2,043", "2043", ""),
        ("n/a", "7", ""),
    ],
)
def test_a_number_out_of_a_table_in_millions_says_what_it_means(raw, value, said):
    assert meaning(make_figure("n-1", raw, value, "2025", "q-1")) == said
