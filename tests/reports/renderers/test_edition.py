"""What a Draft is asked for before it has a form."""

from datetime import date

import pytest

from reports.renderers.edition import Edition, long_date, worded
from templates_app.types import Choice, Parameter, ParameterType, SectionKind
from tests.reports.drafts import (
    FINDINGS,
    make_draft,
    make_section,
    told,
)


def edition(**changes: object) -> Edition:
    return Edition(make_draft(**changes))


def test_a_sentence_is_cited_once_a_source():
    # Both quotes of the second finding are of the first source.
    [citation] = edition().citations_of(told(FINDINGS[1]))
    assert citation.source_number == 1


def test_sources_are_cited_in_the_order_of_their_numbers():
    numbers = [one.source_number for one in edition().cited(["q-6", "q-4", "q-1", "q-2"])]
    assert numbers == [1, 2, 3]


def test_a_sentence_about_the_report_itself_has_no_citation():
    sentence = told(FINDINGS[0]).model_copy(update={"finding": None})
    assert edition().citations_of(sentence) == []


def test_chapters_are_numbered_through_and_appendices_lettered():
    numbers = [chapter.number for chapter in edition().all_chapters]
    assert numbers == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C"]


def test_what_is_empty_has_no_chapter():
    titles = [
        chapter.title
        for chapter in edition(open_questions=(), findings=(), citations=()).all_chapters
    ]
    assert titles[5:] == ["Methodology", "Limits", "Sources", "The request"]


def test_two_sections_of_one_key_have_anchors_of_their_own():
    section = make_section("same", "Same", SectionKind.NARRATIVE, [])
    anchors = [chapter.anchor for chapter in edition(sections=(section, section)).chapters]
    assert len(set(anchors)) == len(anchors)


def test_the_chapters_that_rest_on_a_quote_are_found_through_findings_and_figures():
    asked = edition()
    assert [one.title for one in asked.chapters_citing("q-1")] == [
        "Market size and growth", "Key figures",
    ]  # fmt: skip
    assert [one.title for one in asked.chapters_citing("q-7")] == ["Key figures"]


def test_the_most_telling_options_come_first_on_the_cover():
    assert edition().cover_options == [
        ("Client segment", "Farm owners and operators"),
        ("Jurisdiction", "Alberta, Saskatchewan"),
        ("Industry", "Oilfield services"),
        ("Depth", "Detailed"),
        ("Include risks", "Yes"),
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [("full", "Full report"), ("my own", "my own"), (("full", "x"), "Full report, x"), (3, "3"),
     (True, "Yes"), (False, "No")],
)  # fmt: skip
def test_an_option_is_worded_as_its_label(value, words):
    choices = (Choice(value="full", label="Full report"),)
    parameter = Parameter(key="k", label="K", type=ParameterType.CHOICE_OR_TEXT, choices=choices)
    assert worded(parameter, value) == words


def test_a_date_is_written_out():
    assert long_date(date(2026, 11, 3)) == "3 November 2026"
    assert long_date(None) == ""
