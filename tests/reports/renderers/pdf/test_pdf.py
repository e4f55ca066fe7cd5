"""A report as a PDF: every word is there, every link leads somewhere, nothing is ever run."""

import re

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab import rl_config

from reports.renderers import pdf, plain
from tests.reports.drafts import (
    FINDINGS,
    QUOTES,
    SOURCES,
    draft_saying,
    make_draft,
    make_source,
)
from tests.reports.renderers.pdf.letters import LETTERS
from tests.reports.renderers.pdf.reading import links, outline, pages, squeezed, words

HOSTILE = (
    "contact <bob@example.com> now",
    "AT&T <5% &nosuch; &amp;",
    "<b>unclosed <i>and </para>",
    '<img src="/etc/passwd"><a href="javascript:alert(1)">x</a>',
    '<font color="[[[getattr(pow, 1)]]]" size="999999" face="x">',
    "<onDraw name=x/><Exhibit 5>",
)


@pytest.fixture(scope="module")
def report() -> bytes:
    return pdf.render(make_draft())


def test_every_statement_quote_and_source_is_in_it(report):
    found = words(report)
    for one in [*FINDINGS, *QUOTES]:
        assert squeezed(one.text) in found
    for source in SOURCES:
        assert squeezed(source.title) in found
    assert squeezed("Prepared without a language model") in found
    assert squeezed("68 of 100") in found


def test_it_says_nothing_of_a_missing_model_when_there_was_one():
    assert squeezed("Prepared without") not in words(pdf.render(make_draft(uses_model=True)))


@pytest.mark.parametrize("said", HOSTILE)
def test_what_looks_like_markup_is_printed_as_it_is(said):
    assert words(pdf.render(draft_saying(said))).count(squeezed(said)) > 20


def test_nothing_may_be_fetched():
    assert rl_config.trustedHosts == []
    assert rl_config.trustedSchemes == []


def test_web_links_lead_to_the_addresses_of_sources_and_nowhere_else():
    bad = make_source(1, "a", url="javascript:alert(1)", title="javascript:alert(1)")
    worse = make_source(2, "b", url="file:///etc/passwd")
    file = pdf.render(make_draft(sources=(bad, worse, SOURCES[2])))
    assert {target for _, target in links(file) if isinstance(target, str)} == {SOURCES[2].url}
    assert b"/JavaScript" not in file


def test_one_goes_from_a_citation_to_its_source_to_its_words_and_back(report):
    texts = pages(report)
    chapter = next(
        at for at, text in enumerate(texts) if "1\xa0Market" in text or "Exhibit 1" in text
    )
    sources = next(at for at, text in enumerate(texts) if "Could not be used" in text)
    quotes = next(at for at, text in enumerate(texts) if "Source 1" in text)
    inside = {pair for pair in links(report) if isinstance(pair[1], int)}
    assert {(chapter, sources), (sources, quotes), (quotes, sources), (quotes, chapter)} <= inside


def test_the_contents_name_the_page_of_every_chapter(report):
    texts = pages(report)
    contents = next(text for text in texts if text.count("\n") > 10 and "Contents" in text)
    for title in ("Market size and growth", "Methodology", "Sources", "The request"):
        page = int(re.search(rf"{title}\s+(\d+)", contents)[1])
        assert title in texts[page - 1]


def test_the_outline_has_every_chapter(report):
    assert outline(report) == [
        "Executive summary", "Contents", "1  Market size and growth", "2  Key figures", "3  Risks",
        "4  Recommendations", "5  Regulation", "6  Open questions", "7  Methodology", "8  Limits",
        "9  Sources", "A  Findings and their checks", "B  Quotes", "C  The request",
    ]  # fmt: skip


def test_every_page_but_the_cover_says_which_of_how_many_it_is(report):
    cover, *rest = pages(report)
    assert "Page 1 of" not in cover
    for number, text in enumerate(rest, 2):
        assert f"Page {number} of {len(rest) + 1}" in text


def test_it_names_itself_to_programs(report):
    metadata = pypdfium2.PdfDocument(report).get_metadata_dict()
    draft = make_draft()
    assert metadata["Title"] == draft.title
    assert metadata["Subject"] == draft.brief.topic
    assert metadata["Author"] == "Researcher Pro"
    assert metadata["Keywords"].startswith("Market Entry Strategy, ")
    assert metadata["CreationDate"].startswith("D:20261120093000")
    assert b"/Lang (en)" in report


def test_all_its_fonts_are_inside(report):
    assert b"/BaseFont" in report
    assert b"/BaseFont /Helvetica" not in report
    assert report.count(b"/FontFile2") == report.count(b"/BaseFont") > 3


def test_exhibits_are_numbered_with_unit_and_source(report):
    text = " ".join(pages(report))
    assert "Exhibit 1" in text
    assert "USD billion" in text
    assert re.search(r"Source:\s+\[1\]", text)
    assert "Exhibit 3" in text


def test_figures_and_conflicts_that_no_section_shows_get_chapters_of_their_own():
    draft = make_draft(sections=make_draft().sections[3:])
    titles = outline(pdf.render(draft))
    assert titles[3:5] == ["2  Regulation", "3  Key figures"]
    assert "4  Conflicting figures" in titles


def test_a_title_of_any_length_fits_the_cover():
    file = pdf.render(make_draft(title="A very long title of a report " * 60))
    assert len(pypdfium2.PdfDocument(file)) == len(pypdfium2.PdfDocument(pdf.render(make_draft())))


def test_paragraphs_that_do_not_fit_move_to_the_next_page_whole():
    limits = tuple(f"Limit {n} begins here. " + "It goes on and on. " * 8 for n in range(60))
    texts = pages(pdf.render(make_draft(limits=limits)))
    assert sum("begins here" in text for text in texts) >= 4
    assert squeezed(limits[0]) in squeezed("".join(texts))


def test_characters_without_a_font_stand_as_code_points_and_the_limits_say_so():
    file = pdf.render(make_draft(limits=("Smile \U0001f600 and \ue000 and \x01.",)))
    text = words(file)
    assert squeezed("Smile [U+1F600] and [U+E000] and [U+0001].") in text
    assert squeezed("No font of this report has 3 of the characters in it") in text


def test_the_plain_form_has_the_words_without_escapes():
    text = words(plain.render(make_draft(title="A & B <c> \u5e02")))
    assert squeezed("A & B <c> [U+5E02]") in text
    assert squeezed("reached $4.1 billion in 2025") in text


@settings(max_examples=15, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=50))
def test_no_text_stops_a_report(said):
    assert pdf.render(draft_saying(said)).startswith(b"%PDF")


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("letter", ["x", "\u5e02", "\u0645"], ids=["latin", "han", "arabic"])
def test_a_word_of_200_kilobytes_is_broken_into_lines(letter):
    text = words(pdf.render(make_draft(limits=(letter * (200_000 // len(letter.encode())),))))
    assert text.count(letter) >= 200_000 // len(letter.encode())
