from typing import Any

import pytest

from analysis.pipeline.vintages import Described, describe, newest
from tests.analysis.pipeline.desk import Desk, day

GROWTH = (
    "Real gross domestic product grew at an annual rate of {} percent in the first quarter of 2023."
    "\n\nHouseholds bought more goods and more services than in the quarter before it.\n\n"
    "Imports, which are subtracted in the calculation, increased in the same months."
)


def described(desk: Desk, name: str, text: str, **facts: Any) -> Described:
    desk.add(name, text, **facts)
    found = desk.documents[name]
    assert isinstance(found, tuple)
    return describe(found[0], found[1], "growth of the economy")


def superseded(*found: Described) -> dict[str, str]:
    names = {one.source.key: one.source.name for one in found}
    return {names[older]: names[newer] for older, newer in newest(found).items()}


def test_a_later_estimate_of_the_same_thing_supersedes_the_earlier(desk: Desk) -> None:
    title = "Economy update: growth in the first quarter of 2023 ({} estimate)"
    first = described(
        desk, "april.html", "A", title=title.format("advance"), published_on=day("2023-04-27")
    )
    third = described(
        desk, "june.html", "B", title=title.format("third"), published_on=day("2023-06-29")
    )

    assert superseded(first, third) == {"april.html": "june.html"}


def test_the_same_sentences_with_other_numbers_are_another_version(desk: Desk) -> None:
    old = described(desk, "a.html", GROWTH.format("1.1"), published_on=day("2023-04-27"))
    new = described(desk, "b.html", GROWTH.format("2.0"), published_on=day("2023-06-29"))

    assert superseded(old, new) == {"a.html": "b.html"}


def test_the_same_sentences_with_the_same_numbers_are_not(desk: Desk) -> None:
    old = described(desk, "a.html", GROWTH.format("1.1"), published_on=day("2023-04-27"))
    new = described(
        desk, "b.html", GROWTH.format("1.1") + "\n\nMore.", published_on=day("2023-06-29")
    )

    assert superseded(old, new) == {}


def test_reports_of_two_quarters_are_never_versions_of_each_other(desk: Desk) -> None:
    text = "Form 10-Q for the quarterly period ended {}\n\n" + GROWTH
    second = described(
        desk, "northwind-10-q-1.pdf", text.format("June 30, 2024", "4.1"), as_of=day("2024-06-30")
    )
    third = described(
        desk, "northwind-10-q-2.pdf", text.format("March 31, 2024", "8.3"), as_of=day("2024-03-31")
    )

    assert superseded(second, third) == {}


def test_years_in_names_are_no_versions(desk: Desk) -> None:
    old = described(desk, "Annual report 2022.pdf", "Annual report 2022", as_of=day("2022-12-31"))
    new = described(desk, "Annual report 2023.pdf", "Annual report 2023", as_of=day("2023-12-31"))

    assert superseded(old, new) == {}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("plan v1.docx", "plan v2.docx"),
        ("plan draft.docx", "plan final.docx"),
        ("plan.docx", "plan (revised).docx"),
        ("plan preliminary.docx", "plan.docx"),
    ],
)
def test_marks_of_a_version_decide_where_there_is_no_date(
    desk: Desk, older: str, newer: str
) -> None:
    assert superseded(described(desk, newer, "B"), described(desk, older, "A")) == {older: newer}


def test_where_nothing_says_which_is_newer_none_is_dropped(desk: Desk) -> None:
    found = [described(desk, name, GROWTH.format(name)) for name in ("1.1", "2.0")]

    assert superseded(*found) == {}


def test_an_older_version_points_at_the_newest_of_all(desk: Desk) -> None:
    found = [described(desk, f"plan v{number}.docx", str(number)) for number in (1, 3, 2)]

    assert superseded(*found) == {"plan v1.docx": "plan v3.docx", "plan v2.docx": "plan v3.docx"}


def test_a_translation_is_no_version(desk: Desk) -> None:
    english = described(desk, "plan v1.docx", "A")
    german = described(desk, "plan v2.docx", "B", language="de")

    assert superseded(english, german) == {}
