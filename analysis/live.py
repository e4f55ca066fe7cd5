"""One reader of the log for all sockets of a process.

It asks which of the analyses that rang moved, and now and then of all that are watched. It
fetches and serialises their new events once, and keeps the newest in a window that all sockets
of an analysis share. A socket is a cursor into the log: what the window holds it takes from
there, what is older it reads page by page. So the past and the present are one path without a
gap between them, a socket costs no queue of its own, and a slow one delays nobody.
"""

import asyncio
import logging
import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from operator import attrgetter
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import Error, connections

from analysis.doorbell import Doorbell
from analysis.frames import Frame, Growth, Head, frames_after, growth_since
from researcher.kit.rows import rows

logger = logging.getLogger(__name__)

WINDOW = 100  # events kept for sockets that are a little behind
# Between two looks it rests: rings that come faster are answered together. It rests so many
# times as long as it worked, so the log of many busy runs never takes more of a core than that.
SHORTEST_REST, LONGEST_REST = 0.03, 0.2  # seconds
REST_PER_WORK = 8
RETRY_SECONDS = 1.0
# Of its own, so that a look never queues behind a rush of new sockets.
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")


class Watched:
    """One analysis and its newest frames, for all sockets of this process that watch it."""

    def __init__(self, analysis_id: UUID, head: Head) -> None:
        self.id = analysis_id
        self.last_seq = head.last_seq
        self.ended = head.ended
        self.gone = False
        self.sockets = 0
        self._window: list[Frame] = []  # every event after _floor
        self._floor = head.last_seq
        self._moved = asyncio.Event()

    async def after(self, seq: int) -> Sequence[Frame]:
        """The next frames after `seq`: waits for them; none when there will be none."""
        while seq >= self.last_seq and not (self.ended or self.gone):
            await self._moved.wait()
        if seq >= self.last_seq or self.gone:
            return ()
        if seq >= self._floor:
            return self._window[bisect_right(self._window, seq, key=attrgetter("seq")) :]
        return await self._page(seq)

    def differs_from(self, growth: Growth | None) -> bool:
        """Whether a look at the log found anything new."""
        return growth is None or (growth.until, growth.head.ended) != (self.last_seq, self.ended)

    def grow(self, growth: Growth | None) -> None:
        """Take in what a look at the log found; None means that the analysis was deleted."""
        if growth is None:
            self.gone = True
        else:
            self._take(growth)
        # Wakes all who wait, and lets those who come later wait for the next time.
        self._moved.set()
        self._moved.clear()

    def _take(self, growth: Growth) -> None:
        if growth.frames:
            kept = self._window[-WINDOW:]
            self._floor = kept[0].seq - 1 if len(self._window) > WINDOW else self._floor
            self._window = [*kept, *growth.frames]
        self.last_seq = growth.until
        self.ended = growth.head.ended and self.last_seq >= growth.head.last_seq

    async def _page(self, seq: int) -> Sequence[Frame]:
        while True:
            try:
                page = await rows(frames_after, self.id, seq, self.last_seq)
            except Error:  # the reader says so; the socket's cursor has lost nothing
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.gone = self.gone or not page
                return page


class Reader:
    """Looks at the log for all who watch: when it is rung, and every LIVE_POLL_SECONDS."""

    def __init__(self) -> None:
        self.watched: dict[UUID, Watched] = {}
        self._wake = asyncio.Event()
        self._rung: set[UUID] = set()
        self._poll_at = 0.0
        self._doorbell = Doorbell(self._look_soon)
        self._tasks: list[asyncio.Task[None]] = []
        self._troubled = False

    @contextmanager
    def watching(self, analysis_id: UUID, head: Head) -> Iterator[Watched]:
        """Keep one analysis watched; `head` is what the caller knows of its log."""
        self._start()
        watched = self.watched.setdefault(analysis_id, Watched(analysis_id, head))
        watched.ended = watched.ended and watched.last_seq >= head.last_seq
        watched.sockets += 1
        self._doorbell.want(analysis_id)
        self._look_soon(analysis_id)  # what happened since the caller looked is found at once
        try:
            yield watched
        finally:
            watched.sockets -= 1
            if not watched.sockets:
                del self.watched[analysis_id]
                self._doorbell.forget(analysis_id)

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
                self._tasks.append(asyncio.create_task(self._doorbell.listen()))

    def _look_soon(self, analysis_id: UUID | None = None) -> None:
        """At one analysis, or at all."""
        if analysis_id is None:
            self._poll_at = 0.0
        else:
            self._rung.add(analysis_id)
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
                self._look_soon()
            rest = (time.monotonic() - began) * REST_PER_WORK
            rest = min(max(rest, SHORTEST_REST), LONGEST_REST)

    async def _wait(self, rest: float) -> None:
        """Until it is rung or the next poll is due, but for `rest` seconds at least."""
        await asyncio.sleep(rest)
        due = max(self._poll_at - time.monotonic(), 0) if self.watched else None
        try:
            async with asyncio.timeout(due):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    def _due(self) -> dict[UUID, Watched]:
        """What to look at now: all that is watched when a poll is due, else what was rung."""
        rung, self._rung = self._rung, set()
        if time.monotonic() < self._poll_at:
            return {pk: self.watched[pk] for pk in rung & self.watched.keys()}
        self._poll_at = time.monotonic() + settings.LIVE_POLL_SECONDS
        return dict(self.watched)

    async def _look(self, looked: Mapping[UUID, Watched]) -> None:
        if not looked:
            return
        cursors = {pk: watched.last_seq for pk, watched in looked.items()}
        found = await asyncio.get_running_loop().run_in_executor(_THREAD, _look_at, cursors)
        for analysis_id, watched in looked.items():
            growth = found.get(analysis_id)
            if watched.differs_from(growth):
                watched.grow(growth)
            if growth and growth.until < growth.head.last_seq:
                self._look_soon(analysis_id)  # there is more than one batch


_readers: WeakKeyDictionary[asyncio.AbstractEventLoop, Reader] = WeakKeyDictionary()


def reader() -> Reader:
    """The reader of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _readers:
        _readers[loop] = Reader()
    return _readers[loop]


def _look_at(cursors: Mapping[UUID, int]) -> dict[UUID, Growth]:
    """Its thread keeps one connection: opening SQLite anew costs more than the look."""
    try:
        return growth_since(cursors)
    except Error:
        connections.close_all()  # the next look opens a sound one
        raise
