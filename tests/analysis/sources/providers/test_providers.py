"""Which providers are on: the open ones, and those whose key or address is set."""

from typing import Any

import pytest

from analysis.sources import providers
from analysis.sources.providers.hosts import kind_of
from analysis.sources.providers.types import Kind

OPEN = {
    "wikipedia",
    "openalex",
    "crossref",
    "arxiv",
    "pubmed",
    "edgar",
    "edgar_facts",
    "world_bank",
    "gdelt",
}
KEYED = {
    "SEARXNG_URL": "searxng",
    "TAVILY_API_KEY": "tavily",
    "BRAVE_API_KEY": "brave",
    "EXA_API_KEY": "exa",
}


@pytest.fixture(autouse=True)
def plain(settings: Any) -> None:
    for name in KEYED:
        setattr(settings, name, "")
    settings.FEEDS = settings.PROVIDERS_OFF = []
    settings.PROVIDER_URLS = {}


def test_without_settings_the_open_ones_are_on() -> None:
    assert set(providers.available()) == OPEN


@pytest.mark.parametrize(("setting", "name"), KEYED.items())
def test_a_key_switches_its_provider_on(setting: str, name: str, settings: Any) -> None:
    setattr(settings, setting, "http://secret-or-address")
    made = providers.available()

    assert set(made) == OPEN | {name}
    assert setting == "SEARXNG_URL" or "secret" not in repr(made[name])


def test_what_is_switched_off_is_not_there(settings: Any) -> None:
    settings.PROVIDERS_OFF = ["gdelt", "arxiv"]

    assert set(providers.available()) == OPEN - {"gdelt", "arxiv"}


def test_every_provider_knows_its_own_name(settings: Any) -> None:
    for name in KEYED:
        setattr(settings, name, "http://x")
    settings.FEEDS = ["https://x.example/feed"]

    assert {name: one.name for name, one in providers.available().items()} == {
        name: name for name in providers.PROVIDERS
    }


def test_another_address_is_taken_from_the_settings(settings: Any) -> None:
    settings.PROVIDER_URLS = {"crossref": "https://mirror.example/"}

    assert "base='https://mirror.example'" in repr(providers.available()["crossref"])


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.gov.uk/a", Kind.OFFICIAL),
        ("https://www.bls.gov/a", Kind.OFFICIAL),
        ("https://ec.europa.eu/a", Kind.OFFICIAL),
        ("https://notagov.example/", Kind.WEB),
        ("https://pubmed.ncbi.nlm.nih.gov/1/", Kind.SCHOLARLY),
        ("https://en.wikipedia.org/wiki/Bread", Kind.REFERENCE),
        ("http://[", Kind.WEB),
    ],
)
def test_the_host_tells_the_kind(url: str, kind: Kind) -> None:
    assert kind_of(url) is kind
