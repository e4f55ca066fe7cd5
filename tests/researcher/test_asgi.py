"""The application as a server calls it."""

from typing import Any

import pytest
from channels.testing import HttpCommunicator, WebsocketCommunicator

from researcher.asgi import application

HEADERS = [(b"host", b"localhost"), (b"origin", b"http://localhost")]


@pytest.mark.parametrize("path", ["/", "/ws/analyses/1/", "/ws/analyses/x/../", "//", "/%2e"])
async def test_a_socket_that_leads_nowhere_is_closed_politely(path: str):
    socket: Any = WebsocketCommunicator(application, path, headers=HEADERS)
    accepted, _ = await socket.connect()
    assert accepted
    error = await socket.receive_json_from()
    assert error["code"] == "not_found"
    assert "/ws/analyses/<id>/" in error["detail"]
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4404}
    await socket.disconnect()


async def test_a_page_of_another_site_gets_no_further_than_the_origin():
    headers = [(b"host", b"localhost"), (b"origin", b"http://evil.example")]
    socket: Any = WebsocketCommunicator(application, "/", headers=headers)
    await socket.connect()
    assert (await socket.receive_json_from())["code"] == "origin_not_allowed"
    await socket.disconnect()


async def test_http_goes_to_django():
    request: Any = HttpCommunicator(application, "GET", "/no-such-page/", headers=HEADERS[:1])
    answer = await request.get_response()
    await request.wait()
    assert answer["status"] == 404
