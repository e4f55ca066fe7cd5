"""Connections over real sockets: what goes through them, and how each of their ends is told."""

import asyncio
import os
import socket
import struct
from contextlib import suppress

import httpcore2
import pytest

from researcher.kit.network import MOST_BYTES, Backend
from tests.peers.authority import Authority

MUCH = os.urandom(1 << 20)


class Peer:
    """Sends back what it gets, until it is told otherwise; "localhost" over TLS, if it has one."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        self.is_silent = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with suppress(ConnectionError):
            while came := await reader.read(MOST_BYTES):
                if not self.is_silent:
                    writer.write(came)
                    await writer.drain()
        writer.close()

    async def at(self, **tls) -> asyncio.Server:
        return await asyncio.start_server(self.serve, "127.0.0.1", 0, **tls)

    @property
    async def writer(self) -> asyncio.StreamWriter:
        while not self.writers:
            await asyncio.sleep(0.01)
        return self.writers[-1]

    async def hang_up(self) -> None:
        """By a reset, not by an end (SO_LINGER of 0 seconds)."""
        writer = await self.writer
        plain = writer.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        await asyncio.sleep(0.05)


def port_of(server: asyncio.Server) -> int:
    return server.sockets[0].getsockname()[1]


@pytest.fixture
async def peer():
    made = Peer()
    yield made
    await asyncio.sleep(0.02)
    for writer in made.writers:
        writer.transport.abort()
    await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(params=["tcp", "tls"])
async def stream(request, peer, authority, tmp_path):
    """A connection to the peer: by a name of which one address does not answer."""
    tls = authority.server(tmp_path, "localhost") if request.param == "tls" else None
    async with await peer.at(ssl=tls) as server:
        made = await Backend().connect_tcp("localhost", port_of(server), timeout=5)
        if tls:
            made = await made.start_tls(authority.trusted(), "localhost", timeout=5)
        yield made
        await made.aclose()


async def read(stream, size: int) -> bytes:
    came = b""
    while len(came) < size:
        came += await stream.read(MOST_BYTES, timeout=5)
    return came


async def send(stream, what: bytes, **limit: float) -> None:
    """Time and again, more than fits between two."""
    for _ in range(20):
        await stream.write(what, **limit)


async def test_much_comes_back_as_it_was_sent(stream):
    back = asyncio.create_task(read(stream, len(MUCH)))
    await stream.write(MUCH, timeout=5)
    assert await back == MUCH


async def test_what_came_meanwhile_is_read_together(peer, stream):
    writer = await peer.writer
    for number in range(20):
        writer.write(b"%02d" % number)
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)
    told = [await stream.read(MOST_BYTES, timeout=5)]
    while sum(map(len, told)) < 40:
        told.append(await stream.read(MOST_BYTES, timeout=5))
    assert b"".join(told) == b"".join(b"%02d" % number for number in range(20))
    is_tls = stream.get_extra_info("ssl_object")
    assert is_tls or len(told) == 1


async def test_no_more_is_read_than_asked_for(stream):
    await stream.write(b"0123456789")
    assert [await stream.read(4, timeout=5), await stream.read(6, timeout=5)] == [
        b"0123",
        b"456789",
    ]


async def test_the_end_is_nothing(peer, stream):
    (await peer.writer).close()
    assert await stream.read(10, timeout=5) == b""


async def test_a_late_answer_is_told_and_not_lost(peer, stream):
    with pytest.raises(httpcore2.ReadTimeout):
        await stream.read(10, timeout=0.05)
    (await peer.writer).write(b"late")
    assert await stream.read(10, timeout=5) == b"late"


async def test_a_cancelled_read_leaves_nothing_behind(stream):
    reading = asyncio.create_task(stream.read(10, timeout=5))
    await asyncio.sleep(0.05)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not asyncio.get_running_loop().remove_reader(stream.get_extra_info("socket").fileno())
    await stream.write(b"again")
    assert await stream.read(10, timeout=5) == b"again"


async def test_a_reset_is_an_error_of_reading_and_of_writing(peer, stream):
    await peer.hang_up()
    with pytest.raises(httpcore2.ReadError):
        await stream.read(10, timeout=5)
    with pytest.raises(httpcore2.WriteError):
        await send(stream, b"into the void", timeout=5)


async def test_who_does_not_read_stops_who_writes(peer, stream):
    writer = await peer.writer
    peer.is_silent = True
    writer.transport.pause_reading()
    with pytest.raises(httpcore2.WriteTimeout):
        await send(stream, MUCH, timeout=0.2)


async def test_an_idle_connection_is_readable_when_the_other_has_gone(peer, stream):
    await stream.write(b"x")
    assert await stream.read(1, timeout=5) == b"x"
    assert not stream.get_extra_info("is_readable")
    (await peer.writer).close()
    await asyncio.sleep(0.05)
    assert stream.get_extra_info("is_readable")
    await stream.aclose()
    assert stream.get_extra_info("is_readable")


async def test_both_ends_are_told(peer, stream):
    writer = await peer.writer
    assert stream.get_extra_info("client_addr") == writer.get_extra_info("peername")
    assert stream.get_extra_info("server_addr") == writer.get_extra_info("sockname")
    assert stream.get_extra_info("something else") is None


async def test_nobody_there_is_an_error_of_connecting():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(httpcore2.ConnectError):
        await Backend().connect_tcp("127.0.0.1", port, timeout=5)


async def test_who_takes_no_connections_is_given_up():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        # One more than its backlog is taken by Linux (listen(2)).
        waiting = [await Backend().connect_tcp("127.0.0.1", port, timeout=5)]
        with pytest.raises(httpcore2.ConnectTimeout):
            await Backend().connect_tcp("127.0.0.1", port, timeout=0.3)
        await waiting[0].aclose()


@pytest.mark.parametrize("host", ["localhost", "other.example"])
async def test_a_certificate_that_does_not_fit_is_refused(peer, authority, tmp_path, host):
    trusted = authority.trusted() if host != "localhost" else Authority().trusted()
    async with await peer.at(ssl=authority.server(tmp_path, "localhost")) as server:
        stream = await Backend().connect_tcp("127.0.0.1", port_of(server), timeout=5)
        with pytest.raises(httpcore2.ConnectError, match="certificate verify failed"):
            await stream.start_tls(trusted, host, timeout=5)
    assert stream.get_extra_info("socket").fileno() == -1


async def test_who_never_greets_is_given_up(peer, authority):
    peer.is_silent = True
    async with await peer.at() as server:
        stream = await Backend().connect_tcp("127.0.0.1", port_of(server), timeout=5)
        with pytest.raises(httpcore2.ConnectTimeout):
            await stream.start_tls(authority.trusted(), "localhost", timeout=0.1)
    assert stream.get_extra_info("socket").fileno() == -1


async def test_one_who_sends_without_end_keeps_nobody_else_waiting(peer):
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with await peer.at() as server:
        stream = await Backend().connect_tcp("127.0.0.1", port_of(server), timeout=5)
        (await peer.writer).write(MUCH)
        await asyncio.sleep(0.05)
        beside = asyncio.create_task(others())
        for _ in range(50):
            await stream.read(1000)
        beside.cancel()
        await stream.aclose()
    assert turns >= 50
