"""Addresses are parsed once: what is vetted is what is asked for."""

import pytest

from analysis.sources.door import urls
from analysis.sources.door.types import FetchFailed

BAD = [
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_",
    "ftp://example.org/x",
    "data:text/html,x",
    "javascript:alert(1)",
    "example.org",
    "//example.org/",
    "",
    "http://",
    "http:///path",
    "http://user:pass@example.org/",
    "http://user@example.org/",
    "http://example.org\r\nX: y/",
    "http://good.com\t@evil/",
    "http://a b/",
    "http://a\\b/",
    "http://a%2eb/",
    "http://a..b/",
    "http://-/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://example.org:port/",
    "http://[::1",
    "http://[1.2.3.4]x/",
    "http://good.com\u2100evil/",
    "http://example.org/" + "x" * 8000,
]


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_address_of_the_web_is_refused_without_repeating_it(url):
    with pytest.raises(FetchFailed) as failed:
        urls.target_of(url)
    assert failed.value.code == "fetch_bad_url"
    assert "pass" not in failed.value.detail.replace("password", "")


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("HTTP://EXAMPLE.org:80/../a b?q=ä#part", "http://example.org/a%20b?q=%C3%A4"),
        ("https://example.org:443", "https://example.org/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://\uff11\uff12\uff17.0.0.1/", "http://127.0.0.1/"),
        ("http://example.org./x", "http://example.org/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        (" https://example.org/ ", "https://example.org/"),
    ],
)
def test_an_address_is_written_in_one_way(url, whole):
    assert urls.target_of(url).url == whole


def test_a_redirect_is_joined_to_where_it_was_said():
    here = urls.target_of("https://example.org/a/b?x=1")
    assert urls.joined(here, "../c#d").url == "https://example.org/c"
    assert urls.joined(here, "//other.org/").url == "https://other.org/"
    with pytest.raises(FetchFailed):
        urls.joined(here, "file:///etc/passwd")
