from datetime import date

import pytest

from analysis.sources.works import canonical, merged, sorted_out
from analysis.web_types import Found, Kind


def found(provider: str = "brave", url: str = "https://a.example/x", **facts: object) -> Found:
    given = {"kind": Kind.WEB, "rank": 1, "title": "Wheat", **facts}
    return Found.model_validate({"provider": provider, "url": url, **given})


def works(*results: Found) -> list[list[Found]]:
    return [list(work.results) for work in sorted_out((one, 1.0) for one in results)]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.a.example/x/",
        "http://a.example/x",
        "https://a.example/x?utm_source=mail&fbclid=1",
        "https://A.example/x#part",
    ],
)
def test_one_page_has_one_address_however_it_is_written(url: str) -> None:
    assert canonical(url) == "a.example/x"


def test_what_a_page_is_asked_for_is_part_of_its_address() -> None:
    assert canonical("https://a.example/x?b=2&a=1") == "a.example/x?a=1&b=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (found(doi="10.1/x"), found("crossref", "https://doi.org/10.1234/y", doi="10.1/x")),
        (found(url="https://doi.org/10.1234/Y"), found(url="https://b.example", doi="10.1234/y")),
        (
            found(url="https://arxiv.org/abs/2101.00001v2"),
            found(url="https://www.arxiv.org/pdf/2101.00001v1"),
        ),
        (
            found(file_url="https://a.example/full.pdf"),
            found(url="http://www.a.example/full.pdf?utm_medium=x"),
        ),
        (
            found(title="Wheat and bread: a history", published_on=date(2021, 1, 1)),
            found(
                url="https://b.example",
                title="Wheat and Bread - A History",
                published_on=date(2021, 9, 9),
            ),
        ),
    ],
)
def test_results_of_one_work_are_one_entry(one: Found, other: Found) -> None:
    assert works(one, found(url="https://else.example/"), other)[0] == [one, other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (found(), found(url="https://a.example/y")),
        (
            found(title="Wheat and bread a history", published_on=date(2020, 1, 1)),
            found(
                url="https://b.example",
                title="Wheat and bread a history",
                published_on=date(2021, 1, 1),
            ),
        ),
        (
            found(title="X Inc: 10-K of 2024", kind=Kind.OFFICIAL, published_on=date(2024, 1, 1)),
            found(
                url="https://a.example/exhibit",
                title="X Inc: 10-K of 2024",
                kind=Kind.OFFICIAL,
                published_on=date(2024, 1, 1),
            ),
        ),
    ],
)
def test_two_works_stay_two(one: Found, other: Found) -> None:
    assert len(works(one, other)) == 2


def test_a_result_that_is_known_by_two_names_joins_what_was_apart() -> None:
    page, record = found(), found("crossref", "https://doi.org/10.1234/y", doi="10.1234/y")
    both = found("openalex", "https://doi.org/10.1234/y", file_url="https://a.example/x")

    assert works(page, record, both) == [[page, record, both]]


def test_the_record_tells_the_facts_and_every_other_fills_its_gaps() -> None:
    page = found(title="wheat | a.example", authors=("somebody",), snippet="a long snippet")
    record = found(
        "crossref",
        "https://doi.org/10.1234/y",
        title="Wheat and bread",
        doi="10.1234/y",
        is_retracted=True,
    )
    one = merged([page, record])

    assert (one.title, one.url) == ("Wheat and bread", "https://doi.org/10.1234/y")
    assert (one.authors, one.snippet) == (("somebody",), "a long snippet")
    assert (one.is_retracted, one.provider, one.also) == (True, "crossref", ("brave",))
