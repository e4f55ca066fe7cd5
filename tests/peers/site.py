"""A web site on loopback that answers what a test tells it to, and keeps what it was asked."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.peers.http import Request, head, read_request

TYPES = {"{": "application/json", "[": "application/json", "<": "text/html"}


@dataclass(frozen=True)
class Answer:
    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


Told = Answer | Callable[[Request], Answer]


def answer(body: Any = b"", status: int = 200, seconds: float = 0.0, **headers: str) -> Answer:
    """An answer of bytes, of text, or of a value as JSON; `retry_after` is Retry-After."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else None
    raw = json.dumps(body).encode() if raw is None else raw
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = TYPES.get(raw[:1].decode("latin-1"), "text/plain")
    return Answer(raw, status, {"content-type": kind, **named}, seconds)


class Site:
    """`answers` by path; what has none is 404. `asked` are all requests, in order."""

    def __init__(self) -> None:
        self.answers: dict[str, Told] = {}
        self.asked: list[Request] = []
        self.url = ""

    def __setitem__(self, path: str, told: Any) -> None:
        is_told = isinstance(told, Answer) or callable(told)
        self.answers[path] = told if is_told else answer(told)

    @property
    def paths(self) -> list[str]:
        return [urlsplit(one.path).path for one in self.asked]

    @property
    def queries(self) -> list[dict[str, str]]:
        """The parameters of all requests, of the address or of the form."""
        return [{**_fields(urlsplit(one.path).query), **_form(one)} for one in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await read_request(reader)) is not None:
                told = self._told(request)
                await asyncio.sleep(told.seconds)
                fixed = {"content-length": str(len(told.body)), "connection": "keep-alive"}
                writer.write(head(told.status, {**fixed, **told.headers}) + told.body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _told(self, request: Request) -> Answer:
        path = urlsplit(request.path).path
        if path != "/robots.txt":
            self.asked.append(request)
        told = self.answers.get(path) or answer("not here", 404)
        return told if isinstance(told, Answer) else told(request)


def _fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _form(request: Request) -> dict[str, str]:
    is_form = "urlencoded" in request.headers.get("content-type", "")
    return _fields(request.body.decode()) if is_form else {}


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    made = Site()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield made
        server.close()


@contextmanager
def site_in_thread() -> Iterator[Site]:
    """The site beside a test that runs a loop of its own, such as a whole drive."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = Site()
    starting = asyncio.start_server(made.serve, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result(10)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _ended(server: asyncio.Server) -> None:
    server.close()
    mine = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not mine]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
