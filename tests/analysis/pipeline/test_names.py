"""Who, and when: names and periods come from the quotes, or from what the sources are called."""

import pytest

from analysis.pipeline.names import other_period, unknown_code, unknown_name

SAID = "In the third quarter the plant in Lyon delivered 40 pumps to Northwind Foods in March."


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("The plant in Lyon delivered pumps.", ""),
        ("Pumps went to Northwind Foods.", ""),
        ("Pumps went to Southwind Foods.", "Southwind Foods"),
        ("The plant in Berlin delivered pumps.", "Berlin"),
        ("Deliveries by Apple reached Lyon.", ""),
    ],
)
def test_a_name_stands_in_the_quotes_or_in_the_names_of_the_sources(claim: str, name: str) -> None:
    assert unknown_name(claim, SAID, "Apple Inc., quarterly report") == name


@pytest.mark.parametrize(
    ("claim", "period"),
    [
        ("In Q3 pumps were delivered.", ""),
        ("In the fourth quarter pumps were delivered.", "quarter 4"),
        ("Pumps were delivered in March.", ""),
        ("Pumps were delivered in April.", "April"),
    ],
)
def test_a_quarter_and_a_month_are_those_of_the_quotes(claim: str, period: str) -> None:
    assert other_period(claim, SAID) == period


def test_a_claim_may_name_a_period_where_its_quotes_name_none() -> None:
    assert other_period("In the fourth quarter pumps were sold.", "Pumps were sold.") == ""


def test_a_code_with_digits_is_not_changed() -> None:
    said = "The 53-week year began with form 10-Q and the virus 2019-nCoV in Q3."
    assert unknown_code("The virus 2019-nCoV came in Q3 of a 53-week year.", said) == ""
    assert unknown_code("The virus 2020-nCoV came.", said) == "2020-nCoV"
