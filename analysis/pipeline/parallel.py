"""Several things at once, each reported when it is done."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def finished(
    jobs: Sequence[Callable[[], Awaitable[T]]], at_once: int
) -> AsyncGenerator[tuple[int, T], None]:
    """Do the jobs, so many at once; yield (number of the job, result) as they end.

    The first error ends all. Tasks report through a queue, so that a generator which is closed
    or cancelled while it waits takes them along and leaves none behind.
    """
    reports: asyncio.Queue[tuple[int, T] | BaseException] = asyncio.Queue()
    waiting = iter(enumerate(jobs))

    async def work() -> None:
        try:
            for number, job in waiting:
                reports.put_nowait((number, await job()))
        except Exception as error:
            reports.put_nowait(error)

    tasks = [asyncio.create_task(work()) for _ in range(min(at_once, len(jobs)))]
    try:
        for _ in jobs:
            report = await reports.get()
            if isinstance(report, BaseException):
                raise report
            yield report
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
