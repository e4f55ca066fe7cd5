"""Those who open sockets in tests: pages, programs, and clients that do not read."""

import base64
import json
import os
import socket
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from analysis.models import Analysis
from tests.live_server import LiveServer, cookie_of

SOON = 10.0
CLOSE_4408 = b"\x88\x02" + (4408).to_bytes(2, "big")  # the frame (RFC 6455, 5.5.1)


def path_of(analysis: Analysis, query: str = "") -> str:
    return f"/ws/analyses/{analysis.pk}/{query}"


def opened(site: LiveServer, user: User, path: str) -> AbstractContextManager[ClientConnection]:
    """A socket of a page of the site in which the user has logged in."""
    return page(site, cookie_of(user), path)


def page(
    site: LiveServer, cookie: Mapping[str, str], path: str
) -> AbstractContextManager[ClientConnection]:
    # Without a bound on its queue it reads all the time, whatever the test does.
    url = site.socket_url(path)
    return connect(url, additional_headers=cookie, origin=site.origin, max_queue=None)


def opened_with(
    site: LiveServer, token: str, path: str
) -> AbstractContextManager[ClientConnection]:
    """A socket of a program that sends no Origin."""
    headers = {"Authorization": f"Token {token}"}
    return connect(site.socket_url(path), additional_headers=headers)


def message(open_socket: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(open_socket.recv(timeout=SOON)))


def until_closed(open_socket: ClientConnection) -> tuple[list[dict[str, Any]], int | None]:
    """All that it still says, and the code with which it closes."""
    said = []
    try:
        while True:
            said.append(message(open_socket))
    except ConnectionClosed as closed:
        return said, closed.rcvd.code if closed.rcvd else None


def farewell(open_socket: ClientConnection) -> tuple[str, int | None]:
    """The code of its last error message, and of its close frame."""
    said, code = until_closed(open_socket)
    return said[-1]["code"], code


def seqs(messages: list[dict[str, Any]]) -> list[int]:
    return [message["seq"] for message in messages if message["type"] != "snapshot"]


def stalled(site: LiveServer, path: str, headers: Mapping[str, str]) -> socket.socket:
    """A client that opens a socket and then reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", site.port))
    fields = {
        "Host": f"127.0.0.1:{site.port}",
        "Origin": site.origin,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **headers,
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    client.sendall("\r\n".join([*lines, "", ""]).encode())
    return client


def last_bytes(client: socket.socket) -> bytes:
    """What comes last when it reads at last."""
    client.settimeout(SOON)
    tail = b""
    while not tail.endswith(CLOSE_4408) and (received := client.recv(1 << 20)):
        tail = (tail + received)[-16:]
    return tail


def log_out(alice: User) -> None:
    Session.objects.all().delete()


def deactivate(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)


def change_password(alice: User) -> None:
    alice.set_password("another")
    alice.save()
