"""Connections to a model server, for hundreds of answers at a time."""

from itertools import cycle

import httpx2

# A pool looks at each of its connections whenever a request begins and ends.
POOLS = 16
LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=20)


class Spread(httpx2.AsyncBaseTransport):
    """Requests are spread over several small pools, in turn."""

    def __init__(self) -> None:
        trusted = httpx2.create_ssl_context(trust_env=False)
        self.pools = [
            httpx2.AsyncHTTPTransport(verify=trusted, trust_env=False, limits=LIMITS)
            for _ in range(POOLS)
        ]
        self._turns = cycle(self.pools)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await next(self._turns).handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self.pools:
            await pool.aclose()
