import pytest

from analysis.pipeline.scale import Scale, measure, scale


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("(in\nmillions):", Scale(6, 6)),
        ("($ in millions)", Scale(6, 6, "USD")),
        ("net sales in millions of dollars", Scale(6, 6, "USD")),
        ("(In millions, except per share data)", Scale(6, 6)),
        ("(In millions, except number of shares and per share amounts)", Scale(6, 0)),
        ("(In millions, except shares which are reflected in thousands)", Scale(6, 3)),
        ("Revenue (USD m)", Scale(6, None, "USD")),
        ("(€bn)", Scale(9, None, "EUR")),
        ("Revenue (EUR)", Scale(0, None, "EUR")),
        ("Net sales by region", Scale()),
    ],
)
def test_a_caption_says_how_numbers_are_printed(caption: str, expected: Scale) -> None:
    assert scale(caption) == expected


def test_a_table_of_shares_of_a_whole_says_of_what() -> None:
    found = scale("certain items expressed as a percentage of revenue.")

    assert (found.percent, found.whole) == (True, "revenue")


class TestMeasure:
    stated = Scale(6, 3)

    def test_money_has_the_scale_of_the_table_and_its_currency(self) -> None:
        how = measure(self.stated, "Total net sales", "81,797", "USD")

        assert how is not None
        assert (how.power, how.unit, how.currency) == (6, "", "USD")

    def test_an_amount_per_share_is_as_printed(self) -> None:
        how = measure(self.stated, "Earnings per share: Diluted", "$ 1.26", "USD")

        assert how is not None
        assert (how.power, how.currency) == (0, "USD")

    def test_shares_have_a_scale_of_their_own(self) -> None:
        how = measure(
            self.stated, "Shares used in computing earnings per share", "15,775,021", "USD"
        )

        assert how is not None
        assert (how.power, how.unit, how.currency) == (3, "shares", "")

    def test_a_percentage_has_no_scale(self) -> None:
        how = measure(self.stated, "Effective tax rate", "12.5 %", "USD")

        assert how is not None
        assert (how.power, how.unit) == (0, "%")

    @pytest.mark.parametrize(
        ("stated", "label"),
        [(Scale(), "Total net sales"), (Scale(6, 6), "Effective tax rate")],
    )
    def test_what_the_table_leaves_open_is_not_guessed(self, stated: Scale, label: str) -> None:
        assert measure(stated, label, "12,345", "USD") is None
