"""The Markdown is read back by a parser: what a source says never becomes markup."""

from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports.renderers import markdown
from tests.reports.drafts import SOURCES, draft_saying, make_draft, make_source

HOSTILE = (
    "<script>alert(1)</script> and <b>unclosed",
    "![x](http://evil.example/x.png) [click](javascript:alert(1))",
    "# A heading that is none",
    "1. no list",
    "- no list",
    "=====",
    "> no quote",
    "`code` *em* __strong__ ~~gone~~ a | b",
    "http://evil.example and www.evil.example",
    "[^1] [^1]: no footnote",
    "a\nb\n\n# c\n    indented",
    "&amp; &#60;script&#62; \\",
    "|---|---|",
    "***",
    "+ no list",
    "$x$ and \x00",
)
INERT = {"inline", "text", "paragraph_open", "paragraph_close", "softbreak"}


def tokens(source: str) -> Iterator[Token]:
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for token in parser.parse(source):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize("words", HOSTILE)
def test_any_text_is_one_paragraph_of_itself(words):
    found = list(tokens(markdown.text(words)))
    assert {token.type for token in found} <= INERT
    said = "".join(token.content for token in found if token.type == "text")
    assert said == " ".join(words.replace("\x00", "[U+0000]").split())


@pytest.mark.parametrize("words", HOSTILE)
def test_in_a_report_it_makes_no_link_picture_or_tag(words):
    source = make_source(1, words, title=words, url="javascript:alert(1)")
    draft = draft_saying(words, sources=(source,))
    found = list(tokens(markdown.render(draft).decode()))
    assert not [t for t in found if t.type in ("html_inline", "html_block", "image")]
    assert not [t for t in found if t.type == "link_open"]


def test_the_only_links_are_the_web_addresses_of_sources():
    found = tokens(markdown.render(make_draft()).decode())
    assert {t.attrs["href"] for t in found if t.type == "link_open"} == {SOURCES[2].url}


def test_a_bare_address_is_broken_so_that_no_reader_makes_a_link_of_it():
    assert "http://" not in markdown.text("see http://evil.example")
    assert "www." not in markdown.text("see www.evil.example")
    assert "@" not in markdown.text("mail bob@evil.example").replace("\\@", "")


def test_footnotes_are_the_sources_with_their_quotes():
    text = markdown.render(make_draft()).decode()
    assert "up 12.4%.[^1]" in text
    note = text[text.index("[^1]: ") : text.index("[^2]: ")]
    assert "**Alberta Energy Services Association: Annual Report 2025**" in note
    assert "    > 1.3, page 9: Operating margins fell from 11.8% to 9.6%" in note


def test_a_number_with_a_point_is_not_escaped_where_it_begins_no_list():
    assert markdown.text("11.8% of sales") == "11.8% of sales"
    assert markdown.text("1. first") == "1\\. first"
