"""What a model is and costs: from the table, and what the deployment knows better."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from analysis.capabilities import Form, Price, known


def test_a_listed_model_has_its_price_and_its_window():
    model = known("gpt-4.1-mini", "", {})
    assert model.price == Price(Decimal("0.4"), Decimal("0.1"), Decimal("1.6"))
    assert model.window >= 1_000_000
    assert model.is_priced


def test_a_provider_is_known_by_the_address_of_its_server():
    assert known("mistral-small-latest", "https://api.mistral.ai/v1", {}).is_priced


@pytest.mark.parametrize(
    ("name", "url"), [("nobody-knows-me", ""), ("gpt-4.1-mini", "http://127.0.0.1:8000/v1")]
)
def test_a_model_of_ones_own_costs_nothing_and_says_that_it_has_no_price(name, url):
    model = known(name, url, {})
    assert model.price.of(tokens_in=10**6, tokens_out=10**6) == 0
    assert not model.is_priced


def test_the_deployment_knows_better():
    facts = {
        "window": 8192,
        "max_output": 1000,
        "form": "json_object",
        "price_in": "0.5",
        "price_out": 2,
        "tokens_per_minute": 9000,
    }
    model = known("mine", "http://127.0.0.1/v1", {"mine": facts})
    assert (model.window, model.max_output, model.form) == (8192, 1000, Form.OBJECT)
    assert model.price == Price(Decimal("0.5"), Decimal("0.5"), Decimal(2))
    assert (model.rate.tokens, model.rate.requests) == (9000, None)
    assert model.is_priced


def test_a_small_window_leaves_room_for_the_question():
    assert known("mine", "", {"mine": {"window": 4096}}).max_output == 2048


@pytest.mark.parametrize("facts", [{"window": 0}, {"price_in": -1}, {"windw": 1}, {"form": "xml"}])
def test_facts_that_cannot_be_are_refused(facts):
    with pytest.raises(ValidationError):
        known("mine", "", {"mine": facts})


def test_a_model_that_thinks_takes_no_temperature_and_needs_room():
    model = known("gpt-5-mini", "", {})
    assert model.reasons
    assert model.max_output > known("gpt-4.1-mini", "", {}).max_output


def test_cached_tokens_are_paid_at_their_own_price():
    price = Price(Decimal(10), Decimal(1), Decimal(30))
    assert price.of(tokens_in=1000, tokens_out=100, cached=400) == Decimal("0.0094")
