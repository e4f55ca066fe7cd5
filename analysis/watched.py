"""One analysis that sockets of this process watch, and its newest events.

A socket is a cursor into the log: what the window holds it takes from there, what is older it
reads page by page. So the past and the present are one path without a gap between them, a socket
costs no queue of its own, and a slow one delays nobody.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from operator import attrgetter
from uuid import UUID

from django.db import Error

from analysis.frames import Frame, Growth, Head, frames_after
from researcher.kit.framing import text_frame
from researcher.kit.rows import rows

WINDOW = 100  # events kept for sockets that are a little behind
POURED = 64 * 1024  # characters that are written to one socket at once, at most
RETRY_SECONDS = 1.0

# Writes bytes to a socket now, or says that it cannot.
Pour = Callable[[bytes], bool]


def never(wire: bytes) -> bool:
    """The Pour of who wants all events given to him."""
    return False


class _Waiting:
    """Who has all there is: how far he got, and how he is woken."""

    __slots__ = ("pour", "seq", "woken")

    def __init__(self, seq: int, pour: Pour) -> None:
        self.seq, self.pour = seq, pour
        self.woken = asyncio.get_running_loop().create_future()

    def take(self, growth: Growth, wire: bytes) -> bool:
        """The whole growth, if he has all before it and the network takes it."""
        if wire and self.seq < growth.frames[0].seq and self.pour(wire):
            self.seq = growth.until
            return True
        return False

    def wake(self) -> None:
        if not self.woken.done():
            self.woken.set_result(None)


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
        self._waiting: set[_Waiting] = set()

    async def after(self, seq: int, pour: Pour = never) -> Sequence[Frame]:
        """The next frames after `seq`: waits for them; none when there will be none.

        While it waits, what comes is given to `pour`, and only what that does not take is
        returned: so an event costs a socket that keeps up no turn of its task.
        """
        while seq >= self.last_seq and not (self.ended or self.gone):
            seq = await self._wait(seq, pour)
        if seq >= self.last_seq or self.gone:
            return ()
        if seq >= self._floor:
            return self._window[bisect_right(self._window, seq, key=attrgetter("seq")) :]
        return await self._page(seq)

    def grow(self, growth: Growth | None) -> None:
        """Take in what a look at the log found; None means that the analysis was deleted."""
        wire = b""
        if growth is None:
            self.gone = True
        else:
            self._take(growth)
            wire = _joined(growth.frames)
        for waiting in list(self._waiting):
            if not growth or self.ended or not waiting.take(growth, wire):
                self._waiting.discard(waiting)
                waiting.wake()

    async def _wait(self, seq: int, pour: Pour) -> int:
        """Until something came that was not poured; how far it was poured."""
        waiting = _Waiting(seq, pour)
        self._waiting.add(waiting)
        try:
            await waiting.woken
        finally:
            self._waiting.discard(waiting)
        return waiting.seq

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


def _joined(frames: Sequence[Frame]) -> bytes:
    """As one write, or nothing if that is too much for one."""
    if sum(len(frame.text) for frame in frames) > POURED:
        return b""
    return b"".join([text_frame(frame.text) for frame in frames])
