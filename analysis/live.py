"""One reader of the log for all sockets of a process.

It asks which of the analyses that rang moved, and now and then of all that are watched. It
fetches and serialises their new events once, and gives them to all sockets that watch.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import Error, connection, connections

from analysis.doorbell import Doorbell
from analysis.frames import Growth, Head, growth_since, newest_after
from analysis.watched import RETRY_SECONDS, Watched

logger = logging.getLogger(__name__)

# Between two looks it rests: rings that come faster are answered together. It rests so many
# times as long as it worked, so the log of many busy runs never takes more of a core than that.
# On SQLite, where nobody rings, the newest rows are asked for as often.
SHORTEST_REST, LONGEST_REST = 0.05, 0.2  # seconds
REST_PER_WORK = 8
FAIR_SECONDS = 0.01  # of giving, after which others have their turn
# Of its own, so that a look never queues behind a rush of new sockets.
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")

P = ParamSpec("P")
T = TypeVar("T")


class Reader:
    """Looks at the log for all who watch: when it is rung, and every LIVE_POLL_SECONDS."""

    def __init__(self) -> None:
        self.watched: dict[UUID, Watched] = {}
        self._wake = asyncio.Event()
        self._rung: set[UUID] = set()
        self._poll_at = 0.0
        self._glances = connection.vendor == "sqlite" and not settings.REDIS_URL
        self._newest: int | None = None  # the last row that a glance saw
        self._tasks: list[asyncio.Task[None]] = []
        self._troubled = False

    @contextmanager
    def watching(self, analysis_id: UUID, head: Head) -> Iterator[Watched]:
        """Keep one analysis watched; `head` is what the caller knows of its log."""
        self._start()
        watched = self.watched.setdefault(analysis_id, Watched(analysis_id, head))
        watched.ended = watched.ended and watched.last_seq >= head.last_seq
        watched.sockets += 1
        self._hear([analysis_id])  # what happened since the caller looked is found at once
        try:
            yield watched
        finally:
            watched.sockets -= 1
            if not watched.sockets:
                del self.watched[analysis_id]

    async def close(self) -> None:
        """Stop reading, for a loop that lives on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(_THREAD, connections.close_all)

    def _start(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._read())]
            if settings.REDIS_URL:
                doorbell = Doorbell(self._hear, self._look_at_all)
                self._tasks.append(asyncio.create_task(doorbell.listen()))

    def _hear(self, rung: Iterable[UUID]) -> None:
        """Look at these soon, as far as they are watched."""
        if heard := self.watched.keys() & rung:
            self._rung |= heard
            self._wake.set()

    def _look_at_all(self) -> None:
        self._poll_at = 0.0
        self._wake.set()

    async def _read(self) -> None:
        rest = SHORTEST_REST
        while True:
            await self._wait(rest)
            began = time.monotonic()
            try:
                await self._look(self._due())
                self._troubled = False
            except Exception:  # no error may end it: every socket of the process lives on it
                if not self._troubled:
                    logger.exception("cannot read the log; trying again")
                self._troubled = True
                await asyncio.sleep(RETRY_SECONDS)
                self._look_at_all()
            rest = (time.monotonic() - began) * REST_PER_WORK
            rest = min(max(rest, SHORTEST_REST), LONGEST_REST)

    async def _wait(self, rest: float) -> None:
        """Until it is rung or the next poll is due, but for `rest` seconds at least."""
        await asyncio.sleep(rest)
        if self.watched and self._glances:
            return
        due = max(self._poll_at - time.monotonic(), 0) if self.watched else None
        try:
            async with asyncio.timeout(due):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    def _due(self) -> Collection[UUID]:
        """What to look at now: all that is watched when a poll is due, else what was rung."""
        rung, self._rung = self._rung, set()
        if time.monotonic() < self._poll_at:
            return rung
        self._poll_at = time.monotonic() + settings.LIVE_POLL_SECONDS
        return set(self.watched)

    async def _look(self, due: Collection[UUID]) -> None:
        looked = self.watched.copy()
        if self._glances:
            self._newest, found = await _in_thread(_glance_and_look, self._newest, looked, due)
        else:
            found = await _in_thread(_look, looked, due)
        fair_until = time.monotonic() + FAIR_SECONDS
        for analysis_id, growth in found.items():
            looked[analysis_id].grow(growth)
            if growth and growth.until < growth.head.last_seq:
                self._hear([analysis_id])  # there is more than one batch
            if time.monotonic() > fair_until:
                await asyncio.sleep(0)
                fair_until = time.monotonic() + FAIR_SECONDS


_readers: WeakKeyDictionary[asyncio.AbstractEventLoop, Reader] = WeakKeyDictionary()


def reader() -> Reader:
    """The reader of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _readers:
        _readers[loop] = Reader()
    return _readers[loop]


def _glance_and_look(
    newest: int | None, watched: Mapping[UUID, Watched], due: Collection[UUID]
) -> tuple[int, dict[UUID, Growth | None]]:
    """Together, because each way to the thread costs as much as a small query."""
    newest, rung = newest_after(newest)
    return newest, _look(watched, rung.union(due))


def _look(watched: Mapping[UUID, Watched], due: Collection[UUID]) -> dict[UUID, Growth | None]:
    return growth_since({pk: watched[pk].last_seq for pk in due if pk in watched})


async def _in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    work = partial(_on_kept_connection, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work)


def _on_kept_connection(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The thread keeps one connection: opening SQLite anew costs more than a look."""
    try:
        return function(*args, **kwargs)
    except Error:
        connections.close_all()  # the next call opens a sound one
        raise
