"""What every provider is asked, and what it answers with."""

from collections.abc import Sequence
from typing import Protocol

from analysis.sources.door.types import Door
from analysis.web_types import Egress, Found, Kind, Search

__all__ = ["Found", "Kind", "Provider", "ProviderFailed", "Search"]


class ProviderFailed(Exception):
    """A provider gave nothing: `code` is one of limited, quota, denied, unreachable, failed,
    malformed, blocked, bad_query, budget_spent."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}")


class Provider(Protocol):
    """`name` is what requests and settings call it, `label` what a report does."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """What it finds, best first; nothing is an answer. Raises ProviderFailed."""
        ...
