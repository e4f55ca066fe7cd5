import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from analysis.pipeline.parallel import finished


def job(result: int, delay: float = 0.0) -> Callable[[], Awaitable[int]]:
    async def work() -> int:
        await asyncio.sleep(delay)
        return result

    return work


async def test_results_come_with_the_number_of_their_job() -> None:
    found = [pair async for pair in finished([job(10, 0.02), job(11), job(12)], 2)]

    assert sorted(found) == [(0, 10), (1, 11), (2, 12)]
    assert found[0] != (0, 10)


async def test_no_more_run_at_once_than_allowed() -> None:
    running, most = 0, 0

    async def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    assert len([one async for one in finished([work] * 9, 3)]) == 9
    assert most == 3


async def test_an_error_ends_all_and_reaches_the_caller() -> None:
    async def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        async for _ in finished([fail, job(1, 10), job(2, 10)], 2):
            pass
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_closing_takes_the_tasks_along() -> None:
    async with aclosing(finished([job(1), job(2, 10), job(3, 10)], 3)) as reports:
        assert await anext(reports) == (0, 1)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_nothing_to_do_is_done_at_once() -> None:
    assert [one async for one in finished([], 3)] == []
