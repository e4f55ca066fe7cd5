"""Where sources are searched for, one file a provider; off without the key or address it needs."""

from collections.abc import Callable

from django.conf import settings

from analysis.sources.providers import (
    arxiv,
    brave,
    crossref,
    edgar,
    edgar_facts,
    exa,
    feeds,
    gdelt,
    openalex,
    pubmed,
    searxng,
    tavily,
    wikipedia,
    world_bank,
)
from analysis.sources.providers.types import Provider

PROVIDERS: dict[str, Callable[[], Provider | None]] = {
    "searxng": searxng.configured,
    "tavily": tavily.configured,
    "brave": brave.configured,
    "exa": exa.configured,
    "wikipedia": wikipedia.configured,
    "openalex": openalex.configured,
    "crossref": crossref.configured,
    "arxiv": arxiv.configured,
    "pubmed": pubmed.configured,
    "edgar": edgar.configured,
    "edgar_facts": edgar_facts.configured,
    "world_bank": world_bank.configured,
    "gdelt": gdelt.configured,
    "feeds": feeds.configured,
}


def available() -> dict[str, Provider]:
    """The providers that this deployment has set up and not switched off, by name."""
    switched_off = set(settings.PROVIDERS_OFF)
    made = {name: make() for name, make in PROVIDERS.items() if name not in switched_off}
    return {name: provider for name, provider in made.items() if provider}
