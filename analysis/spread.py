"""Connections to a model server, for hundreds of answers at a time."""

import ssl
from collections.abc import AsyncIterator
from typing import cast

import httpcore2
import httpx2

from researcher.kit.network import Backend

# A pool looks at each of its connections whenever an answer begins and ends.
ANSWERS_PER_POOL = 8
# How long a connection is kept for the next request (what httpx does).
IDLE_SECONDS = 5.0


class Spread(httpx2.AsyncBaseTransport):
    """Several small pools of connections: the first that has room takes a request."""

    def __init__(self) -> None:
        self.trusted = httpx2.create_ssl_context(trust_env=False)
        self.pools: list[_Pool] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await self._free().handle(request)

    def _free(self) -> "_Pool":
        for pool in self.pools:
            if pool.answers < ANSWERS_PER_POOL:
                return pool
        self.pools.append(_Pool(_Transport(verify=self.trusted, trust_env=False)))
        return self.pools[-1]

    async def aclose(self) -> None:
        for pool in self.pools:
            await pool.transport.aclose()


class _Transport(httpx2.AsyncHTTPTransport):
    """httpx's own, on connections that cost less; it has no other way to be given them."""

    def __init__(self, verify: ssl.SSLContext, *, trust_env: bool) -> None:
        super().__init__(verify=verify, trust_env=trust_env)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=verify,
            max_connections=None,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=Backend(),
        )


class _Pool:
    """Some connections, and how many answers they are giving."""

    def __init__(self, transport: httpx2.AsyncBaseTransport) -> None:
        self.transport, self.answers = transport, 0

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.answers += 1
        try:
            response = await self.transport.handle_async_request(request)
        except BaseException:
            self.answers -= 1
            raise
        response.stream = _Answer(cast("httpx2.AsyncByteStream", response.stream), self)
        return response


class _Answer(httpx2.AsyncByteStream):
    """What comes, until it is closed."""

    def __init__(self, stream: httpx2.AsyncByteStream, pool: _Pool) -> None:
        self._stream, self._pool = stream, pool

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._stream.__aiter__()

    async def aclose(self) -> None:
        self._pool.answers -= 1
        await self._stream.aclose()
