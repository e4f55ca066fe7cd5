"""What one search costs, in the currency of the price table of models (US dollars)."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings


class Listed(NamedTuple):
    """A price as it was listed on a day; `doubt` says why it may not be the provider's own word."""

    price: Decimal
    on: date
    source: str
    doubt: str = ""

    @property
    def note(self) -> str:
        """ "exa.ai/docs/changelog/pricing-update, 2026-03-03"."""
        said = f"{self.source}, {self.on.isoformat()}"
        return f"{said}; {self.doubt}" if self.doubt else said


# For what our adapters ask, paid as one goes. A plan that is cheaper is told by SEARCH_PRICES.
LISTED = {
    # One credit: a basic search. The day is that on which the page was looked up.
    "tavily": Listed(
        Decimal("0.008"), date(2026, 11, 23), "docs.tavily.com/documentation/api-credits"
    ),
    # 5 dollars a thousand requests in the plan "Search", 5 dollars of them free every month.
    "brave": Listed(
        Decimal("0.005"),
        date(2026, 9, 1),
        "apidog.com/blog/brave-api-key",
        "what others tell of Brave's list, not confirmed by Brave",
    ),
    # 7 dollars a thousand searches with the contents of ten results; we ask for no more than ten.
    "exa": Listed(Decimal("0.007"), date(2026, 3, 3), "exa.ai/docs/changelog/pricing-update"),
}

# After these nobody knows whether the provider counts the search.
MAYBE_PAID = frozenset({"malformed", "unreachable"})


def price(name: str) -> Decimal:
    """The price of one search by the provider of this name; nothing for those that are free."""
    listed = LISTED[name].price if name in LISTED else Decimal(0)
    given: Decimal = settings.SEARCH_PRICES.get(name, listed)
    return given


def price_source(name: str) -> str:
    """Where a price is from, and of when; "" for what is free."""
    if name in settings.SEARCH_PRICES:
        return "SEARCH_PRICES"
    return LISTED[name].note if name in LISTED else ""
