"""The providers as a front end offers them: what each finds, whether it is on, what it costs."""

from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from analysis.sources import providers
from analysis.sources.providers.asking import base
from analysis.sources.providers.prices import price, price_source
from analysis.web_types import Kind
from researcher.kit.frozen import Frozen


class Entry(NamedTuple):
    """`needs` is the setting without which it is off; `address` its own, as its module has it."""

    title: str
    finds: Kind
    address: str = ""
    needs: str = ""


class Listing(Frozen):
    """A provider that analyses may search.

    `missing` names the setting that switches it on, where it is off: a key or an address that is
    not there, or PROVIDERS_OFF. `hosts` are where a question to it goes; `price` is of one search
    in US dollars, 0 for what is free; `price_source` says where that is from and of when.
    """

    name: str
    title: str
    finds: Kind
    is_available: bool
    missing: str
    hosts: tuple[str, ...]
    is_paid: bool
    price: Decimal
    price_source: str


ENTRIES = {
    "searxng": Entry("SearXNG", Kind.WEB, needs="SEARXNG_URL"),
    "tavily": Entry("Tavily", Kind.WEB, "https://api.tavily.com", "TAVILY_API_KEY"),
    "brave": Entry("Brave", Kind.WEB, "https://api.search.brave.com", "BRAVE_API_KEY"),
    "exa": Entry("Exa", Kind.WEB, "https://api.exa.ai", "EXA_API_KEY"),
    "wikipedia": Entry("Wikipedia", Kind.REFERENCE, "https://wikipedia.org"),
    "openalex": Entry("OpenAlex", Kind.SCHOLARLY, "https://api.openalex.org"),
    "crossref": Entry("Crossref", Kind.SCHOLARLY, "https://api.crossref.org"),
    "arxiv": Entry("arXiv", Kind.SCHOLARLY, "https://export.arxiv.org"),
    "pubmed": Entry("PubMed", Kind.SCHOLARLY, "https://eutils.ncbi.nlm.nih.gov"),
    "edgar": Entry("SEC EDGAR", Kind.OFFICIAL, "https://efts.sec.gov"),
    "edgar_facts": Entry("SEC EDGAR company facts", Kind.DATA, "https://data.sec.gov"),
    "world_bank": Entry("World Bank", Kind.DATA, "https://api.worldbank.org"),
    "gdelt": Entry("GDELT", Kind.NEWS, "https://api.gdeltproject.org"),
    "feeds": Entry("Feeds", Kind.NEWS, needs="FEEDS"),
}


def listings() -> list[Listing]:
    """Every provider that there is, those that are on and those that are not."""
    there = providers.available()
    return [_listing(name, entry, name in there) for name, entry in ENTRIES.items()]


def hosts(name: str) -> tuple[str, ...]:
    """The hosts that a question to a provider goes to; none for what is no provider."""
    if name not in ENTRIES:
        return ()
    places = [base(name, ENTRIES[name].address)]
    if name == "searxng":
        places = [settings.SEARXNG_URL]
    if name == "feeds":
        places = settings.FEEDS
    if name == "edgar_facts":
        # The list of companies is in the archive, the facts are not.
        places = [*places, base("edgar_archive", "https://www.sec.gov")]
    named = (_host(place) for place in places)
    return tuple(dict.fromkeys(host for host in named if host))


def _host(place: str) -> str:
    try:
        host = urlsplit(place).hostname or ""
    except ValueError:
        return ""
    # Each edition of Wikipedia has a host of its own.
    return host.removeprefix("{language}.")


def _listing(name: str, entry: Entry, is_available: bool) -> Listing:
    needed = entry.needs if entry.needs and not getattr(settings, entry.needs) else "PROVIDERS_OFF"
    return Listing(
        name=name,
        title=entry.title,
        finds=entry.finds,
        is_available=is_available,
        missing="" if is_available else needed,
        hosts=hosts(name),
        is_paid=price(name) > 0,
        price=price(name),
        price_source=price_source(name),
    )
