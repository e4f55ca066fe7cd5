"""The first request is the library's own, later ones are its copies, which no server can tell."""

import asyncio
import json

import httpx2
import openai
import pytest

from analysis.model_client import Client, client
from researcher.kit.network import Stream
from tests.peers.authority import Authority

BODY = {"model": "m-1", "messages": [{"role": "user", "content": "Größe? 大小 \u2028"}]}
ANSWER = {"choices": [{"message": {"content": "schön"}, "finish_reason": "stop"}]}


class Server:
    """Keeps what it is asked, whole; answers with what is to be said next."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.body = 200, json.dumps(ANSWER).encode()
        self.more = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines if line)
                sent = await reader.readexactly(int(headers["content-length"]))
                self.asked.append((first, headers, sent))
                head = f"HTTP/1.1 {self.status} X\r\ncontent-type: application/json\r\n{self.more}"
                writer.write(f"{head}content-length: {len(self.body)}\r\n\r\n".encode() + self.body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@pytest.fixture
async def server():
    answering = Server()
    listening = await asyncio.start_server(answering.serve, "127.0.0.1", 0)
    answering.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    yield answering
    listening.close()


@pytest.fixture
async def ai(server):
    async with client(base_url=server.url, api_key="sk-test", seconds=5) as made:
        yield made


async def read(ai: Client, *, stream: bool = False) -> bytes:
    response = await ai.complete(BODY, stream=stream)
    try:
        return b"".join([part async for part in response.aiter_bytes()])
    finally:
        await response.aclose()


@pytest.mark.parametrize("stream", [False, True])
async def test_a_copy_asks_as_the_library_does(server, ai, stream):
    assert await read(ai, stream=stream) == await read(ai, stream=stream) == server.body
    (first, headers, sent), (line, copied, again) = server.asked
    assert (line, json.loads(again)) == (first, json.loads(sent)) == (first, BODY)
    assert first == "POST /v1/chat/completions HTTP/1.1"
    kept = {name: text for name, text in headers.items() if not name.startswith("x-stainless-")}
    assert kept == copied
    assert copied["authorization"] == "bearer sk-test"
    assert "application/json" in copied["content-type"]


async def test_the_length_is_that_of_its_own_body(server, ai):
    await ai.complete(BODY)
    longer = {**BODY, "messages": BODY["messages"] * 5}
    await ai.complete(longer)
    await ai.complete(BODY)
    assert [json.loads(sent) for *_, sent in server.asked] == [BODY, longer, BODY]


REFUSALS = [
    (400, b'{"error": {"message": "No such field.", "type": "invalid", "code": "bad"}}'),
    (401, b'{"error": {"message": "Wrong key."}}'),
    (404, b"<html>nothing here</html>"),
    (429, b'{"error": {"message": "Slow down.", "code": "rate_limit_exceeded"}}'),
    (500, b""),
    (302, b"moved"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("status", "body"), REFUSALS)
async def test_a_refusal_of_a_copy_is_the_librarys(server, ai, status, body, stream):
    said = []
    server.more = "retry-after: 7\r\n"
    for before in (False, True):
        if before:
            server.status, server.body = 200, json.dumps(ANSWER).encode()
            await ai.complete(BODY)
        server.status, server.body = status, body
        with pytest.raises(openai.APIStatusError) as refused:
            await ai.complete(BODY, stream=stream)
        error = refused.value
        wait = error.response.headers["retry-after"]
        said.append((type(error), error.status_code, error.code, error.type, error.message, wait))
    assert said[0] == said[1]


async def test_who_answers_late_is_given_up(server):
    async with client(base_url=server.url, api_key="sk-test", seconds=0.3) as ai:
        await ai.complete(BODY)
        server.body = b""
        server.more = "content-length: 100\r\nx-"
        with pytest.raises(httpx2.TimeoutException):
            await ai.complete(BODY)
        assert [pool.answers for pool in ai.spread.pools] == [0]


@pytest.mark.parametrize("stream", [False, True])
async def test_who_is_cancelled_leaves_no_answer_open(server, ai, stream):
    await ai.complete(BODY)
    server.more = "content-length: 100\r\nx-"
    asked = asyncio.create_task(read(ai, stream=stream))
    while len(server.asked) < 2:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert [pool.answers for pool in ai.spread.pools] == [0]


async def test_a_hundred_at_a_time_are_told_apart(server, ai):
    bodies = [{**BODY, "seed": number} for number in range(100)]
    answers = await asyncio.gather(*(ai.complete(body) for body in bodies))
    assert all(answer.json() == ANSWER for answer in answers)
    assert sorted(json.loads(sent)["seed"] for *_, sent in server.asked) == list(range(100))


async def test_its_connections_are_those_that_cost_little(ai):
    response = await ai.complete(BODY)
    assert isinstance(response.extensions["network_stream"], Stream)


@pytest.mark.parametrize("stream", [False, True])
async def test_over_tls_it_trusts_the_authorities_only(tmp_path, stream):
    answering, authority = Server(), Authority()
    shown = authority.server(tmp_path, "localhost")
    async with await asyncio.start_server(answering.serve, "127.0.0.1", 0, ssl=shown) as listening:
        url = f"https://localhost:{listening.sockets[0].getsockname()[1]}/v1"
        async with client(base_url=url, api_key="sk-test", seconds=5) as ai:
            with pytest.raises(openai.APIConnectionError):
                await ai.complete(BODY, stream=stream)
        async with client(base_url=url, api_key="sk-test", seconds=5) as ai:
            ai.spread.trusted = authority.trusted()
            assert await read(ai, stream=stream) == await read(ai, stream=stream) == answering.body
