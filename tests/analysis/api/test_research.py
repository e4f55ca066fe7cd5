"""Alice searches what she has already, over REST."""

import pytest

from tests.analysis.test_search import MARGIN, completed, shelve

pytestmark = pytest.mark.servers
ADDRESS = "/api/v1/research/search/"


def test_passages_and_findings_come_together(api, alice):
    document = shelve(alice, "report.txt", MARGIN)
    analysis = completed(alice, "northwind", "Energy prices weighed on the margin.")
    told = api.get(f"{ADDRESS}?q=energy margin").json()
    assert told["q"] == "energy margin"
    [passage], [finding] = told["passages"], told["findings"]
    assert (passage["document"], passage["page"]) == (str(document.pk), 1)
    assert passage["text"] == MARGIN[passage["start"] : passage["end"]]
    assert (finding["analysis"], finding["id"]) == (str(analysis.pk), "f-0")
    for found in (passage, finding):
        span = found["highlights"][0]
        assert found["text"][span["start"] : span["end"]].lower() in ("energy", "margin")


@pytest.mark.parametrize(("kind", "counts"), [("passage", (1, 0)), ("finding", (0, 1))])
def test_one_kind_alone_can_be_asked_for(api, alice, kind, counts):
    shelve(alice, "report.txt", MARGIN)
    completed(alice, "northwind", MARGIN)
    told = api.get(f"{ADDRESS}?q=margin&kind={kind}").json()
    assert (len(told["passages"]), len(told["findings"])) == counts


def test_nothing_of_a_stranger_is_found(stranger, alice):
    shelve(alice, "report.txt", MARGIN)
    completed(alice, "northwind", MARGIN)
    assert stranger.get(f"{ADDRESS}?q=margin").json() == {
        "q": "margin",
        "passages": [],
        "findings": [],
    }


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("", "q", "required"),
        ("q=", "q", "blank"),
        ("q=%20%20", "q", "blank"),
        (f"q={'a' * 501}", "q", "max_length"),
        ("q=a%00b", "q", "null_characters_not_allowed"),
        ("q=a&limit=0", "limit", "min_value"),
        ("q=a&limit=51", "limit", "max_value"),
        ("q=a&limit=ten", "limit", "invalid"),
        ("q=a&kind=secret", "kind", "invalid_choice"),
        ("q=a&owner=1", None, "unknown_parameter"),
    ],
)
def test_a_search_that_is_none_is_refused_by_name(api, refused, query, name, code):
    assert refused(api.get(f"{ADDRESS}?{query}"), 400) == [(code, name)]


@pytest.mark.parametrize("query", ["%25", "'", '"', "\\", "*", "(", "a OR 1=1", "🙂", "水"])
def test_signs_are_only_text(api, alice, query):
    shelve(alice, "report.txt", MARGIN)
    assert api.get(ADDRESS, {"q": query}).status_code == 200
