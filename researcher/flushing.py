"""Sends what one turn of the loop wrote to a WebSocket at once, in one system call.

Twisted asks epoll whether a connection can be written before it sends anything, which costs more
than a small frame itself; and nearly always it can. What the network does not take waits in
Twisted as before.
"""

import asyncio
from functools import partial
from typing import Any

from twisted.internet.tcp import Connection


def flush_soon(transport: Any) -> None:
    """From now on write to this connection first, and ask only when it does not take it all."""
    if isinstance(transport, Connection):
        flush = partial(_schedule, transport, type(transport).startWriting)
        transport.startWriting = flush  # type: ignore[method-assign]


def write_now(transport: Any, wire: bytes) -> bool:
    """Write past Twisted's buffers if they are empty, else say False and write nothing."""
    if not _takes_bytes(transport) or transport.dataBuffer or transport._tempDataBuffer:
        return False
    try:
        sent = transport.socket.send(wire)
    except OSError:  # no room, or the peer has gone: the reactor will find out which
        sent = 0
    if sent < len(wire):
        transport.write(wire[sent:])
    return True


def _takes_bytes(transport: Any) -> bool:
    """Whether it is a plain connection that is alive; TLS must see all that is sent."""
    plain = isinstance(transport, Connection) and not transport.TLS
    return plain and bool(transport.connected)


def _schedule(transport: Any, wait_for_room: Any) -> None:
    if len(transport._tempDataBuffer) > 1:
        return  # a flush is on its way, or the reactor waits for room
    if transport.dataBuffer:
        wait_for_room(transport)
    else:
        asyncio.get_running_loop().call_soon(_flush, transport, wait_for_room)


def _flush(transport: Any, wait_for_room: Any) -> None:
    if not transport.connected:
        return
    failed = transport.doWrite() is not None
    if failed or transport.dataBuffer or transport._tempDataBuffer:
        wait_for_room(transport)
