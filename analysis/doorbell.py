"""Hears who rang. A ring says only "look": losing one loses nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer

from analysis.rings import GROUP

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
# A layer that hangs is as good as down.
PATIENCE_SECONDS = 5.0


class Doorbell:
    """A member of the one group that rings go to: calls `heard` with the analyses that rang, and
    `missed` when some may have rung unheard.

    One group and not one for each analysis: what is collected in one message costs once.
    """

    def __init__(self, heard: Callable[[Iterable[UUID]], None], missed: Callable[[], None]) -> None:
        self.heard, self.missed = heard, missed
        self._silent = False

    async def listen(self) -> None:
        """Until cancelled. While the layer is down it tries again, and says so once."""
        while True:
            try:
                await self._listen_on_a_new_channel()
            except Exception:
                if not self._silent:
                    logger.warning("no rings from the channel layer", exc_info=True)
                self._silent = True
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen_on_a_new_channel(self) -> None:
        layer: Any = get_channel_layer()
        channel = await _patiently(layer.new_channel())
        await _patiently(layer.group_add(GROUP, channel))
        self._back()
        while True:
            message = await layer.receive(channel)
            self.heard(map(UUID, message["analyses"]))

    def _back(self) -> None:
        self.missed()  # before we were a member
        if self._silent:
            logger.info("rings from the channel layer again")
        self._silent = False


async def _patiently(call: Awaitable[Any]) -> Any:
    """Give the layer time, but not for ever.

    Shielded, because `wait_for` of Python 3.11 inside the Redis client swallows a cancellation.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await asyncio.shield(call)
