"""Markdown is kept as it is written."""

from datetime import date

from analysis.sources.reading import markdown, read


def test_front_matter_tells_title_author_and_date_and_stays_in_the_text():
    text = '---\ntitle: "The sale"\nauthor: Alice\ndate: 2024-03-01\n---\n\n# Sold\n\nText.'
    extract = markdown.read(text)

    assert extract.pages == [text]
    assert (extract.title, extract.author) == ("The sale", "Alice")
    assert extract.published_on == date(2024, 3, 1)


def test_without_front_matter_the_first_heading_is_the_title():
    extract = markdown.read("Some words.\n\n# The sale of the harbour #\n\nText.")

    assert (extract.title, extract.published_on) == ("The sale of the harbour", None)


def test_markdown_that_begins_with_an_element_of_html_stays_markdown():
    text = "<p align=center><a href=x><br><br><br></a></p>\n\n# Title\n"

    assert read(text.encode(), "README.md").media_type == "text/markdown"
    assert read(text.encode(), "README").media_type == "text/html"
