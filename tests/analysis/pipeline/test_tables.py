from analysis.pipeline.tables import printed_rows

STATEMENT = """CONDENSED STATEMENTS OF OPERATIONS (Unaudited)
(In millions, except number of shares which are reflected in thousands and per share amounts)
Three Months Ended Nine Months Ended
July 1,
2023
June 25,
2022
July 1,
2023
June 25,
2022
Net sales:
Products $ 60,584 $ 63,355 $ 230,901 $ 245,241
Total net sales 81,797 82,959 293,787 304,182
Other income/(expense), net (265) (10) (594) (97)
Earnings per share:
Diluted $ 1.26 $ 1.20 $ 4.67 $ 4.82
Weighted average shares used in computation:
Diluted 15,775,021 16,262,203 15,859,263 16,394,937
Dividends declared per share $ 0.24 $ 0.23 $ 0.70 $ 0.67
Operating expenses:
Acquisition termination cost \u2014 \u2014 \u2014 1,353
"""


def read(text: str) -> dict[tuple[str, str], str]:
    return {
        (one.label, one.period.label if one.period else ""): f"{one.value} {one.currency}{one.unit}"
        for one in printed_rows(text)
    }


class TestAStatement:
    rows = read(STATEMENT)

    def test_a_number_stands_under_its_period(self) -> None:
        assert self.rows["Total net sales", "Quarter ended July 1, 2023"] == "81797000000 USD"
        assert self.rows["Total net sales", "Nine months ended June 25, 2022"] == "304182000000 USD"

    def test_a_short_label_is_told_with_its_group(self) -> None:
        assert self.rows["Net sales: Products", "Quarter ended July 1, 2023"] == "60584000000 USD"
        assert self.rows["Earnings per share: Diluted", "Quarter ended June 25, 2022"] == "1.20 USD"

    def test_each_kind_of_number_has_its_own_scale(self) -> None:
        group, quarter = "Weighted average shares used in computation", "Quarter ended July 1, 2023"
        assert self.rows[f"{group}: Diluted", quarter] == "15775021000 shares"
        assert self.rows[f"{group}: Dividends declared per share", quarter] == "0.24 USD"

    def test_brackets_are_a_minus(self) -> None:
        label = "Other income/(expense), net"
        assert self.rows[label, "Quarter ended July 1, 2023"] == "-265000000 USD"

    def test_a_dash_is_no_figure_and_moves_none(self) -> None:
        found = {key: value for key, value in self.rows.items() if "termination" in key[0]}
        assert list(found.values()) == ["1353000000 USD"]
        assert next(iter(found))[1] == "Nine months ended June 25, 2022"

    def test_the_quote_of_a_figure_is_its_whole_row(self) -> None:
        mark = next(one for one in printed_rows(STATEMENT) if one.label == "Total net sales")
        row = "Total net sales 81,797 82,959 293,787 304,182"
        assert STATEMENT[mark.start : mark.end] == row


def test_days_and_years_on_lines_of_their_own_are_joined() -> None:
    rows = read(
        "(In millions)\nThree Months Ended Nine Months Ended\n"
        "October 29, October 30, October 29, October 30,\n2023 2022 2023 2022\n"
        "Revenue $ 18,120 $ 5,931 $ 38,819 $ 20,923\n"
    )
    assert rows["Revenue", "Quarter ended October 30, 2022"] == "5931000000 USD"
    assert rows["Revenue", "Nine months ended October 29, 2023"] == "38819000000 USD"


def test_columns_of_changes_hold_no_figures_of_their_own() -> None:
    rows = read(
        "(dollars in millions):\nThree Months Ended\nJuly 1,\n2023\nJune 25,\n2022 Change\n"
        "Europe 20,205 19,287 5 %\n"
    )
    assert rows == {
        ("Europe", "Quarter ended July 1, 2023"): "20205000000 USD",
        ("Europe", "Quarter ended June 25, 2022"): "19287000000 USD",
    }


def test_heads_may_stand_beside_a_name() -> None:
    rows = read(
        "in millions of dollars\n\nFigure Quarter ended July 1, 2023 Quarter ended June 25, 2022\n"
        "Net income 19,881 19,442\n"
    )
    assert rows["Net income", "Quarter ended June 25, 2022"] == "19442000000 USD"


def test_shares_of_revenue_are_named_as_such() -> None:
    rows = read(
        "items expressed as a\npercentage of revenue.\nThree Months Ended\nJuly 1,\n2023\nJune 25,"
        "\n2022\nGross profit 74.0 53.6\n"
    )
    label = "Gross profit (% of revenue)"
    assert rows == {
        (label, "Quarter ended July 1, 2023"): "74.0 %",
        (label, "Quarter ended June 25, 2022"): "53.6 %",
    }


def test_a_label_broken_over_two_lines_is_one() -> None:
    text = (
        "(In millions)\nThree Months Ended\nJuly 1,\n2023\nJune 25,\n2022\n"
        "Adjustments for net gains realized and included in net\nincome 65 (9)\n"
        "iPhone 39,669 40,665\n"
    )
    labels = {one.label: text[one.start : one.end] for one in printed_rows(text)}

    assert labels["Adjustments for net gains realized and included in net income"].endswith(
        "65 (9)"
    )
    assert labels["iPhone"] == "iPhone 39,669 40,665"


def test_an_amount_per_share_without_decimals_is_left_open() -> None:
    rows = read(
        "(In millions, except per share amounts)\nThree Months Ended\nJuly 1,\n2023\nJune 25,\n2022"
        "\nEarnings per share:\nBasic $ 1.27 $ 1.20\nTermination cost 1,353 1,200\n"
    )
    assert {label for label, _ in rows} == {"Earnings per share: Basic"}


def test_a_row_that_does_not_fit_its_columns_gives_no_figure() -> None:
    assert not read(
        "(In millions)\nThree Months Ended\nJuly 1,\n2023\nJune 25,\n2022\nNotes 1 2 3\n"
    )


def test_money_without_a_stated_scale_gives_no_figure() -> None:
    assert not read("Three Months Ended\nJuly 1,\n2023\nJune 25,\n2022\nRevenue 412 381\n")


def test_dates_in_a_sentence_above_are_no_columns() -> None:
    assert not read(
        "Net sales for the periods ended July 1, 2023 and June 25, 2022 (in millions) were:\n"
        "Revenue 412 381\n"
    )
