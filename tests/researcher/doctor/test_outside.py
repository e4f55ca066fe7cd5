"""What the doctor sees of the providers."""

from decimal import Decimal
from typing import Any

import pytest

from analysis.sources.providers import PROVIDERS
from researcher.doctor.outside import providers_that_are_on


@pytest.fixture
def mine(settings) -> Any:
    settings.EGRESS = "web"
    settings.PROVIDERS_OFF, settings.PROVIDER_URLS, settings.CONTACT_EMAIL = [], {}, "a@b.example"
    settings.OPENALEX_API_KEY = "key"
    settings.TAVILY_API_KEY = settings.BRAVE_API_KEY = settings.EXA_API_KEY = ""
    return settings


def test_those_that_are_on_are_named(mine):
    (finding,) = providers_that_are_on()
    assert finding.level == "ok"
    assert "openalex" in finding.what


def test_a_house_that_nothing_leaves_searches_nowhere(mine):
    mine.EGRESS = "documents"
    (finding,) = providers_that_are_on()
    assert (finding.level, "openalex" in finding.what) == ("ok", False)


def test_nobody_to_ask_is_a_warning(mine):
    mine.PROVIDERS_OFF = list(PROVIDERS)
    (finding,) = providers_that_are_on()
    assert finding.level == "warning"


@pytest.mark.parametrize(
    ("setting", "value"), [("PROVIDERS_OFF", ["googel"]), ("PROVIDER_URLS", {"googel": "http://x"})]
)
def test_a_name_of_no_provider_is_an_error_that_names_it(mine, setting, value):
    setattr(mine, setting, value)
    finding, _ = providers_that_are_on()
    assert (finding.level, "googel" in finding.what) == ("error", True)


def test_what_searches_cost_is_told_with_who_says_so(mine):
    mine.BRAVE_API_KEY = "key"
    _, prices = providers_that_are_on()
    assert (prices.level, "brave 0.005 (apidog.com" in prices.what) == ("ok", True)

    mine.SEARCH_PRICES = {"brave": Decimal("0.003")}
    _, prices = providers_that_are_on()
    assert "brave 0.003 (SEARCH_PRICES)" in prices.what


@pytest.mark.parametrize("setting", ["CONTACT_EMAIL", "OPENALEX_API_KEY"])
def test_what_would_be_served_better_is_told(mine, setting):
    (well_set,) = providers_that_are_on()
    setattr(mine, setting, "")
    (finding,) = providers_that_are_on()
    assert (finding.level, setting in finding.what) == ("ok", True)
    assert setting not in well_set.what
