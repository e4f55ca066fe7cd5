"""Many answers at a time share few connections a pool; one after the other they share one."""

import asyncio

import httpx2
import pytest

from analysis.spread import ANSWERS_PER_POOL, Spread


class Server:
    """Counts connections; answers what it is asked as soon as it may."""

    def __init__(self) -> None:
        self.connections, self.may_answer = 0, asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            await self.may_answer.wait()
            if b"GET /broken" in head:
                break
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        writer.close()


@pytest.fixture
async def server():
    answering = Server()

    async def serve(reader, writer) -> None:
        try:
            await answering.serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    answering.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield answering
    listening.close()


async def test_answers_one_after_the_other_take_one_connection(server):
    server.may_answer.set()
    spread = Spread()
    async with httpx2.AsyncClient(transport=spread) as client:
        for _ in range(3 * ANSWERS_PER_POOL):
            assert (await client.get(server.url)).text == "hi"
    assert (server.connections, len(spread.pools)) == (1, 1)


async def test_many_at_a_time_are_spread_over_pools_which_are_used_again(server):
    spread, many = Spread(), 3 * ANSWERS_PER_POOL
    async with httpx2.AsyncClient(transport=spread) as client:
        asked = [asyncio.create_task(client.get(server.url)) for _ in range(many)]
        await asyncio.sleep(0.05)
        assert [pool.answers for pool in spread.pools] == [ANSWERS_PER_POOL] * 3
        server.may_answer.set()
        assert {answer.text for answer in await asyncio.gather(*asked)} == {"hi"}
        assert [pool.answers for pool in spread.pools] == [0, 0, 0]
        await asyncio.gather(*(client.get(server.url) for _ in range(many)))
    assert (server.connections, len(spread.pools)) == (many, 3)


async def test_an_answer_that_failed_or_is_not_read_to_its_end_leaves_room(server):
    server.may_answer.set()
    spread = Spread()
    async with httpx2.AsyncClient(transport=spread) as client:
        for _ in range(2 * ANSWERS_PER_POOL):
            with pytest.raises(httpx2.HTTPError):
                await client.get(f"{server.url}/broken")
            async with client.stream("GET", server.url):
                pass
    assert [pool.answers for pool in spread.pools] == [0]
