"""What every provider is asked, and what it answers with."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Protocol

from analysis.sources.door.types import Door, Egress
from researcher.kit.frozen import Frozen


class Kind(StrEnum):
    """What sort of publication a result is: the first word about its quality."""

    OFFICIAL = "official"  # filings, statistics, regulators
    SCHOLARLY = "scholarly"
    REFERENCE = "reference"
    NEWS = "news"
    DATA = "data"
    WEB = "web"


class Search(Frozen):
    """One question to a provider: plain words, and a window of dates where it matters."""

    query: str
    limit: int = 10
    language: str = "en"
    since: date | None = None
    until: date | None = None


class Found(Frozen):
    """One result, as its record tells it; nothing in it was made up by a model.

    `url` is where people read it and `file_url` the full text where that is another address;
    `text` is the record itself where the provider gives the whole content (a series of data).
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


class ProviderFailed(Exception):
    """A provider gave nothing: `code` is one of limited, quota, denied, unreachable, failed,
    malformed, blocked, bad_query."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}")


class Provider(Protocol):
    name: str

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """What it finds, best first; nothing is an answer. Raises ProviderFailed."""
        ...
