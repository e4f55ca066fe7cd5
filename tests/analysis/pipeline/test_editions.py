"""An older edition or version never ranks first for a question about the present state."""

import random
from itertools import product

import pytest

from analysis.pipeline.library import Library
from tests.analysis.pipeline.shelf import asked, day, library, pages, source, sources

SUBJECTS = ("key rate", "vacancy rate", "minimum wage", "number of members", "price of a ticket")
HOUSES = ("Northwind", "Contoso", "Fabrikam")
QUESTIONS = (
    "What is the {} of {}?",
    "What is the current {} of {}?",
    "{} of {} in the last report",
)
FILLER = (
    "The council met in the town hall, and the minutes were read.",
    "Visitors came by train and stayed for the afternoon.",
    "A new roof was laid on the eastern wing of the building.",
    "Most of the work was done by people of the neighbourhood.",
)


def report(house: str, subject: str, value: int, dice: random.Random) -> str:
    """Some sentences of an edition, in the order that chance gives them."""
    said = [f"The {subject} of {house} is {value} in all regions of the country."]
    said += dice.sample(FILLER, 3)
    dice.shuffle(said)
    return " ".join(said)


def shelf(seed: int, title: str, years: tuple[int, ...] = (2021, 2022, 2024)) -> Library:
    """Three editions of a report for each house, added in any order."""
    dice, made = random.Random(seed), Library()  # noqa: S311 - the same in every run
    editions = list(product(HOUSES, years))
    dice.shuffle(editions)
    for house, year in editions:
        facts = {"published_on": day(f"{year}-0{dice.randrange(1, 9)}-15")}
        facts |= {"title": title.format(house=house, year=year)}
        text = " ".join(report(house, one, dice.randrange(100, 999), dice) for one in SUBJECTS)
        made.add(source(f"{house}-{year}", **facts), pages(text))
    return made


@pytest.mark.parametrize("title", ["{house} annual report {year}", "{house} fact sheet", ""])
def test_the_newest_edition_ranks_first(title: str) -> None:
    for seed in range(5):
        made = shelf(seed, title)
        for subject, house, question in product(SUBJECTS, HOUSES, QUESTIONS):
            found = made.rank(asked(question.format(subject, house)))
            assert sources(found)[0] == f"{house}-2024"


def test_a_question_about_a_year_finds_the_edition_of_that_year() -> None:
    made = shelf(1, "{house} annual report {year}")
    found = made.rank(asked("What is the key rate of Contoso in the report of 2022?"))
    assert sources(found)[0] == "Contoso-2022"


def test_an_older_article_that_repeats_the_question_more_often_gives_way() -> None:
    made = Library()
    old = "The key rate is 4.25. The key rate is the rate of the bank, and the key rate is high."
    new = "The key rate is 2.15. It is the rate of the bank, and the bank has said so twice."
    made.add(
        source("old", title="Key rate, March 2023", published_on=day("2023-03-01")), pages(old)
    )
    made.add(source("new", title="Key rate, June 2025", published_on=day("2025-06-01")), pages(new))
    assert sources(made.rank(asked("What is the key rate?"))) == ["new", "old"]
    assert sources(made.rank(asked("What was the key rate?"))) == ["old", "new"]


def test_of_two_articles_that_say_the_same_with_other_numbers_the_later_leads() -> None:
    made = library(other=" ".join(FILLER))
    for year, rate in ((2023, "4.25"), (2025, "2.15")):
        facts = {"title": f"Rates told by paper {year % 7}", "published_on": day(f"{year}-03-01")}
        text = f"The key rate of the central bank stands at {rate} percent after the meeting."
        again = " Rate, rate, rate." if year == 2023 else ""
        made.add(source(f"a{year}", **facts), pages(text + again))
    assert sources(made.rank(asked("What is the key rate?")))[0] == "a2025"


def test_a_superseded_version_without_a_date_gives_way() -> None:
    made = Library()
    text = "The budget of the plan is {}. The budget is for all of the plan."
    made.add(source("v1", title="Plan v1", superseded_by="v2"), pages(text.format(300)))
    made.add(source("v2", title="Plan v2"), pages("The budget of the plan is 450, as was said."))
    assert sources(made.rank(asked("What is the budget of the plan?")))[0] == "v2"


def test_editions_of_another_company_hold_nothing_back() -> None:
    made = Library()
    for name, year in (("Apple", 2022), ("Nvidia", 2023)):
        text = f"{name} Inc. is a company. The margin of {name} Inc. is 4{year % 10} percent."
        facts = {"title": f"Form 10-Q of {year}", "as_of": day(f"{year}-06-30")}
        made.add(source(name, **facts), pages(text))
    assert sources(made.rank(asked("What is the margin of Apple?")))[0] == "Apple"


def test_what_the_newest_edition_does_not_say_is_found_in_the_older() -> None:
    made = Library()
    facts = {"title": "Annual report {}"}
    for year, said in ((2022, "The depot in Lyon is closed on Mondays."), (2024, FILLER[0])):
        facts = {"title": f"Annual report {year}", "as_of": day(f"{year}-06-30")}
        made.add(source(f"r{year}", **facts), pages(said))
    assert sources(made.rank(asked("When is the depot in Lyon closed?"))) == ["r2022"]


def test_the_latest_report_of_another_company_is_no_answer() -> None:
    made = Library()
    for name, day_of in (("Apple", "2023-07-01"), ("Nvidia", "2023-10-29")):
        text = f"The gross margin of the company was {len(name)}4 percent. {' '.join(FILLER)}"
        facts = {"title": f"{name} 10-Q", "as_of": day(day_of)}
        made.add(source(name, **facts), pages(text))
    found = made.rank(asked("What was the gross margin in the latest report of Apple?"))
    assert sources(found)[0] == "Apple"
