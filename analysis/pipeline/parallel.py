"""Several things at once, each reported when it is done."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")


async def finished(
    jobs: Sequence[Callable[[], Awaitable[T]]], at_once: int
) -> AsyncGenerator[tuple[int, T], None]:
    """Do the jobs, so many at once; yield (number of the job, result) as they end.

    After the first error no other job is begun; those at work are waited for, because what they
    do may be paid, and then it is raised. Tasks report through a queue, so that a generator
    which is closed or cancelled while it waits takes them along and leaves none behind.
    """
    reports: asyncio.Queue[tuple[int, T] | BaseException] = asyncio.Queue()
    waiting: Iterator[tuple[int, Callable[[], Awaitable[T]]]] = iter(enumerate(jobs))

    async def work() -> None:
        try:
            while (turn := next(waiting, None)) is not None:
                reports.put_nowait((turn[0], await turn[1]()))
        except Exception as error:
            reports.put_nowait(error)

    tasks = [asyncio.create_task(work()) for _ in range(min(at_once, len(jobs)))]
    try:
        for _ in jobs:
            report = await reports.get()
            if isinstance(report, BaseException):
                waiting = iter(())
                await asyncio.gather(*tasks, return_exceptions=True)
                raise report
            yield report
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def gathered(jobs: Sequence[Callable[[], Awaitable[T]]], at_once: int = 8) -> list[T]:
    """The results of jobs done side by side, in the order of the jobs."""
    results: dict[int, T] = {}
    async with aclosing(finished(jobs, at_once)) as done:
        async for number, result in done:
            results[number] = result
    return [results[number] for number in range(len(jobs))]
