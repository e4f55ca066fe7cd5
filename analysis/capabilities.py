"""What is known of a model: its window, its price, how it takes a schema, how often it is asked.

Prices and windows come from the table that genai-prices carries; a deployment knows better by
its setting MODEL_FACTS, which wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from genai_prices import Usage, calc_price
from genai_prices.types import PriceCalculation
from pydantic import Field

from researcher.kit.frozen import Frozen

MILLION, SOME = 1_000_000, 1000
MAX_OUTPUT = 4096
# These think before they answer: they take no temperature and name their limit otherwise.
REASONING = ("o1", "o3", "o4", "gpt-5")
REASONING_OUTPUT = 16_384


class Form(StrEnum):
    """How a server is told the shape of an answer, from the surest to the poorest way."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    PLAIN = "plain"


@dataclass(frozen=True)
class Price:
    """Currency units a million tokens."""

    tokens_in: Decimal = Decimal(0)
    tokens_cached: Decimal = Decimal(0)
    tokens_out: Decimal = Decimal(0)

    def of(self, *, tokens_in: int, tokens_out: int, cached: int = 0) -> Decimal:
        fresh = self.tokens_in * (tokens_in - cached) + self.tokens_cached * cached
        return (fresh + self.tokens_out * tokens_out) / MILLION


FREE = Price()


@dataclass(frozen=True)
class Rate:
    """What a provider lets through in a minute; None is not known."""

    tokens: int | None = None
    requests: int | None = None


ANY_RATE = Rate()


@dataclass(frozen=True)
class Model:
    """A model by its name at the provider, and what is known of it; window 0 is not known."""

    name: str
    price: Price = FREE
    max_output: int = MAX_OUTPUT
    window: int = 0
    form: Form = Form.SCHEMA
    reasons: bool = False
    is_priced: bool = False
    rate: Rate = ANY_RATE


class Facts(Frozen):
    """What a deployment says of a model in MODEL_FACTS; prices are units a million tokens."""

    window: int | None = Field(default=None, gt=0)
    max_output: int | None = Field(default=None, gt=0)
    form: Form | None = None
    price_in: Decimal | None = Field(default=None, ge=0)
    price_cached: Decimal | None = Field(default=None, ge=0)
    price_out: Decimal | None = Field(default=None, ge=0)
    tokens_per_minute: int | None = Field(default=None, gt=0)
    requests_per_minute: int | None = Field(default=None, gt=0)


def known(name: str, base_url: str, said: Mapping[str, Any]) -> Model:
    """The model of this name at this server; `said` is the setting MODEL_FACTS.

    A server of one's own costs nothing unless the setting says otherwise. Raises pydantic's
    ValidationError for facts that cannot be.
    """
    facts = Facts.model_validate(said.get(name, {}))
    listed = _listed(name, base_url)
    window = facts.window or listed.window
    reasons = name.removeprefix("openai/").startswith(REASONING)
    wanted = facts.max_output or (REASONING_OUTPUT if reasons else MAX_OUTPUT)
    return Model(
        name=name,
        price=_price(facts, listed.price),
        # Half of a small window at most: the rest is for the question.
        max_output=min(wanted, window // 2) if window else wanted,
        window=window,
        form=facts.form or Form.SCHEMA,
        reasons=reasons,
        is_priced=listed.is_priced or facts.price_in is not None,
        rate=Rate(facts.tokens_per_minute, facts.requests_per_minute),
    )


def _price(facts: Facts, listed: Price) -> Price:
    tokens_in = listed.tokens_in if facts.price_in is None else facts.price_in
    cached = listed.tokens_cached if facts.price_in is None else tokens_in
    return Price(
        tokens_in=tokens_in,
        tokens_cached=cached if facts.price_cached is None else facts.price_cached,
        tokens_out=listed.tokens_out if facts.price_out is None else facts.price_out,
    )


@lru_cache
def _listed(name: str, base_url: str) -> Model:
    """What the table says: by the address of the server, else only for OpenAI itself."""
    try:
        window = _calculated(name, base_url).model.context_window or 0
    except LookupError:
        return Model(name=name)
    price = Price(
        tokens_in=_million(name, base_url, input_tokens=SOME),
        tokens_cached=_million(name, base_url, input_tokens=SOME, cache_read_tokens=SOME),
        tokens_out=_million(name, base_url, output_tokens=SOME),
    )
    return Model(name=name, price=price, window=window, is_priced=True)


def _million(name: str, base_url: str, **usage: int) -> Decimal:
    """The price of a million tokens, as short questions pay it."""
    return _calculated(name, base_url, **usage).total_price * (MILLION // SOME)


def _calculated(name: str, base_url: str, **usage: int) -> PriceCalculation:
    if base_url:
        return calc_price(Usage(**usage), model_ref=name, provider_api_url=base_url)
    return calc_price(Usage(**usage), model_ref=name, provider_id="openai")
