"""TCP and TLS for an HTTP client that reads many small pieces of many answers at a time.

A socket is read when somebody asks, and what has come is handed over at once. The backend that
httpcore has of its own has the event loop watch a socket for every read, which costs more than what
is done with most pieces (httpcore, "Network Backends"). TLS is anyio's, over the same sockets.
"""

import asyncio
import select
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import httpcore2
from anyio import BrokenResourceError, EndOfStream
from anyio.abc import ByteStream
from anyio.streams.tls import TLSAttribute, TLSStream

MOST_BYTES = 65536
# How long an address may take before the next of its name is tried as well (RFC 8305, section 5).
NEXT_ADDRESS_SECONDS = 0.25


class Backend(httpcore2.AnyIOBackend):
    """Connects by name or address, to whichever address of a name answers first."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the name is theirs
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "Stream":
        """Raises httpcore2.ConnectTimeout and ConnectError."""
        with _told_as(httpcore2.ConnectTimeout, httpcore2.ConnectError):
            async with asyncio.timeout(timeout):
                plain = await _connected(host, port, local_address)
        for option in socket_options or ():
            plain.setsockopt(*option)
        return Stream(plain, Socket(plain))


class Stream(httpcore2.AsyncNetworkStream):
    """One connection, with or without TLS."""

    def __init__(self, plain: socket.socket, stream: ByteStream) -> None:
        self._plain, self._stream = plain, stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """What has come, at least a byte; b"" at the end.

        Raises httpcore2.ReadTimeout and ReadError.
        """
        with _told_as(httpcore2.ReadTimeout, httpcore2.ReadError):
            async with asyncio.timeout(timeout):
                try:
                    return await self._stream.receive(max_bytes)
                except EndOfStream:
                    return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Raises httpcore2.WriteTimeout and WriteError."""
        with _told_as(httpcore2.WriteTimeout, httpcore2.WriteError):
            async with asyncio.timeout(timeout):
                await self._stream.send(buffer)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> "Stream":
        """Raises httpcore2.ConnectTimeout and ConnectError; then the connection is closed."""
        try:
            with _told_as(httpcore2.ConnectTimeout, httpcore2.ConnectError):
                async with asyncio.timeout(timeout):
                    return Stream(self._plain, await self._wrapped(ssl_context, server_hostname))
        except BaseException:
            self._plain.close()
            raise

    async def _wrapped(self, context: ssl.SSLContext, hostname: str | None) -> TLSStream:
        # Servers of HTTP close without the farewell of TLS (RFC 9112, section 9.8).
        return await TLSStream.wrap(
            self._stream,
            server_side=False,
            hostname=hostname,
            ssl_context=context,
            standard_compatible=False,
        )

    def get_extra_info(self, info: str) -> Any:
        match info:
            case "is_readable":
                return _is_readable(self._plain)
            case "ssl_object":
                return self._stream.extra(TLSAttribute.ssl_object, None)  # noqa: S610 no Django
            case "socket":
                return self._plain
            case "client_addr":
                return self._plain.getsockname()
            case "server_addr":
                return self._plain.getpeername()
        return None


class Socket(ByteStream):
    """A connected socket that does not block, as anyio sees streams."""

    def __init__(self, plain: socket.socket) -> None:
        self._plain = plain

    async def receive(self, max_bytes: int = MOST_BYTES) -> bytes:
        came = await asyncio.get_running_loop().sock_recv(self._plain, max_bytes)
        if not came:
            raise EndOfStream
        if len(came) == max_bytes:
            # There may be more without end: the others have their turn.
            await asyncio.sleep(0)
        return came

    async def send(self, item: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._plain, item)

    async def send_eof(self) -> None:
        self._plain.shutdown(socket.SHUT_WR)

    async def aclose(self) -> None:
        self._plain.close()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return {}


class _Dialled(asyncio.Protocol):
    """Reads nothing: the socket will be taken from its transport."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).pause_reading()


async def _connected(host: str, port: int, local_address: str | None) -> socket.socket:
    """Raises OSError. asyncio's dialling tries the addresses of a name side by side (RFC 8305)."""
    transport, _ = await asyncio.get_running_loop().create_connection(
        _Dialled,
        host,
        port,
        local_addr=(local_address, 0) if local_address else None,
        happy_eyeballs_delay=NEXT_ADDRESS_SECONDS,
    )
    try:
        return cast("socket.socket", transport.get_extra_info("socket").dup())
    finally:
        transport.abort()


@contextmanager
def _told_as(timeout: type[Exception], broken: type[Exception]) -> Iterator[None]:
    """What happens to a connection, in the words of httpcore."""
    try:
        yield
    except TimeoutError as error:
        raise timeout(error) from error
    except (OSError, BrokenResourceError, EndOfStream) as error:
        raise broken(error) from error


def _is_readable(plain: socket.socket) -> bool:
    """Whether a read would return at once; so would that of a closed one."""
    if plain.fileno() < 0:
        return True
    watched = select.poll()
    watched.register(plain, select.POLLIN)
    return bool(watched.poll(0))
