"""What is looked for outside the house, what is found there, and how far out one may reach."""

from datetime import date
from enum import StrEnum

from researcher.kit.frozen import Frozen


class EgressMode(StrEnum):
    """How far out one analysis may reach."""

    DOCUMENTS = "documents"  # nothing leaves the house
    HOSTS = "hosts"  # the hosts it lists, with their subdomains
    WEB = "web"  # every public address


class Egress(Frozen):
    """What one analysis may reach; `hosts` is read in the mode `hosts` only."""

    mode: EgressMode = EgressMode.DOCUMENTS
    hosts: tuple[str, ...] = ()


class Kind(StrEnum):
    """What sort of publication a result is: the first word about its quality."""

    OFFICIAL = "official"  # filings, statistics, regulators
    SCHOLARLY = "scholarly"
    REFERENCE = "reference"
    NEWS = "news"
    DATA = "data"
    WEB = "web"


class Search(Frozen):
    """One question to a provider: plain words, and a window of dates where it matters.

    A provider that finds only what has all words is asked for `words`: what it is about (`subject`)
    and what of it is asked (`focus`), in a few words each. One that searches the whole web is asked
    for pages of `hosts` only, where only those may be read.
    """

    query: str
    subject: str = ""
    focus: str = ""
    limit: int = 10
    language: str = "en"
    since: date | None = None
    until: date | None = None
    hosts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"{self.subject} {self.focus}".strip() or self.query


class Found(Frozen):
    """One result, as its record tells it; nothing in it was made up by a model.

    `url` is where people read it and `file_url` the full text where that is another address;
    `text` is the record itself where the provider gives content (a series of data, an abstract).
    """

    provider: str
    kind: Kind
    rank: int
    title: str
    url: str
    file_url: str = ""
    snippet: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published_on: date | None = None
    doi: str = ""
    language: str = ""
    is_retracted: bool = False
    text: str = ""
    # Other providers that found the same work, and by what it is known again.
    also: tuple[str, ...] = ()
    key: str = ""


class ProviderOutcome(Frozen):
    """What became of the questions to one provider; `code` tells what went wrong last, if any."""

    provider: str
    label: str
    asked: int = 0
    answered: int = 0
    results: int = 0
    code: str = ""
    detail: str = ""

    def __add__(self, later: "ProviderOutcome") -> "ProviderOutcome":
        counts = {
            name: getattr(self, name) + getattr(later, name)
            for name in ("asked", "answered", "results")
        }
        last = later if later.code or not self.code else self
        return last.model_copy(update=counts)


class Discovery(Frozen):
    """What all providers found, best first, one entry a work; and what became of each provider."""

    found: tuple[Found, ...] = ()
    outcomes: tuple[ProviderOutcome, ...] = ()
