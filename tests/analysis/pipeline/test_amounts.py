from decimal import Decimal

import pytest

from analysis.pipeline.amounts import amounts, currency


def read(text: str) -> list[tuple[str, str, str, str]]:
    return [(one.raw, str(one.value), one.unit, one.currency) for one in amounts(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit", "money"),
    [
        ("$4.1 billion", "4100000000", "", "USD"),
        ("US$1,234.50", "1234.50", "", "USD"),
        ("EUR 2.3 bn. for the year", "2300000000", "", "EUR"),
        ("$381m", "381000000", "", "USD"),
        ("1.234,5 Mio. €", "1234500000", "", "EUR"),
        ("23.5亿元", "2350000000", "", "CNY"),
        ("٣٫٥ مليون", "3500000", "", ""),
        ("12.5 percent", "12.5", "%", ""),
        ("50 basis points", "50", "basis points", ""),
        ("(393)", "-393", "", ""),
        ("$ (265)", "-265", "", "USD"),
        ("(4)%", "-4", "%", ""),
        ("\u22123.2%", "-3.2", "%", ""),
        ("100 dollars", "100", "", "USD"),
        ("1,000,000 people", "1000000", "", ""),
    ],
)
def test_a_printed_number_is_read_in_plain_units(
    text: str, value: str, unit: str, money: str
) -> None:
    [found] = amounts(text)

    assert (str(found.value), found.unit, found.currency) == (value, unit, money)


@pytest.mark.parametrize("text", ["Form 10-Q", "the M2 chip", "COVID-19", "5G", "7nm", "v2.0"])
def test_a_number_that_is_part_of_a_name_is_none(text: str) -> None:
    assert read(text) == []


def test_a_bracket_around_a_phrase_is_no_minus() -> None:
    assert read("grew (by 5%) and (12% of sales)") == [
        ("5%", "5", "%", ""),
        ("12%", "12", "%", ""),
    ]


def test_offsets_bound_the_printed_form() -> None:
    text = "Revenue rose to $412.6 million (from $381m)."

    assert [text[one.start : one.end] for one in amounts(text)] == ["$412.6 million", "$381m"]


def test_numbers_agree_at_the_coarser_of_their_precisions() -> None:
    coarse, fine, other = amounts("$117.2 billion; $117,154 million; $117,254 million")

    assert coarse.agrees(fine)
    assert not coarse.agrees(other)
    assert not fine.agrees(other)


def test_the_step_is_the_worth_of_the_last_digit() -> None:
    [found] = amounts("$412.6 million")

    assert found.step == Decimal(100_000)


def test_a_currency_is_known_by_sign_code_and_name() -> None:
    assert [currency(one) for one in ("€", "usd", "RMB", "euros", "stones")] == [
        "EUR",
        "USD",
        "CNY",
        "EUR",
        "",
    ]
