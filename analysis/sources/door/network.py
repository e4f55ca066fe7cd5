"""Connections to vetted addresses only: a name is looked up once, and what was vetted is dialled.

The name goes on in the Host header and in TLS, so certificates are checked against it.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore2

from analysis.sources.door.addresses import Address, Network, address_of, is_allowed, is_public
from analysis.sources.door.types import FetchFailed

CONNECT_SECONDS = 10.0
USUAL_PORTS = frozenset({80, 443})
# How many addresses of one name are tried, each of them vetted.
TRIED = 4
# Names that no public name server knows (RFC 6761, 6762, 8375, ICANN on .internal).
INNER_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")

# The addresses of a name, as texts. Raises OSError where it has none.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """As this machine resolves names, and numbers in all their spellings (127.1, 0x7f.1)."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class VettedBackend(httpcore2.AsyncNetworkBackend):
    """Dials public addresses, on 80 and 443, and on every port those of `inside`."""

    def __init__(self, resolve: Resolve, inside: Sequence[Network] = ()) -> None:
        self._resolve = resolve
        self._inside = tuple(inside)
        self._dialler = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 the name is theirs
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = await self._vetted(host, port)
        for address in addresses[:TRIED]:
            try:
                return await self._dialler.connect_tcp(str(address), port, CONNECT_SECONDS)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        raise FetchFailed("fetch_unreachable", f"{host} does not answer.")

    async def _vetted(self, host: str, port: int) -> Sequence[Address]:
        """All addresses of a name, if every one of them may be dialled. Raises FetchFailed."""
        if not self._inside:
            self._check_from_outside(host, port)
        try:
            found = [address_of(text) for text in await self._resolve(host, port)]
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise FetchFailed("fetch_unreachable", f"No address is known for {host}.")
        addresses = [address for address in found if address]
        if len(addresses) < len(found) or not all(map(self._may_dial, addresses)):
            raise blocked(host)
        if port not in USUAL_PORTS and not all(is_allowed(a, self._inside) for a in addresses):
            raise _bad_port(port)
        return addresses

    def _check_from_outside(self, host: str, port: int) -> None:
        if host.endswith(INNER_NAMES):
            raise blocked(host)
        if port not in USUAL_PORTS:
            raise _bad_port(port)

    def _may_dial(self, address: Address) -> bool:
        return is_public(address) or is_allowed(address, self._inside)


def blocked(host: str) -> FetchFailed:
    detail = f"{host} is no public address: it belongs to a private network or to this machine."
    return FetchFailed("fetch_blocked_address", detail)


def _bad_port(port: int) -> FetchFailed:
    detail = f"The address is not fetched. Its port is {port}; only 80 and 443 are called."
    return FetchFailed("fetch_bad_url", detail)
