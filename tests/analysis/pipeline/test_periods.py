from datetime import date

import pytest

from analysis.pipeline.periods import first, length, periods


def labels(text: str) -> list[str]:
    return [found.period.label for found in periods(text)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Three Months Ended\nJuly 1,\n2023", "Quarter ended July 1, 2023"),
        ("quarterly period ended July 1, 2023", "Quarter ended July 1, 2023"),
        ("thirteen weeks ended 1 July 2023", "Quarter ended July 1, 2023"),
        ("nine months ended 2023-07-01", "Nine months ended July 1, 2023"),
        ("the year ended 31 December 2022", "Year ended December 31, 2022"),
        ("as of Sept. 24, 2022", "September 24, 2022"),
        ("the third quarter of 2023", "Q3 2023"),
        ("third quarter of fiscal year 2024", "Q3 FY2024"),
        ("FY23 Q1", "Q1 FY2023"),
        ("Q3 FY24", "Q3 FY2024"),
        ("the first nine months of 2023", "First nine months of 2023"),
        ("first half of 2024", "H1 2024"),
        ("in fiscal 2023", "FY2023"),
        ("March 2024", "March 2024"),
        ("during 2022", "2022"),
    ],
)
def test_a_stretch_of_time_has_one_name(text: str, label: str) -> None:
    assert labels(text) == [label]


def test_a_second_date_shares_the_length_of_the_first() -> None:
    text = "for the three months ended December 31, 2022 and December 25, 2021 (in millions)"

    assert labels(text) == ["Quarter ended December 31, 2022", "Quarter ended December 25, 2021"]


def test_a_date_of_its_own_has_no_length() -> None:
    text = "the quarter ended July 1, 2023. On August 3, 2023 it was signed."

    assert labels(text)[1] == "August 3, 2023"


@pytest.mark.parametrize(
    "text", ["$2023", "2,023 people", "page 12", "February 30, 2023", "no date"]
)
def test_other_numbers_are_no_time(text: str) -> None:
    assert labels(text) == []


def test_offsets_bound_the_words() -> None:
    text = "It rose in the\nthird quarter of 2023 again."
    [found] = periods(text)

    assert text[found.start : found.end] == "third quarter of 2023"


def test_periods_sort_in_time() -> None:
    found = [first(text) for text in ("Q1 2024", "2023-12-31", "Q3 2023", "2022")]
    order = [one.order for one in found if one]

    assert order == sorted(order, reverse=True)


def test_a_dated_period_has_its_last_day_and_length() -> None:
    found = first("six months ended April 1, 2023")

    assert found is not None
    assert (found.end, found.months) == (date(2023, 4, 1), 6)


def test_a_heading_tells_a_length() -> None:
    assert [
        length(text) for text in ("Nine Months Ended", "Quarter ended", "Fiscal Year Ended")
    ] == [
        9,
        3,
        12,
    ]
    assert length("Net sales") is None
