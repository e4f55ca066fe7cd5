"""The reader, on rows that other threads and processes commit."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from django.db import connection

from analysis import services
from analysis.frames import BATCH, head_of
from analysis.live import Reader
from analysis.models import Analysis
from analysis.watched import RETRY_SECONDS, Watched
from researcher.kit.rows import rows
from tests.analysis.logs import cancelled, log, log_progress, progress, someone, submitted
from tests.databases import own_database

pytestmark = pytest.mark.servers

SOON = 5.0


@pytest.fixture(scope="module")
def database(django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), own_database() as url:
        yield url


@pytest.fixture
def analysis(database: str) -> Analysis:
    return submitted(someone())


@pytest.fixture
async def reader(database: str, settings: Any) -> AsyncIterator[Reader]:
    settings.LIVE_POLL_SECONDS = 0.1
    reader = Reader()
    yield reader
    await reader.close()


async def read(watched: Watched, *, after: int = 0, until: int) -> list[int]:
    """The numbers that a socket with this cursor would send, up to one."""
    seen: list[int] = []
    async with asyncio.timeout(SOON):
        while after < until:
            frames = await watched.after(after)
            seen += [frame.seq for frame in frames]
            after = seen[-1]
    return seen


def watching(reader: Reader, analysis: Analysis) -> Any:
    return reader.watching(analysis.pk, head_of(analysis))


async def test_past_and_present_are_one_sequence(reader: Reader, analysis: Analysis):
    await rows(log_progress, analysis.pk, 5)
    with watching(reader, analysis) as watched:
        assert await read(watched, until=6) == [1, 2, 3, 4, 5, 6]
        await rows(log_progress, analysis.pk, 2)
        assert await read(watched, after=6, until=8) == [7, 8]


async def test_events_written_while_a_socket_reads_are_neither_lost_nor_doubled(
    reader: Reader, analysis: Analysis
):
    with watching(reader, analysis) as watched:
        writing = asyncio.create_task(rows(log_progress, analysis.pk, 100))
        early, late = await asyncio.gather(
            read(watched, until=101), read(watched, after=7, until=101)
        )
        await writing
    assert early == list(range(1, 102))
    assert late == list(range(8, 102))


async def test_an_event_is_read_and_written_out_once_for_all_sockets(
    reader: Reader, analysis: Analysis
):
    with watching(reader, analysis) as one, watching(reader, analysis) as other:
        await rows(log, analysis.pk, progress(1))
        (first,), (second,) = await asyncio.gather(one.after(1), other.after(1))
    assert first is second
    message = json.loads(first.text)
    assert (message["type"], message["seq"], message["done"]) == ("step.updated", 2, 1)
    assert message["analysis_id"] == str(analysis.pk)


async def test_a_burst_larger_than_a_batch_arrives_whole(reader: Reader, analysis: Analysis):
    burst = [progress(done) for done in range(BATCH + 200)]
    with watching(reader, analysis) as watched:
        await read(watched, until=1)
        await rows(log, analysis.pk, *burst)
        assert await read(watched, after=1, until=BATCH + 201) == list(range(2, BATCH + 202))
        # One who comes now begins before the window: its past is read page by page.
        assert await read(watched, until=BATCH + 201) == list(range(1, BATCH + 202))


async def test_a_log_that_has_ended_gives_no_more(reader: Reader, analysis: Analysis):
    await rows(cancelled, analysis)
    with watching(reader, analysis) as watched:
        assert await read(watched, until=2) == [1, 2]
        assert not await watched.after(2)


async def test_a_socket_that_waits_is_told_that_the_log_ended(reader: Reader, analysis: Analysis):
    with watching(reader, analysis) as watched:
        waiting = asyncio.create_task(watched.after(1))
        await rows(cancelled, analysis)
        assert [frame.seq for frame in await waiting] == [2]
        async with asyncio.timeout(SOON):
            assert not await watched.after(2)


async def test_a_retried_run_is_followed_past_its_end(reader: Reader, analysis: Analysis):
    await rows(cancelled, analysis)
    with watching(reader, analysis) as watched:
        await rows(services.retry, analysis=analysis)
        with watching(reader, analysis):  # a new socket knows that it goes on
            await rows(log, analysis.pk, progress(1))
            assert await read(watched, after=3, until=4) == [4]


async def test_a_deleted_analysis_is_gone(reader: Reader, analysis: Analysis):
    with watching(reader, analysis) as watched:
        await rows(analysis.delete)
        async with asyncio.timeout(SOON):
            assert not await watched.after(1)
        assert watched.gone


async def test_what_nobody_watches_any_more_is_forgotten(reader: Reader, analysis: Analysis):
    with watching(reader, analysis), watching(reader, analysis):
        assert list(reader.watched) == [analysis.pk]
    assert not reader.watched


@pytest.mark.slow
async def test_an_error_of_the_database_is_outlived_and_said_once(
    reader: Reader, analysis: Analysis, caplog: pytest.LogCaptureFixture
):
    with watching(reader, analysis) as watched:
        await read(watched, until=1)
        await rows(execute, "ALTER TABLE analysis_analysis RENAME TO hidden")
        await asyncio.sleep(2 * RETRY_SECONDS + 0.5)
        await rows(execute, "ALTER TABLE hidden RENAME TO analysis_analysis")
        await rows(log, analysis.pk, progress(1))
        assert await read(watched, after=1, until=2) == [2]
    assert [record.name for record in caplog.records] == ["analysis.live"]


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
