"""The rules of robots.txt (RFC 9309): kept for a while, and asked for once at a time."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from protego import Protego

from analysis.sources.door.types import FetchFailed
from analysis.sources.door.urls import Target

KEPT = 2000
# What of a file is read at least, by the RFC.
READ_BYTES = 500 << 10

# The text of a robots.txt, or None where the site has none; and whether a network that only we
# may enter may be entered for it. Raises FetchFailed.
Load = Callable[[Target, bool], Awaitable[str | None]]


@dataclass(frozen=True)
class Rules:
    parsed: Protego | None
    until: float


class Robots:
    """The rules of the places that this process met. An instance belongs to one event loop."""

    def __init__(self, robot: str, load: Load, seconds: float) -> None:
        self._robot = robot
        self._load = load
        self._seconds = seconds
        self._kept: OrderedDict[tuple[object, bool], asyncio.Task[Rules]] = OrderedDict()

    async def delay(self, target: Target, *, may_enter: bool = True) -> float:
        """The seconds that the site wants between two requests (0 if it does not say).

        Raises FetchFailed: robots_disallowed, or why its rules cannot be read.
        """
        rules = (await self._rules(target, may_enter)).parsed
        if rules is None:
            return 0.0
        if not rules.can_fetch(target.url, self._robot):
            detail = f"{target.host} asks robots not to read this page (robots.txt)."
            raise FetchFailed("robots_disallowed", detail)
        return rules.crawl_delay(self._robot) or 0.0

    async def close(self) -> None:
        for task in self._kept.values():
            task.cancel()
        await asyncio.gather(*self._kept.values(), return_exceptions=True)

    async def _rules(self, target: Target, may_enter: bool) -> Rules:
        """One task for all who ask: whoever is cancelled takes it from nobody."""
        key = target.origin, may_enter
        task = self._kept.get(key)
        if task is None or _is_stale(task):
            task = asyncio.create_task(self._read(target.beside("/robots.txt"), may_enter))
            self._kept[key] = task
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return await asyncio.shield(task)

    async def _read(self, target: Target, may_enter: bool) -> Rules:
        text = await self._load(target, may_enter)
        parsed = None if text is None else await asyncio.to_thread(Protego.parse, text)
        return Rules(parsed, time.monotonic() + self._seconds)


def _is_stale(task: asyncio.Task[Rules]) -> bool:
    if not task.done():
        return False
    return (
        task.cancelled() or task.exception() is not None or task.result().until < time.monotonic()
    )


def text_of(content: bytes) -> str:
    return content[:READ_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
