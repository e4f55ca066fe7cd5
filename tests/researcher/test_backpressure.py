"""What holds without a network; `test_consumers` stalls real clients of a real Daphne."""

import asyncio
from functools import partial
from typing import Any

import pytest
from daphne.ws_protocol import WebSocketProtocol

from researcher.backpressure import Backpressure, Valve
from researcher.kit.closing import Message, Receive, Scope, Send


class Connection(WebSocketProtocol):  # type: ignore[misc]
    """A connection of Daphne's whose network we play."""

    valve: Valve

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def registerProducer(self, producer: Valve, streaming: bool) -> None:
        self.valve = producer

    def unregisterProducer(self) -> None:
        pass

    async def reply(self, message: Message) -> None:
        self.sent.append(message)


FRAME: Message = {"type": "websocket.send", "text": "x"}
CLOSE: Message = {"type": "websocket.close", "code": 4408}


async def kept_send(send: Any) -> Send:
    """The `send` that an application is given in place of the server's."""
    given: list[Send] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        given.append(send)

    await Backpressure(application, stall_seconds=0.02)({}, None, send)
    return given[0]


async def test_a_frame_waits_until_the_network_takes_more():
    connection = Connection()
    send = await kept_send(partial(Connection.reply, connection))
    connection.valve.pauseProducing()
    sending = asyncio.ensure_future(send(FRAME))
    await asyncio.sleep(0)
    assert connection.sent == []
    connection.valve.resumeProducing()
    await sending
    assert connection.sent == [FRAME]


async def test_a_close_does_not_wait():
    connection = Connection()
    send = await kept_send(partial(Connection.reply, connection))
    connection.valve.pauseProducing()
    await send(CLOSE)
    assert connection.sent == [CLOSE]


async def test_a_lost_connection_lets_go_of_who_waits():
    connection = Connection()
    send = await kept_send(partial(Connection.reply, connection))
    connection.valve.pauseProducing()
    connection.valve.stopProducing()
    await send(FRAME)


async def test_a_frame_does_not_wait_for_ever():
    connection = Connection()
    send = await kept_send(partial(Connection.reply, connection))
    connection.valve.pauseProducing()
    with pytest.raises(TimeoutError):
        await send(FRAME)
    assert connection.sent == []


async def test_nor_does_it_on_a_server_that_waits_by_itself():
    async def stuck(message: Message) -> None:
        await asyncio.Event().wait()

    send = await kept_send(stuck)
    with pytest.raises(TimeoutError):
        await send(FRAME)


async def test_bytes_are_only_poured_into_an_open_socket_of_daphne():
    given: list[Any] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        given.append(scope["pour"])

    connection = Connection()
    connection.state = WebSocketProtocol.STATE_CLOSING
    connection.transport = object()
    for send in (partial(Connection.reply, connection), connection.reply):
        await Backpressure(application, stall_seconds=0.02)({}, None, send)
    assert [pour(b"bytes") for pour in given] == [False, False]
