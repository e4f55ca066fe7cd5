"""Connections to a model server, for hundreds of answers at a time."""

from collections.abc import AsyncIterator
from typing import cast

import httpx2

# A pool looks at each of its connections whenever an answer begins and ends.
ANSWERS_PER_POOL = 8


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
        self.pools.append(_Pool(httpx2.AsyncHTTPTransport(verify=self.trusted, trust_env=False)))
        return self.pools[-1]

    async def aclose(self) -> None:
        for pool in self.pools:
            await pool.transport.aclose()


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
