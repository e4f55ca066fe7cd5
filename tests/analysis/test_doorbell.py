"""Rings: heard at once, missed without loss. It polls slowly here, so only rings are quick."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count
from typing import Any

import pytest
import redis
from channels.layers import InMemoryChannelLayer

from analysis.live import Reader
from analysis.models import Analysis
from analysis.rings import GROUP
from researcher.kit.rows import rows
from tests.analysis.logs import log, log_progress, progress, someone, submitted
from tests.analysis.test_live import read, watching
from tests.databases import own_database
from tests.servers import Redis

pytestmark = pytest.mark.servers

PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"


class HalfDeaf(InMemoryChannelLayer):
    """Loses every second ring."""

    rings = count()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if next(self.rings) % 2:
            await super().group_send(group, message)


@pytest.fixture(scope="module")
def database(django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), own_database() as url:
        yield url


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture
def analysis(database: str) -> Analysis:
    return submitted(someone())


@pytest.fixture
async def reader(server: Redis, settings: Any) -> AsyncIterator[Reader]:
    settings.REDIS_URL = server.url
    settings.LIVE_POLL_SECONDS = 60.0
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": PUBSUB, "CONFIG": {"hosts": [server.url]}}}
    reader = Reader()
    yield reader
    await reader.close()


def listeners(server: Redis) -> int:
    """How many connections listen to rings."""
    with redis.Redis.from_url(server.url) as client:
        ((_, number),) = client.pubsub_numsub(f"asgi__group__{GROUP}")
    return int(number)


async def until_it_listens(server: Redis) -> None:
    async with asyncio.timeout(10):
        while not listeners(server):
            await asyncio.sleep(0.01)


async def test_a_ring_makes_the_reader_look_at_once(
    reader: Reader, server: Redis, analysis: Analysis
):
    with watching(reader, analysis) as watched:
        await until_it_listens(server)
        for seq in range(2, 6):
            await rows(log, analysis.pk, progress(seq))
            assert await read(watched, after=seq - 1, until=seq) == [seq]


async def test_what_rang_before_it_could_listen_is_found(reader: Reader, analysis: Analysis):
    with watching(reader, analysis) as watched:
        await rows(log, analysis.pk, progress(1))
        assert await read(watched, until=2) == [1, 2]


async def test_many_analyses_are_one_membership(reader: Reader, server: Redis, analysis: Analysis):
    other = await rows(submitted_too, analysis)
    with watching(reader, analysis) as watched, watching(reader, other) as watched_too:
        await until_it_listens(server)
        await asyncio.gather(*(rows(log, pk, progress(1)) for pk in (analysis.pk, other.pk)))
        assert await read(watched, after=1, until=2) == [2]
        assert await read(watched_too, after=1, until=2) == [2]
        assert listeners(server) == 1


async def test_half_of_the_rings_lost_loses_nothing(
    reader: Reader, settings: Any, analysis: Analysis
):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.HalfDeaf"}}
    settings.LIVE_POLL_SECONDS = 0.2
    with watching(reader, analysis) as watched:
        writing = asyncio.create_task(rows(log_progress, analysis.pk, 51))
        assert await read(watched, until=52) == list(range(1, 53))
        await writing


@pytest.mark.slow
async def test_without_redis_it_polls_and_with_it_again_it_hears(
    reader: Reader, server: Redis, settings: Any, analysis: Analysis
):
    settings.LIVE_POLL_SECONDS = 0.2
    with watching(reader, analysis) as watched:
        await until_it_listens(server)
        await asyncio.to_thread(server.kill)
        await rows(log, analysis.pk, progress(1))
        assert await read(watched, until=2) == [1, 2]
        other = await rows(submitted_too, analysis)
        with watching(reader, other) as late:
            assert await read(late, until=1) == [1]
            await asyncio.to_thread(server.start)
            settings.LIVE_POLL_SECONDS = 60.0
            await until_it_listens(server)
            await rows(log, other.pk, progress(1))
            assert await read(late, after=1, until=2) == [2]


def submitted_too(analysis: Analysis) -> Analysis:
    return submitted(analysis.owner)
