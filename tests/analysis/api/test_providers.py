"""Alice is shown what can be searched, and no secret of it."""

import re
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from analysis.sources import providers
from analysis.sources.providers import catalogue
from analysis.sources.providers.prices import LISTED

pytestmark = pytest.mark.django_db
SECRET = "sk-never-shown"


def told(api: APIClient) -> dict[str, dict[str, Any]]:
    answer = api.get("/api/v1/providers/")
    assert SECRET not in answer.content.decode()
    return {one["name"]: one for one in answer.json()["providers"]}


def test_every_provider_is_told_with_what_it_finds(api: APIClient, settings: Any) -> None:
    settings.BRAVE_API_KEY, settings.TAVILY_API_KEY = SECRET, ""
    there = told(api)

    assert list(there) == list(providers.PROVIDERS)
    assert there["brave"] == {
        "name": "brave",
        "title": "Brave",
        "finds": "web",
        "is_available": True,
        "missing": "",
        "hosts": ["api.search.brave.com"],
        "is_paid": True,
        "price": "0.005",
        "price_source": LISTED["brave"].note,
    }
    assert (there["tavily"]["is_available"], there["tavily"]["missing"]) == (
        False,
        "TAVILY_API_KEY",
    )
    assert (there["wikipedia"]["is_paid"], there["wikipedia"]["hosts"]) == (
        False,
        ["wikipedia.org"],
    )


def test_what_is_switched_off_says_by_what(api: APIClient, settings: Any) -> None:
    settings.PROVIDERS_OFF = ["arxiv", "brave"]
    settings.BRAVE_API_KEY = SECRET
    there = told(api)

    assert {there[name]["missing"] for name in ("arxiv", "brave")} == {"PROVIDERS_OFF"}


def test_a_price_of_ones_own_is_told(api: APIClient, settings: Any) -> None:
    settings.SEARCH_PRICES = {"brave": Decimal("0.003"), "searxng": Decimal("0.001"), "exa": 0}
    there = told(api)

    assert [there[name]["price"] for name in ("brave", "searxng")] == ["0.003", "0.001"]
    assert [there[name]["is_paid"] for name in ("searxng", "exa")] == [True, False]
    assert [there[name]["price_source"] for name in ("brave", "wikipedia")] == ["SEARCH_PRICES", ""]


@pytest.mark.parametrize("name", LISTED)
def test_a_listed_price_says_where_it_was_read_and_when(name: str, api: APIClient) -> None:
    source = told(api)[name]["price_source"]
    assert re.match(r"[\w./-]+\.[a-z]+/\S+, 20\d\d-\d\d-\d\d", source)
    assert ("not confirmed" in source) == bool(LISTED[name].doubt)


def test_the_server_s_own_reach_is_told(api: APIClient, settings: Any) -> None:
    settings.EGRESS = "hosts"
    assert api.get("/api/v1/providers/").json()["egress"] == "hosts"


def test_the_catalogue_says_what_the_providers_say(settings: Any) -> None:
    settings.PROVIDERS_OFF, settings.FEEDS = [], ["https://feeds.example/a"]
    settings.SEARXNG_URL = "http://searxng.example:8080"
    settings.TAVILY_API_KEY = settings.BRAVE_API_KEY = settings.EXA_API_KEY = SECRET
    there = providers.available()

    assert {name: one.label for name, one in there.items()} == {
        name: entry.title for name, entry in catalogue.ENTRIES.items()
    }
    for name, one in there.items():
        place = getattr(one, "base", "https://feeds.example")
        assert any(host in place for host in catalogue.hosts(name)), name
