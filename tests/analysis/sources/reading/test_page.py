"""A fetched page: its main text and what it says of itself; a gate is no content."""

from datetime import date

import pytest

from analysis.sources.reading import Unreadable, read_page

URL = "https://www.example.org/news/harbour?from=feed"
WORDS = (
    "The harbour of Northwind handled 4.1 million containers in the year, more than ever before. "
)
CLUTTER = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/shop'>Shop</a></li></ul></nav>"
BANNER = "<div id='cookie-banner' class='cookie-consent'><p>We use cookies. Accept all.</p></div>"
HEAD = """
    <title>Harbour at its limit | Example</title>
    <meta property="og:site_name" content="Example News">
    <meta name="author" content="Jane Roe">
    <meta property="article:published_time" content="2025-03-04T08:00:00Z">
    <link rel="canonical" href="https://example.org/news/harbour">
    <meta name="citation_doi" content="https://doi.org/10.1234/AbC.5">
"""
TABLE = "<table><tr><th>Year</th><th>Containers</th></tr><tr><td>2024</td><td>4.1</td></tr></table>"


def article(head: str = HEAD, more: str = "") -> bytes:
    text = "".join(f"<p>{WORDS}Terminal {number} has {number} cranes.</p>" for number in range(6))
    body = f"{CLUTTER}{BANNER}<article><h1>Harbour at its limit</h1>{text}{TABLE}{more}</article>"
    foot = "<footer>Copyright Example. Terms of use.</footer>"
    return f"<!doctype html><html><head>{head}</head><body>{body}{foot}</body></html>".encode()


class TestMainText:
    def test_the_clutter_of_a_page_is_not_its_text(self):
        text = read_page(article(), URL).pages[0].text
        assert WORDS.strip() in text
        for clutter in ("Home", "Shop", "cookies", "Copyright"):
            assert clutter not in text

    def test_a_table_keeps_its_rows_and_columns(self):
        assert "Year\tContainers\n2024\t4.1" in read_page(article(), URL).pages[0].text

    def test_paragraphs_stay_apart(self):
        assert read_page(article(), URL).pages[0].text.count("\n\n") >= 4

    def test_where_too_little_is_left_the_whole_page_counts(self):
        rows = "".join(f"<tr><td>Item {n}</td><td>{n}.50 EUR</td></tr>" for n in range(40))
        page = f"<html><head><title>Prices</title></head><body><table>{rows}</table></body></html>"
        assert "Item 39\t39.50 EUR" in read_page(page.encode(), URL).pages[0].text


class TestWhatItSaysOfItself:
    def test_title_author_date_site_and_language(self):
        page = read_page(article(), URL)
        assert (page.title, page.author) == ("Harbour at its limit | Example", "Jane Roe")
        assert page.published_on == date(2025, 3, 4)
        assert (page.site, page.language) == ("Example News", "en")

    def test_its_address_and_doi(self):
        page = read_page(article(), URL)
        assert page.canonical_url == "https://example.org/news/harbour"
        assert page.doi == "10.1234/abc.5"

    @pytest.mark.parametrize(
        "canonical",
        [
            "https://famous.example.com/story",
            "/news/harbour",
            "javascript:alert(1)",
            "https://[",
            "",
        ],
    )
    def test_it_cannot_pose_as_a_page_of_another_site(self, canonical):
        page = read_page(article(f"<link rel='canonical' href='{canonical}'>"), URL)
        assert page.canonical_url == ""


GATES = [
    ("consent_wall", "Before you continue", "We use cookies and data. Accept all. Reject all."),
    ("login_wall", "Log in", "Please log in with your account. Forgot your password?"),
    ("login_wall", "Story", "Already a subscriber? Subscribe to continue reading this story."),
    ("robot_wall", "Just a moment...", "Checking your browser before you can enter the site."),
    ("access_denied", "Access Denied", "You don't have permission to view this on the server."),
    ("not_found", "Page not found", "Sorry, we looked everywhere and there is nothing to see."),
    ("not_found", "404", "The page you were looking for may have moved to another place."),
    ("empty_page", "App", "You need to enable JavaScript to run this app."),
    ("empty_page", "App", ""),
]


class TestGates:
    @pytest.mark.parametrize(("code", "title", "text"), GATES)
    def test_a_page_before_the_content_is_refused_by_name(self, code, title, text):
        page = f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>"
        with pytest.raises(Unreadable) as refused:
            read_page(page.encode(), URL)
        assert refused.value.code == code

    def test_an_article_about_cookies_is_an_article(self):
        more = "<p>Sites say: we use cookies, accept all, reject all, manage options.</p>"
        assert "accept all" in read_page(article(more=more), URL).pages[0].text

    def test_a_short_note_is_content(self):
        note = "<p>The plant in Graz reopened on Monday after a fire, its owner said.</p>"
        page = f"<html><head><title>Plant reopens</title></head><body>{note}</body></html>"
        assert "Graz" in read_page(page.encode(), URL).pages[0].text
