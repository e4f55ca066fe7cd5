"""The plainest Door there is: it asks, and says what came; no manners, no cache, no guard."""

from datetime import UTC, datetime

import httpx2

from analysis.sources.door.types import Ask, Egress, EgressMode, Fetched, FetchFailed


class OpenDoor:
    def __init__(self, seconds: float = 2.0) -> None:
        self.client = httpx2.AsyncClient(trust_env=False, timeout=seconds)

    async def fetch(self, ask: Ask, egress: Egress) -> Fetched:
        if egress.mode is EgressMode.DOCUMENTS:
            raise FetchFailed("blocked_egress", "nothing leaves the house")
        try:
            got = await self.client.request(
                ask.method, ask.url, headers=dict(ask.headers), content=ask.body
            )
        except httpx2.HTTPError as error:
            raise FetchFailed("timeout", type(error).__name__) from error
        if got.status_code != 200:
            raise FetchFailed("status", got.text, status=got.status_code)
        return Fetched(
            url=ask.url, content=got.content, media_type="", fetched_at=datetime.now(UTC)
        )
