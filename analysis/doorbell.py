"""Hears the rings of the watched analyses. A ring says only "look": losing one loses nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from analysis.events import group_name

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
# A layer that hangs is as good as down.
PATIENCE_SECONDS = 5.0


class Doorbell:
    """A member of the groups of the `wanted` analyses; calls `heard` with each that rings."""

    def __init__(self, heard: Callable[[UUID], None]) -> None:
        self.heard = heard
        self.wanted: set[UUID] = set()
        self._joined: set[UUID] = set()
        self._changed = asyncio.Event()
        self._silent = False

    def want(self, analysis_id: UUID) -> None:
        self.wanted.add(analysis_id)
        self._changed.set()

    def forget(self, analysis_id: UUID) -> None:
        self.wanted.discard(analysis_id)
        self._changed.set()

    async def listen(self) -> None:
        """Until cancelled. While the layer is down it tries again, and says so once."""
        while True:
            try:
                await self._listen_on_a_new_channel()
            except* Exception:
                if not self._silent:
                    logger.warning("no rings from the channel layer", exc_info=True)
                self._silent = True
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen_on_a_new_channel(self) -> None:
        layer: Any = get_channel_layer()
        channel = await _patiently(layer.new_channel())
        self._joined.clear()
        self._changed.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear(layer, channel))
            tasks.create_task(self._keep_membership(layer, channel))

    async def _hear(self, layer: Any, channel: str) -> None:
        while True:
            ring = await layer.receive(channel)
            self.heard(UUID(ring["analysis_id"]))

    async def _keep_membership(self, layer: Any, channel: str) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            for analysis_id in self.wanted - self._joined:
                await _patiently(layer.group_add(group_name(analysis_id), channel))
                self._joined.add(analysis_id)
                self.heard(analysis_id)  # for whatever rang before we were a member
            for analysis_id in self._joined - self.wanted:
                await _patiently(layer.group_discard(group_name(analysis_id), channel))
                self._joined.discard(analysis_id)
            self._back()

    def _back(self) -> None:
        if self._silent:
            logger.info("rings from the channel layer again")
        self._silent = False


async def _patiently(call: Awaitable[Any]) -> Any:
    """Give the layer time, but not for ever.

    Shielded, because `wait_for` of Python 3.11 inside the Redis client swallows a cancellation.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await asyncio.shield(call)
