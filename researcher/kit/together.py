"""Database work that many ask for at once and that is done for all of them in one transaction."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from typing import Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from django.db import Error

from researcher.kit.rows import patiently, rows

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

# How long the next waits for others to come: longer the more there were in the last second, so
# that somebody who is alone is never kept waiting.
REST_PER_ASKER, LONGEST_REST = 0.0004, 0.05  # seconds

# One transaction for many at a time: two of them would pass over what the other has locked.
_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class Together(Generic[T, R]):
    """One kind of work on rows, which knows how to serve one, and the plain cases of many.

    `many` gives None for whom it did not serve: these, and all when it fails, are served by `one`,
    which must be safe to run again.
    """

    def __init__(
        self, one: Callable[[T], R], many: Callable[[Sequence[T]], Sequence[R | None]]
    ) -> None:
        self.one, self.many = one, many
        self._lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, _Lane[T, R]] = WeakKeyDictionary()

    async def __call__(self, item: T) -> R:
        """What `one` gives for the item; raises what it raises."""
        loop = asyncio.get_running_loop()
        if (lane := self._lanes.get(loop)) is None:
            lane = self._lanes[loop] = _Lane(self, _TURNS.setdefault(loop, asyncio.Lock()))
        return await lane.serve(item)


class _Waiting(NamedTuple, Generic[T, R]):
    item: T
    result: "asyncio.Future[R]"
    context: Context


class _Lane(Generic[T, R]):
    """Those of one event loop who wait to be served, and who served them."""

    def __init__(self, work: Together[T, R], turn: asyncio.Lock) -> None:
        self.work, self.turn = work, turn
        self.waiting: list[_Waiting[T, R]] = []
        self.serving: asyncio.Task[None] | None = None
        self.alone: set[asyncio.Task[None]] = set()
        self.came: deque[float] = deque()

    async def serve(self, item: T) -> R:
        self.came.append(time.monotonic())
        place = _Waiting(item, asyncio.get_running_loop().create_future(), copy_context())
        self.waiting.append(place)
        if self.serving is None or self.serving.done():
            # In no run's context: what is logged there is about all of them.
            self.serving = asyncio.create_task(self._serve_all(), context=Context())
        result: R = await place.result
        return result

    async def _serve_all(self) -> None:
        while self.waiting:
            batch = [place for place in self.waiting if not place.result.done()]
            self.waiting = []
            for place in await self._serve_many(batch) if len(batch) > 1 else batch:
                task = asyncio.create_task(self._serve_one(place), context=place.context)
                self.alone.add(task)
                task.add_done_callback(self.alone.discard)
            await asyncio.sleep(self._rest())

    async def _serve_many(self, batch: list["_Waiting[T, R]"]) -> list["_Waiting[T, R]"]:
        """Who is still to be served."""
        try:
            async with self.turn:
                results = await rows(self.work.many, [place.item for place in batch])
        except Error as error:
            logger.info("served one by one, since together it failed: %s", error)
            return batch
        except Exception:  # nobody may wait for ever
            logger.exception("served one by one, since together it failed")
            return batch
        for place, result in zip(batch, results, strict=True):
            if result is not None and not place.result.done():
                place.result.set_result(result)
        return [place for place, result in zip(batch, results, strict=True) if result is None]

    async def _serve_one(self, place: "_Waiting[T, R]") -> None:
        try:
            result = await patiently(self.work.one, place.item)
        except BaseException as error:
            if not place.result.done():
                place.result.set_exception(error)
        else:
            if not place.result.done():
                place.result.set_result(result)

    def _rest(self) -> float:
        while self.came and self.came[0] < time.monotonic() - 1.0:
            self.came.popleft()
        return min(LONGEST_REST, REST_PER_ASKER * len(self.came))
