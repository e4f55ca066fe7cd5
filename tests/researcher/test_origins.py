"""Which pages may connect. The hosts of the site are those of ALLOWED_HOSTS."""

from typing import Any

import pytest

from researcher.kit.closing import Message, Receive, Scope, Send
from researcher.origins import OriginCheck

OWN = "http://localhost:8000"


@pytest.fixture(autouse=True)
def hosts(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost", ".example.com"]
    settings.FRONTEND_ORIGINS = ["https://app.example.com", "http://localhost:3000"]


async def welcome(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})


async def answers(*headers: tuple[str, str], scheme: str = "ws") -> list[Message]:
    """What a client with these headers is sent."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers]
    await OriginCheck(welcome)({"scheme": scheme, "headers": pairs}, receive, send)
    return sent


async def is_welcome(origin: str, *, host: str = "localhost:8000", **more: Any) -> bool:
    return len(await answers(("host", host), ("origin", origin), **more)) == 1


@pytest.mark.parametrize("origin", [OWN, "HTTP://LOCALHOST:8000", "https://app.example.com:443"])
async def test_the_site_itself_and_its_front_ends_are_welcome(origin: str):
    assert await is_welcome(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "localhost:8000",
        "http://localhost",
        "http://localhost:3001",
        "https://localhost:8000",
        "https://localhost:3000",
        "http://app.example.com",
        "https://app.example.com.evil.io",
        "https://app.example.com@evil.io",
        "https://user@app.example.com",
        "https://app.example.com/path",
        "https://evil.io",
        "http://localhost:99999",
        "chrome-extension://abcdef",
        "file://",
    ],
)
async def test_every_other_page_is_turned_away(origin: str):
    assert not await is_welcome(origin)


async def test_a_page_that_is_turned_away_learns_why():
    accepted, error, closed = await answers(("host", "localhost"), ("origin", "https://evil.io"))
    assert accepted["type"] == "websocket.accept"
    assert "origin_not_allowed" in error["text"]
    assert closed == {"type": "websocket.close", "code": 4403}


async def test_a_host_that_is_not_ours_has_no_pages_of_its_own():
    assert not await is_welcome("http://evil.io", host="evil.io")


async def test_two_origins_are_none():
    headers = [("host", "localhost:8000"), ("origin", OWN), ("origin", OWN)]
    assert len(await answers(*headers)) > 1


async def test_without_an_origin_only_a_token_lets_in():
    host = ("host", "localhost:8000")
    assert len(await answers(host, ("authorization", "Token abc"))) == 1
    assert len(await answers(host, ("cookie", "sessionid=abc"))) > 1


async def test_the_site_is_https_where_the_connection_is():
    assert await is_welcome("https://localhost:8000", scheme="wss")
    assert not await is_welcome(OWN, scheme="wss")


async def test_a_proxy_is_believed_only_when_it_is_configured(settings: Any):
    headers = [
        ("host", "www.example.com"),
        ("origin", "https://www.example.com"),
        ("x-forwarded-proto", "https"),
    ]
    assert len(await answers(*headers)) > 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert len(await answers(*headers)) == 1
    assert len(await answers(*headers[:2])) > 1
