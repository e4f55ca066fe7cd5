from analysis.pipeline.citations import numbered
from analysis.types import Quote


def quote(key: str, source: str) -> Quote:
    return Quote(key=key, source=source, page=1, start=0, end=1, text="x")


def test_sources_and_quotes_are_numbered_as_they_appear() -> None:
    quotes = {one.key: one for one in (quote("a", "s1"), quote("b", "s2"), quote("c", "s1"))}
    found = numbered(["b", "a", "c"], quotes)

    assert [(one.quote, one.source_number, one.quote_number) for one in found] == [
        ("b", 1, 1),
        ("a", 2, 1),
        ("c", 2, 2),
    ]


def test_without_quotes_there_are_no_numbers() -> None:
    assert numbered([], {}) == ()
