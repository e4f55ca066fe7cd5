import pytest

from analysis.pipeline.statements import stated


def read(sentence: str) -> list[tuple[str, str, str]]:
    return [
        (one.label, one.period.label if one.period else "", f"{one.value} {one.currency}{one.unit}")
        for one in stated(sentence)
    ]


def test_a_level_has_the_period_of_its_sentence() -> None:
    assert read(
        "Revenue for the third quarter of fiscal year 2024 was $18.12 billion, up 206%."
    ) == [("Revenue", "Q3 FY2024", "18120000000 USD")]


def test_each_number_of_a_list_has_the_period_right_after_it() -> None:
    sentence = (
        "Services net sales were $20,766 million in the quarter ended December 31, 2022 and"
        " $21,213 million in the quarter ended July 1, 2023."
    )
    assert read(sentence) == [
        ("Services net sales", "Quarter ended December 31, 2022", "20766000000 USD"),
        ("Services net sales", "Quarter ended July 1, 2023", "21213000000 USD"),
    ]


def test_what_a_number_fell_to_is_a_level_and_by_what_a_change() -> None:
    sentence = "iPad sales fell 20% to $5,791 million in Q3 2023 from $7,224 million in Q3 2022."
    assert read(sentence) == [
        ("iPad sales (change)", "", "-20 %"),
        ("iPad sales", "Q3 2023", "5791000000 USD"),
        ("iPad sales", "Q3 2022", "7224000000 USD"),
    ]


def test_a_period_that_belongs_to_another_number_is_not_borrowed() -> None:
    assert read("Sales fell to $5 million from $7 million in Q3 2022.") == [
        ("Sales", "", "5000000 USD"),
        ("Sales", "Q3 2022", "7000000 USD"),
    ]


def test_an_annual_rate_is_named_as_one() -> None:
    assert read(
        "Real output grew at an annual rate of 1.1 percent in the first quarter of 2023."
    ) == [("Real output (annual rate)", "Q1 2023", "1.1 %")]


def test_an_opening_phrase_is_not_the_subject() -> None:
    assert read("In the third quarter of 2024, charges for inventory were $681 million.") == [
        ("Charges for inventory", "Q3 2024", "681000000 USD")
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "It was $412.6 million in 2023.",
        "Revenue and income were $18 billion and $9 billion, respectively.",
        "Revenue was higher than $400 million in 2023.",
        "The plant that closed in 2023 was $4 million.",
        "Revenue was 5 in 2023.",
        "Nobody counted.",
    ],
)
def test_a_number_whose_subject_is_not_plain_gives_no_figure(sentence: str) -> None:
    assert read(sentence) == []


def test_of_two_periods_none_is_guessed() -> None:
    [(_, period, _)] = read("Output in 2022 and in 2023 was $4 million.") or [("", "", "")]

    assert period == ""
