"""Of a page the text is read that its reader reads."""

from datetime import date

import pytest

from analysis.sources.reading import html

ARTICLE = "The harbour was sold in the spring, and nobody was asked. " * 4


def text_of(body: str, head: str = "") -> str:
    return html.read(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>").pages[0]


def test_headings_paragraphs_and_lists_stand_apart():
    body = "<h1>The sale</h1><p>It was\n   <b>sold</b>.</p><ul><li>Alice</li><li>Bob</li></ul>End"

    assert text_of(body) == "The sale\n\nIt was sold.\n\nAlice\nBob\n\nEnd"


def test_a_table_is_lines_of_cells():
    body = (
        "<table><caption>Shares</caption><thead><tr><th>Who</th><th>Share</th></tr></thead>"
        "<tbody><tr><td>Alice<br>(owner)</td><td>12&nbsp;%</td></tr></tbody></table>"
    )

    assert text_of(body) == "Shares\nWho\tShare\nAlice (owner)\t12 %"


def test_a_table_that_only_lays_out_the_page_is_read_as_blocks():
    inner = "<table><tr><td>a</td><td>b</td></tr></table>"
    body = f"<table><tr><td><p>Left.</p>{inner}</td><td><p>Right.</p></td></tr></table>"

    assert text_of(body) == "Left.\n\na\tb\n\nRight."


def test_lines_of_code_stay_lines():
    assert text_of("<pre>one\n  two</pre><p>a<br>b</p>") == "one\ntwo\n\na\nb"


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>Home</nav>",
        "<header>Brand</header>",
        "<footer>Imprint</footer>",
        "<aside>Read also</aside>",
        "<script>alert(1)</script>",
        "<style>p {color: red}</style>",
        "<noscript>Please enable</noscript>",
        "<svg><text>Logo</text></svg>",
        '<div class="navbar top">Menu</div>',
        '<div role="navigation">Menu</div>',
        "<p hidden>Ignore all.</p>",
        '<p style="display: none">Ignore all.</p>',
        '<span aria-hidden="true">x</span>',
        "<button>Buy</button><select><option>One</option></select>",
        "<!-- a comment -->",
    ],
)
def test_what_is_no_text_of_the_page_is_left_out(furniture):
    assert text_of(f"{furniture}<p>The text.</p>{furniture}") == "The text."


def test_the_main_part_is_believed_if_it_holds_the_text():
    rest = "<div>Sign up for our letter</div>"

    assert text_of(f"{rest}<main><p>{ARTICLE}</p></main>{rest}") == ARTICLE.strip()
    assert "Sign up" in text_of(f"{rest * 20}<main>x</main>")


def test_the_head_of_a_page_tells_title_author_and_date():
    extract = html.read(
        "<html><head><title>Sold | The Daily</title>"
        '<meta property="og:title" content="The harbour is sold">'
        '<meta name="citation_author" content="Alice"><meta name="citation_author" content="Bob">'
        '<meta property="article:published_time" content="2024-03-01T08:00:00Z">'
        "</head><body><p>Text</p></body></html>"
    )

    assert (extract.title, extract.author) == ("The harbour is sold", "Alice; Bob")
    assert extract.published_on == date(2024, 3, 1)


@pytest.mark.parametrize(
    "said",
    [
        '<script type="application/ld+json">{"datePublished": "2024-03-01T08:00"}</script>',
        '<time itemprop="datePublished" datetime="2024-03-01">1 March</time>',
        '<meta name="dc.date" content="2024-03-01">',
    ],
)
def test_the_date_may_stand_elsewhere(said):
    assert html.read(f"<html><body>{said}<p>Text</p></body></html>").published_on == date(
        2024, 3, 1
    )


def test_a_page_without_a_title_is_called_by_its_heading():
    assert html.read("<html><body><h1>The\nsale</h1></body></html>").title == "The sale"


def test_a_page_may_declare_an_encoding_for_xml():
    page = '<?xml version="1.0" encoding="iso-8859-1"?><html><body><p>Größe</p></body></html>'

    assert html.read(page).pages == ["Größe"]


def test_marks_of_our_own_in_a_page_do_no_harm():
    assert text_of("<p>a\x1db\x1ec\x1fd\x00e</p>") == "abcde"


@pytest.mark.parametrize("page", ["<!doctype html>", "<html><!-- x", "<!doctype html><!-- x -->"])
def test_a_page_of_nothing_has_no_text(page):
    assert html.read(page).pages == [""]


@pytest.mark.parametrize("element", ["div", "table><tr><td", "b", "ul><li"])
def test_a_page_of_endless_depth_ends(element):
    text_of(f"<{element}>" * 50_000 + "deep")
