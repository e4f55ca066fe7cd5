"""A list of addresses: what a user names himself is read before anything that is found."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sources.door.types import Door, Egress
from analysis.sources.providers.hosts import host_of, kind_of
from analysis.sources.providers.types import Found, Search


@dataclass(frozen=True)
class UrlList:
    urls: tuple[str, ...]
    name: str = "url_list"
    label: str = "Named addresses"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """All of them, in their order, whatever the question."""
        return [_found(url, rank) for rank, url in enumerate(dict.fromkeys(self.urls), 1)]


def _found(url: str, rank: int) -> Found:
    return Found(
        provider="url_list", kind=kind_of(url), rank=rank, title=host_of(url) or url, url=url
    )
