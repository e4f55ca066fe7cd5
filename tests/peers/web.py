"""A web site on loopback that does exactly what a test says, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext

from tests.peers.http import Request, head, read_request

# What a path does: the bytes of its answer, or whatever it writes by itself.
Reply = bytes | Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """`replies` by path (without the query); all that was asked is in `requests`, in order."""

    port: int = 0
    scheme: str = "http"
    replies: dict[str, Reply] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    busy: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.ensure_future(self._answer(reader, writer))
        self.busy.add(task)
        task.add_done_callback(self.busy.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                while request := await read_request(reader):
                    self.requests.append(request)
                    await self._reply(request, writer)
        finally:
            writer.transport.abort()

    async def _reply(self, request: Request, writer: asyncio.StreamWriter) -> None:
        reply = self.replies.get(request.path.partition("?")[0], NOT_THERE)
        if callable(reply):
            await reply(request, writer)
        else:
            writer.write(reply)
        await writer.drain()

    async def close(self) -> None:
        for task in self.busy:
            task.cancel()
        await asyncio.gather(*self.busy)


def reply(
    body: bytes = b"<html><body><p>Some words.</p></body></html>",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A whole answer with the right length; a page unless the headers say otherwise."""
    fixed = {"content-type": "text/html", "content-length": str(len(body))}
    return head(status, fixed | dict(headers or {})) + body


def moved(location: str, status: int = 302) -> bytes:
    return reply(b"", status, {"location": location})


NOT_THERE = reply(b"not here", 404)


@asynccontextmanager
async def a_site(tls: SSLContext | None = None, **replies: Reply) -> AsyncIterator[Site]:
    """A site whose front page and what else is given are there; it ends with the block."""
    site = Site(replies={"/": reply(), **replies}, scheme="https" if tls else "http")
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        await site.close()
        await server.wait_closed()
