"""A number that no quote holds may follow from numbers that they do: then its formula is shown."""

from decimal import Decimal

import pytest

from analysis.pipeline.amounts import amounts
from analysis.pipeline.computed import formula, yearly_rate
from analysis.pipeline.verify import check
from analysis.types import Verdict

QUOTES = ["Revenue was $412.6 million.", "A year earlier revenue was $381.0 million."]


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Revenue grew by 8.3%.", "($412.6 million - $381.0 million) / $381.0 million"),
        ("Revenue grew by 8.5%.", ""),
        ("Revenue rose by $31.6 million.", "$412.6 million - $381.0 million"),
        ("Together revenue was $793.6 million.", "$412.6 million + $381.0 million"),
        ("Revenue was 8.3%.", ""),
        ("Revenue grew by 8.3 basis points.", ""),
    ],
)
def test_a_figure_follows_in_the_way_that_its_words_call_for(claim: str, text: str) -> None:
    [number] = amounts(claim)
    assert formula(number, claim, QUOTES).replace(" million.", " million") == text


def test_a_computed_claim_is_supported_and_shows_its_formula() -> None:
    checked = check("Revenue grew by 8.3% to $412.6 million.", QUOTES, "en")
    assert checked.verdict is Verdict.SUPPORTED
    assert any("8.3% is computed" in reason for reason in checked.reasons)


def test_among_many_numbers_nothing_is_computed() -> None:
    many = [f"Item {n} cost ${n * 7} million." for n in range(1, 30)]
    [number] = amounts("Costs grew by 50%.")
    assert formula(number, "Costs grew by 50%.", many) == ""


def test_nothing_is_divided_by_nothing() -> None:
    [number] = amounts("Costs grew by 50%.")
    assert formula(number, "Costs grew by 50%.", ["It was $0 million, then $5 million."]) == ""


def test_a_yearly_rate() -> None:
    first, last = amounts("from $100 million to $121 million")
    found = yearly_rate(first, last, 2)
    assert round(found.value, 6) == Decimal(10)
    assert found.text == "($121 million / $100 million) ^ (1 / 2) - 1"
