"""Warm child processes for views: these are sync and run in threads that come and go.

The children belong to a loop in one thread that lives as long as the process, since a child dies
with the thread that started it.
"""

import asyncio
import os
import threading
from typing import Any, TypeVar

from django.conf import settings

from researcher.kit.children import Children
from researcher.kit.pool import children

T = TypeVar("T")


class Warm:
    """One pool of children for all threads of this process; it starts when it is first used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._children: Children | None = None

    def call(self, function: str, /, *args: Any, returns: type[T]) -> T:
        """As `Children.call`; waits in the calling thread."""
        asked = self._ask(function, args, returns)
        return asyncio.run_coroutine_threadsafe(asked, self._started()).result()

    async def _ask(self, function: str, args: tuple[Any, ...], returns: type[T]) -> T:
        if self._children is None:
            self._children = children(settings.CHILDREN)
        return await self._children.call(function, *args, returns=returns)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            # After a fork the thread is not there, although the loop looks so.
            if self._loop is None or self._process != os.getpid():
                self._process, self._children = os.getpid(), None
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True, name="warm").start()
            return self._loop


WARM = Warm()
