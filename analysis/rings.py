"""Rings: messages that say in which analyses something happened, and no more."""

import asyncio
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

GROUP = "rings"
# Rings that come faster are collected: each message costs each web process a third of a
# millisecond, and makes it look at the log for twice that. Nobody sees so short a delay.
COLLECT_SECONDS = 0.07


class Rings:
    """Sends them: at once when it is quiet, else many in one message."""

    def __init__(self) -> None:
        self._rung: set[UUID] = set()
        self._sending = False

    async def ring(self, analysis_id: UUID) -> None:
        self._rung.add(analysis_id)
        if self._sending:
            return
        self._sending = True
        try:
            while self._rung:
                await self._send()
                await asyncio.sleep(COLLECT_SECONDS)
        finally:
            self._sending = False

    async def _send(self) -> None:
        rung, self._rung = self._rung, set()
        layer: Any = get_channel_layer()
        message = {"type": "logs.grew", "analyses": [str(analysis_id) for analysis_id in rung]}
        await layer.group_send(GROUP, message)


# Of each loop its own: a forked process must not wait for what its parent was sending.
_rings: WeakKeyDictionary[asyncio.AbstractEventLoop, Rings] = WeakKeyDictionary()


async def ring(analysis_id: UUID) -> None:
    """Tell all web processes to look at its log."""
    await _rings.setdefault(asyncio.get_running_loop(), Rings()).ring(analysis_id)
