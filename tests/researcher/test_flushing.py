"""On a real pair of sockets; the reactor only notes who waits for room."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Connection

from researcher.flushing import flush_soon, write_now


class Waiting:
    """The reactor's part: which connections wait until the network takes more."""

    def __init__(self) -> None:
        self.writers: set[Any] = set()

    def addWriter(self, writer: Any) -> None:
        self.writers.add(writer)

    def removeWriter(self, writer: Any) -> None:
        self.writers.discard(writer)

    def addReader(self, reader: Any) -> None: ...

    def removeReader(self, reader: Any) -> None: ...


@pytest.fixture
def pair() -> Iterator[tuple[Connection, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(2)
    connection = Connection(ours, Protocol(), Waiting())
    connection.connected = 1
    flush_soon(connection)
    yield connection, theirs
    ours.close()
    theirs.close()


async def test_what_is_written_in_one_turn_leaves_at_once_and_together(pair: Any):
    connection, theirs = pair
    connection.write(b"one")
    connection.write(b"two")
    await asyncio.sleep(0)
    assert theirs.recv(100) == b"onetwo"
    assert not connection.reactor.writers


async def test_what_the_network_does_not_take_waits_for_room(pair: Any):
    connection, theirs = pair
    sent = b"x" * 5_000_000
    connection.write(sent)
    await asyncio.sleep(0)
    connection.write(b"end")
    assert connection.reactor.writers == {connection}
    received = b""
    while not received.endswith(b"end"):
        received += theirs.recv(1_000_000)
        connection.doWrite()  # as the reactor does when there is room
    assert received == sent + b"end"
    assert not connection.reactor.writers


async def test_a_closing_connection_sends_its_last_words_and_is_ended_by_the_reactor(pair: Any):
    connection, theirs = pair
    connection.write(b"bye")
    connection.loseConnection()
    await asyncio.sleep(0)
    assert theirs.recv(100) == b"bye"
    assert connection.reactor.writers == {connection}


async def test_a_lost_connection_is_left_alone(pair: Any):
    connection, theirs = pair
    connection.write(b"late")
    connection.connected = 0
    await asyncio.sleep(0)
    theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        theirs.recv(100)


async def test_bytes_that_are_made_already_leave_at_once(pair: Any):
    connection, theirs = pair
    assert write_now(connection, b"now")
    assert theirs.recv(100) == b"now"


async def test_they_never_overtake_what_was_written_before(pair: Any):
    connection, theirs = pair
    connection.write(b"first")
    assert not write_now(connection, b"second")
    await asyncio.sleep(0)
    assert theirs.recv(100) == b"first"


async def test_what_the_network_does_not_take_of_them_waits_for_room_too(pair: Any):
    connection, theirs = pair
    sent = b"x" * 5_000_000
    assert write_now(connection, sent)
    assert not write_now(connection, b"more")
    await asyncio.sleep(0)
    received = theirs.recv(1_000_000)
    while len(received) < len(sent):
        connection.doWrite()
        received += theirs.recv(1_000_000)
    assert received == sent


async def test_a_peer_that_has_gone_is_left_to_the_reactor(pair: Any):
    connection, theirs = pair
    theirs.close()
    assert write_now(connection, b"into the void")
    await asyncio.sleep(0)
    assert connection.reactor.writers == {connection}


async def test_nothing_is_written_to_a_lost_or_encrypted_connection(pair: Any):
    connection, theirs = pair
    connection.TLS = True
    assert not write_now(connection, b"plain")
    connection.TLS, connection.connected = False, 0
    assert not write_now(connection, b"late")
    theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        theirs.recv(100)
