"""A title or an author is kept if it says something."""

import pytest

from analysis.sources.reading.labels import author_of, first_line, title_of


@pytest.mark.parametrize(
    "title",
    [
        "Quarterly report of Apple Inc.",
        "Form 10-Q filed on 2022-11-18 for the period ending 2022-10-30",
        "Harbour",
        "Q3 results",
        "1973年石油危机",
    ],
)
def test_a_title_that_says_something_is_kept(title):
    assert title_of(f"  {title}\n") == title


@pytest.mark.parametrize(
    "title",
    [
        "",
        "untitled",
        "Untitled document",
        "Document1",
        "Presentation 2",
        "PowerPoint Presentation",
        "Microsoft Word - sale_v3.doc",
        "Microsoft PowerPoint - The sale",
        "sale final.docx",
        "0001045810-22-000166",
        "DOL2022",
        "Slide 1",
    ],
)
def test_a_title_that_says_nothing_is_left_out(title):
    assert title_of(title) == ""


@pytest.mark.parametrize("author", ["", "Administrator", "(anonymous)", "user", "EDGAR Online, a"])
def test_a_program_is_no_author(author):
    assert author_of(author) == ""


def test_a_person_and_a_company_are_authors():
    assert author_of("Farmer, Andrew; Hardeman, Wendy") == "Farmer, Andrew; Hardeman, Wendy"
    assert author_of("Users of Lisbon Harbour") == "Users of Lisbon Harbour"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Earnings Conference Call\nOctober 25, 2022\n", "Earnings Conference Call"),
        ("\n\n# The sale of the harbour\nText", "The sale of the harbour"),
        ("Alice sold the harbour. Then she left.\nText", ""),
        ("1973年10月6日,叙利亚和埃及对以色列发动突然袭击。\n", ""),
        ("word", ""),
        ("", ""),
    ],
)
def test_the_first_line_may_be_a_title(text, title):
    assert first_line(text) == title
