from analysis.pipeline.volume import Volume
from tests.analysis.pipeline.shelf import day, pages, source


def test_a_file_is_called_by_the_words_of_its_name() -> None:
    assert Volume(source("s", name="EarningsCallFY23Q1.txt"), []).title == "Earnings Call FY23 Q1"


def test_its_title_comes_first_and_its_names_are_all_of_them() -> None:
    texts = [f"Steel plc | {at}\nSomething of page {at}.\nMore words." for at in range(4)]
    volume = Volume(source("s", title="Annual Report", description="from the bank"), pages(*texts))
    assert volume.title == "Annual Report"
    assert volume.names[:3] == ["Annual Report", "s", "from the bank"]
    assert "Steel plc | 0" in volume.names


def test_the_company_that_it_is_a_document_of_is_one_of_its_names() -> None:
    text = "Northwind Inc.\nNorthwind Inc. makes steel, and Northwind sells it."
    assert "northwind" in Volume(source("s", title="Form 10-Q"), pages(text)).names


def test_its_day_is_the_one_that_it_speaks_of() -> None:
    facts = {"as_of": day("2023-07-01"), "published_on": day("2023-08-04")}
    assert Volume(source("s", **facts), []).day == day("2023-07-01").toordinal()
    assert Volume(source("s"), []).day == 0
