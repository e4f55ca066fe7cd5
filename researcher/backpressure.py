"""Makes `await send(...)` on a WebSocket wait for a peer that does not read, but not for ever.

Daphne takes every frame at once and keeps what the network does not take, without bound. Its
transport tells a Twisted push producer when 64 KiB wait and when they are gone; we are that
producer. Other servers wait by themselves. A frame that waits too long raises TimeoutError.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from daphne.ws_protocol import WebSocketProtocol

from researcher.flushing import flush_soon, write_now
from researcher.kit.closing import Application, Message, Receive, Scope, Send

# How long a cut peer may take to read up to its close code before the connection is aborted.
CLOSING_SECONDS = 20


# Writes bytes now, or says that it cannot.
Pour = Callable[[bytes], bool]


class Backpressure:
    """Also gives the application `scope["pour"]`: for bytes that many sockets are sent, without
    the way through the server that each message takes. It says whether it could."""

    def __init__(self, application: Application, stall_seconds: float) -> None:
        self.application = application
        self.stall_seconds = stall_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        protocol = _daphne_protocol(send)
        if protocol:
            patient = _over_valve(protocol, send, self.stall_seconds)
            pour: Pour = partial(_pour, protocol)
        else:
            patient = _within(send, self.stall_seconds)
            pour = _refuse
        await self.application({**scope, "pour": pour}, receive, patient)


class Valve:
    """Closed while the transport holds more than its limit for the peer."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.opened.set()

    def pauseProducing(self) -> None:
        self.opened.clear()

    def resumeProducing(self) -> None:
        self.opened.set()

    def stopProducing(self) -> None:
        self.opened.set()


def _daphne_protocol(send: Send) -> Any:
    """The connection behind Daphne's `send`, which is its method bound to a protocol."""
    bound = send.args if isinstance(send, partial) else ()
    return bound[0] if bound and isinstance(bound[0], WebSocketProtocol) else None


def _over_valve(protocol: Any, send: Send, seconds: float) -> Send:
    valve = Valve()
    protocol.closeHandshakeTimeout = CLOSING_SECONDS
    # The HTTP channel that the socket was upgraded from is still registered.
    protocol.unregisterProducer()
    protocol.registerProducer(valve, True)
    flush_soon(protocol.transport)

    async def patient_send(message: Message) -> None:
        # Nearly always open: then a frame costs no timer.
        if message["type"] == "websocket.send" and not valve.opened.is_set():
            async with asyncio.timeout(seconds):
                await valve.opened.wait()
        await send(message)

    return patient_send


def _pour(protocol: Any, wire: bytes) -> bool:
    """Write frames that are made already, past the queue that is empty; else False."""
    return protocol.state == WebSocketProtocol.STATE_OPEN and write_now(protocol.transport, wire)


def _refuse(wire: bytes) -> bool:
    return False


def _within(send: Send, seconds: float) -> Send:
    async def patient_send(message: Message) -> None:
        async with asyncio.timeout(seconds):
            await send(message)

    return patient_send
