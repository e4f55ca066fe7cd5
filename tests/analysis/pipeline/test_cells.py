from analysis.pipeline.cells import celled_rows


def read(text: str) -> list[tuple[str, str, str]]:
    return [
        (one.label, one.period.label if one.period else "", f"{one.value} {one.currency}{one.unit}")
        for one in celled_rows(text)
    ]


def test_columns_may_be_periods() -> None:
    assert read(
        "Table 1. Net sales, in millions of dollars\n\n"
        "| Figure | Quarter ended July 1, 2023 | Quarter ended June 25, 2022 | Change |\n"
        "| --- | --- | --- | --- |\n"
        "| iPad | 5,791 | 7,224 | (20)% |\n| Margin | 44.5% | 43.3% | |\n"
    ) == [
        ("iPad", "Quarter ended July 1, 2023", "5791000000 USD"),
        ("iPad", "Quarter ended June 25, 2022", "7224000000 USD"),
        ("Margin", "Quarter ended July 1, 2023", "44.5 %"),
        ("Margin", "Quarter ended June 25, 2022", "43.3 %"),
    ]


def test_rows_may_be_periods_whose_length_stands_in_the_head() -> None:
    assert read("Quarter ended\tRevenue (USD m)\tMargin (%)\nJuly 1, 2023\t412.6\t31.2\n") == [
        ("Revenue", "Quarter ended July 1, 2023", "412600000 USD"),
        ("Margin", "Quarter ended July 1, 2023", "31.2 %"),
    ]


def test_rows_may_be_things_with_a_column_of_time() -> None:
    text = (
        "period_end\tcategory\tnet_sales_usd_millions\tsource\n"
        "2023-07-01\tiPad\t5791\tForm 10-Q\n2023-07-01\tMac\t6840\tForm 10-Q\n"
    )
    assert read(text) == [
        ("iPad: net sales", "July 1, 2023", "5791000000 USD"),
        ("Mac: net sales", "July 1, 2023", "6840000000 USD"),
    ]


def test_without_any_word_on_its_scale_a_sheet_is_read_as_printed() -> None:
    assert read("Country\tPopulation\nFrance\t68,000,000\nPoland\t37,600,000\n") == [
        ("France: Population", "", "68000000 "),
        ("Poland: Population", "", "37600000 "),
    ]


def test_a_scale_stated_earlier_on_the_page_leaves_later_tables_open() -> None:
    text = "Net sales (in millions) fell.\n\nNote 2\n\nCountry\tSales\nFrance\t68\nPoland\t37\n"

    assert read(text) == []


def test_the_quote_is_the_row() -> None:
    text = "Quarter\tRevenue (USD m)\nQ1 2024\t412.6\n"
    [mark] = celled_rows(text)

    assert text[mark.start : mark.end] == "Q1 2024\t412.6"


def test_text_without_cells_gives_nothing() -> None:
    assert read("Revenue was 412 million dollars | which is much.\n") == []
