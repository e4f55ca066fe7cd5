"""What a report says of a source."""

import pytest

from reports.renderers.bibliography import address, described
from tests.reports.drafts import make_source


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//host/x", "http:///x",
     "ftp://x/y", "\\\\host\\share", "http://[bad", ""],
)  # fmt: skip
def test_only_a_web_address_is_one(url):
    assert address(make_source(1, "a", url=url)) == ""


def test_a_web_address_is_kept_as_it_is():
    url = "https://example.com/a?b=1&c=2#d"
    assert address(make_source(1, "a", url=url)) == url


def test_a_work_is_described_by_its_record():
    facts = {"author": "Ada Baker", "publisher": "Journal of Cereals", "doi": "10.1234/x"}
    told = described(make_source(1, "Wheat", title="Wheat", **facts))
    assert told.startswith("Ada Baker; Journal of Cereals; DOI 10.1234/x; ")
    assert "Wheat" not in told


def test_a_publisher_that_is_the_author_is_named_once():
    told = described(make_source(1, "GDP", author="World Bank", publisher="World Bank"))
    assert told.count("World Bank") == 1


def test_a_retracted_work_says_so_before_anything_else():
    told = described(make_source(1, "Wheat", author="Ada Baker", is_retracted=True))
    assert told.startswith("RETRACTED")
