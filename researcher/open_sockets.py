"""Counts the WebSockets of this process, names the analysis of each in what it logs, and ends
them with a word when the server is told to stop; requests may come to their end."""

import asyncio
import re
import sys
from collections import Counter
from contextlib import suppress
from typing import Any, cast

from twisted.internet.defer import Deferred
from twisted.internet.tcp import Port

from researcher.kit import logs
from researcher.kit.closing import Application, Message, Receive, Scope, Send, dismiss
from researcher.kit.ids import uuid7
from researcher.kit.refusal import Refusal

GOODBYE = Refusal(
    "restarting", "The server restarts: connect again with after=<the last seq you have>."
)
# How long the network may refuse it, and how long it may then take to leave.
GOODBYE_SECONDS, LEAVING_SECONDS = 1.0, 0.1
# How long requests may go on that were taken in before, and how long what is left may take to end.
REQUEST_SECONDS, LEFT_SECONDS = 5.0, 1.0
ANALYSIS = re.compile("/ws/analyses/([0-9a-f-]{36})/")


class Tally:
    """Those that are open, each by the task that serves it, and how those ended that we closed."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.closed: Counter[int] = Counter()
        self.is_ending = False

    @property
    def open(self) -> int:
        return len(self.tasks)

    async def end(self) -> None:
        """End them all, and those that still come meanwhile."""
        while tasks := list(self.tasks):
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


SOCKETS, REQUESTS = Tally(), Tally()


class Counted:
    """An ASGI application whose sockets are counted, for /metrics."""

    def __init__(self, application: Application, tally: Tally = SOCKETS) -> None:
        self.application, self.tally = application, tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted_send(message: Message) -> None:
            if message["type"] == "websocket.close":
                self.tally.closed[message.get("code", 1000)] += 1
            await send(message)

        task = cast(asyncio.Task[None], asyncio.current_task())
        self.tally.tasks.add(task)
        try:
            with logs.about(**_ids(scope)):
                await self.application(scope, receive, counted_send)
        except asyncio.CancelledError:
            await _say_goodbye(counted_send)
            raise
        finally:
            self.tally.tasks.discard(task)


def awaited(application: Application, tally: Tally = REQUESTS) -> Application:
    """An ASGI application whose requests are answered although Daphne ends and cancels them."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        work = asyncio.ensure_future(application(scope, receive, send))
        tally.tasks.add(work)
        work.add_done_callback(tally.tasks.discard)
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            if not tally.is_ending:
                work.cancel()
            raise

    return serve


def end_with_daphne(tally: Tally = SOCKETS) -> None:
    """End all sockets when Daphne, if this process is one, is told to stop.

    Daphne 4.2 means to do so itself, and fails over the first connection that became a socket.
    """
    if reactor := sys.modules.get("twisted.internet.reactor"):
        reactor.addSystemEventTrigger("before", "shutdown", _ending, tally)


def _ending(tally: Tally) -> "Deferred[None]":
    # Known at once, since Daphne cancels what is on its way before anything else runs.
    REQUESTS.is_ending = True
    return Deferred.fromFuture(asyncio.ensure_future(_end(tally)))


async def _end(tally: Tally) -> None:
    """Take nobody in any more, dismiss who is there, let requests end, and end what is left.

    Who is told to connect again does so at once: he must find the next server, not this one.
    Nothing may be left to the interpreter's end: Python 3.11 crashes over a task that waits there.
    """
    reactor: Any = sys.modules["twisted.internet.reactor"]
    for port in reactor.getReaders():
        if isinstance(port, Port):
            port.stopListening()  # type: ignore[no-untyped-call]
    await tally.end()
    if requests := set(REQUESTS.tasks):
        await asyncio.wait(requests, timeout=REQUEST_SECONDS)
    left = asyncio.all_tasks() - {cast(asyncio.Task[None], asyncio.current_task())}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=LEFT_SECONDS)


def _ids(scope: Scope) -> dict[str, object]:
    watched = ANALYSIS.fullmatch(scope.get("path", ""))
    return {"request_id": uuid7()} | ({"analysis_id": watched[1]} if watched else {})


async def _say_goodbye(send: Send) -> None:
    with suppress(TimeoutError, ValueError):  # it does not read; it was not yet accepted
        async with asyncio.timeout(GOODBYE_SECONDS):
            await dismiss(send, GOODBYE)
            await asyncio.sleep(LEAVING_SECONDS)
