"""What one search costs, in the currency of the price table of models (US dollars)."""

from decimal import Decimal

from django.conf import settings

# As the providers list them for what our adapters ask: one credit of Tavily, a request to Brave,
# a search of Exa with the highlights of ten pages. A plan that is cheaper is told by SEARCH_PRICES.
LISTED = {"tavily": Decimal("0.008"), "brave": Decimal("0.005"), "exa": Decimal("0.015")}

# After these nobody knows whether the provider counts the search.
MAYBE_PAID = frozenset({"malformed", "unreachable"})


def price(name: str) -> Decimal:
    """The price of one search by the provider of this name; nothing for those that are free."""
    given: Decimal = settings.SEARCH_PRICES.get(name, LISTED.get(name, Decimal(0)))
    return given
