"""A warm pool of child processes for work that is untrusted (a file of a stranger) or heavy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from researcher.kit import child as there
from researcher.kit.leash import ChildDied, ChildError, ChildFailed, ChildTimedOut, Leash

__all__ = ["ChildDied", "ChildError", "ChildFailed", "ChildTimedOut", "Children", "Remote"]

T = TypeVar("T")


class Remote:
    """An object that lives in one child, which works for nobody else until it is dropped."""

    def __init__(self, child: Leash, seconds: float) -> None:
        self._child = child
        self._seconds = seconds

    async def call(self, method: str, /, *args: Any, returns: type[T]) -> T:
        """Call one of its methods; errors are those of `Children.call`."""
        return await self._child.ask(there.ASK, method, args, self._seconds, returns)


class Children:
    """At most `size` busy children; who comes when all are busy waits, first come first served.

    Each has `memory_mb` of address space and `seconds` a call (wall clock and processor time),
    no network, no secrets in its environment, and dies with this process. They start when they
    are needed, are used again, and are replaced when they died, grew or served `calls` calls.
    An instance belongs to one event loop. An open object keeps its place: whoever holds one and
    waits for another can wait for ever, so long-held objects deserve Children of their own.
    """

    def __init__(self, *, size: int, memory_mb: int, seconds: float, calls: int = 500) -> None:
        self._memory_mb = memory_mb
        self._seconds = seconds
        self._calls = calls
        self._places = asyncio.Semaphore(size)
        self._idle: list[Leash] = []
        self._all: set[Leash] = set()
        self._closed = False

    async def call(
        self, function: str, /, *args: Any, returns: type[T], seconds: float | None = None
    ) -> T:
        """What the function "package.module:name" returns there for `args`, as a `returns`.

        The answer crosses as JSON (as it is, if it is bytes) and is validated here.
        Raises the function's Refusal, ChildTimedOut, ChildDied or ChildFailed. A caller that is
        cancelled takes the child that works for it along, so nobody reads a stale answer.
        """
        async with self._borrowed() as child:
            return await child.ask(there.CALL, function, args, seconds or self._seconds, returns)

    @asynccontextmanager
    async def open(
        self, cls: str, /, *args: Any, seconds: float | None = None
    ) -> AsyncIterator[Remote]:
        """Make an object of the class "package.module:Name" in a child; `seconds` is per call."""
        limit = seconds or self._seconds
        async with self._borrowed() as child:
            await child.ask(there.MAKE, cls, args, limit, type(None))
            try:
                yield Remote(child, limit)
            finally:
                child.drop()

    async def close(self) -> None:
        """Kill all children, also busy ones (their callers get ChildDied), and see them gone."""
        self._closed = True
        ends = [child.end for child in self._all]
        for child in self._all:
            child.kill()
        await asyncio.gather(*ends, return_exceptions=True)

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Leash]:
        async with self._places:
            if self._closed:
                raise RuntimeError("these Children are closed")
            child = self._rested() or await self._started()
            try:
                yield child
            finally:
                self._give_back(child)

    def _rested(self) -> Leash | None:
        while self._idle:
            child = self._idle.pop()
            if child.is_alive:
                return child
        return None

    async def _started(self) -> Leash:
        child = await Leash.spawn(self._memory_mb)
        self._all.add(child)
        child.end.add_done_callback(lambda _: self._all.discard(child))
        if self._closed:
            # Closed while it was born.
            child.kill()
        await child.ready()
        return child

    def _give_back(self, child: Leash) -> None:
        is_good = child.is_alive and child.calls < self._calls and not child.has_grown
        if is_good and not self._closed:
            self._idle.append(child)
        else:
            child.kill()
