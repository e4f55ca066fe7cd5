"""The page is inert, whole, and leads from a sentence to its words and back."""

import pytest
from lxml import html as parser
from lxml.html import HtmlElement

from analysis.types import Draft
from reports.renderers import html
from tests.reports.drafts import SOURCES, draft_saying, make_draft, make_source

HOSTILE = (
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "</style></title><b>unclosed",
    "contact <bob@example.com> at AT&T &nosuch;",
)


def page(draft: Draft) -> HtmlElement:
    return parser.document_fromstring(html.render(draft))


def hrefs(element: HtmlElement) -> list[str]:
    return [link.get("href") for link in element.iter("a")]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_source_says_is_text_wherever_it_stands(words):
    shown = page(draft_saying(words))
    assert not list(shown.iter("script", "img", "bob"))
    assert not shown.xpath("//@onerror")
    assert len(shown.findall(".//title")) == 1
    assert shown.findtext(".//h1") == words
    assert shown.text_content().count(words) > 20


def test_nothing_is_loaded_from_anywhere_and_nothing_runs():
    shown = page(make_draft())
    assert not list(shown.iter("script", "link", "img", "iframe", "object", "form"))
    assert "url(" not in shown.findtext(".//style")
    policy = shown.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_links_lead_inside_the_page_or_to_web_addresses_of_sources():
    bad = make_source(1, "a", url="javascript:alert(1)")
    worse = make_source(2, "b", url="data:text/html,<script>")
    shown = page(make_draft(sources=(bad, worse, SOURCES[2])))
    outside = {link for link in hrefs(shown) if not link.startswith("#")}
    assert outside == {SOURCES[2].url}


def test_every_link_inside_the_page_has_a_place_to_go():
    shown = page(make_draft())
    places = {element.get("id") for element in shown.xpath("//*[@id]")}
    inside = {link[1:] for link in hrefs(shown) if link.startswith("#")}
    assert inside
    assert inside <= places


def test_one_goes_from_a_sentence_to_its_source_to_its_words_and_back():
    shown = page(make_draft())
    section = shown.get_element_by_id("section-1")
    assert "#source-1" in hrefs(section)
    assert "#quote-1-1" in hrefs(shown.get_element_by_id("source-1"))
    quote = shown.get_element_by_id("quote-1-1")
    assert hrefs(quote) == ["#source-1", "#section-1", "#section-2"]
    assert quote.find("blockquote").text.startswith("Service revenue reached $4.1 billion")


def test_a_citation_shows_the_words_it_rests_on_before_one_goes_there():
    cite = page(make_draft()).find(".//a[@class='cite']")
    assert cite.text == "[1]"
    assert cite.get("title").startswith("Service revenue reached $4.1 billion")


def test_a_verdict_that_is_no_pass_is_always_shown():
    shown = page(make_draft())
    chips = [chip.text for chip in shown.get_element_by_id("summary").find_class("chip")]
    assert chips == ["Partly supported \u00b7 55%"]


def test_a_character_that_turns_text_around_is_named_instead():
    shown = page(draft_saying("invoice\u202efdp.exe"))
    assert "invoice[U+202E]fdp.exe" in shown.text_content()
    assert "\u202e" not in shown.text_content()
