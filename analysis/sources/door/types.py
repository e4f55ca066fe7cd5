"""What goes through the door to the web, and what comes back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from pydantic import Field

from analysis.web_types import Egress, EgressMode
from researcher.kit.frozen import Frozen

__all__ = ["Ask", "Door", "Egress", "EgressMode", "FetchFailed", "Fetched"]


class Ask(Frozen):
    """One request. `conduct` is False for an API that we are invited to: no robots.txt there."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = Field(default_factory=dict)
    body: bytes | None = None
    conduct: bool = True
    # The least seconds between two requests to its host; None leaves it to the settings.
    every_seconds: float | None = None
    # How long the answer may be given again without asking; None leaves it to its headers.
    fresh_seconds: float | None = None
    # How long the whole fetch may take, with waiting and retries; None leaves it to the settings.
    patience_seconds: float | None = None


class Fetched(Frozen):
    """An answer with status 200: its bytes, decompressed, and their type as the bytes tell it."""

    url: str  # the last one, after redirects
    content: bytes
    media_type: str
    headers: Mapping[str, str] = Field(default_factory=dict)
    fetched_at: datetime
    from_cache: bool = False


class FetchFailed(Exception):
    """Nothing usable came: a typed outcome, never evidence.

    `retry_after` is in seconds, where another attempt may help; `status` is 0 before an answer.
    """

    def __init__(
        self, code: str, detail: str, *, status: int = 0, retry_after: float | None = None
    ) -> None:
        self.code, self.detail = code, detail
        self.status, self.retry_after = status, retry_after
        super().__init__(f"{code}: {detail}")


class Door(Protocol):
    """The only way out: vetted addresses, caps, manners, cache (`analysis.sources.fetch`)."""

    async def fetch(self, ask: Ask, egress: Egress) -> Fetched:
        """The answer to one request. Raises FetchFailed."""
        ...
