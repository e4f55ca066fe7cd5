"""Many who ask at once are served at once, and nobody feels the others' troubles."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

import pytest
from django.db import OperationalError

from researcher.kit.together import Together

asker: ContextVar[str] = ContextVar("asker", default="nobody")


class Work:
    """Doubles numbers, and knows whom it served alone and whom together."""

    def __init__(self) -> None:
        self.alone: list[int] = []
        self.batches: list[list[int]] = []
        self.asked_by: list[str] = []
        self.breaks: Exception | None = None

    def one(self, number: int) -> int:
        self.asked_by.append(asker.get())
        self.alone.append(number)
        if number < 0:
            raise ValueError(f"{number} is negative")
        return 2 * number

    def many(self, numbers: Sequence[int]) -> list[int | None]:
        self.asked_by.append(asker.get())
        self.batches.append(list(numbers))
        if self.breaks:
            raise self.breaks
        return [None if number % 5 == 0 or number < 0 else 2 * number for number in numbers]


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def doubled(work: Work) -> Together[int, int]:
    return Together(work.one, work.many)


async def test_who_is_alone_is_served_alone(work, doubled):
    assert await doubled(7) == 14
    assert (work.alone, work.batches) == ([7], [])


async def test_who_ask_together_are_served_together_each_with_his_own_result(work, doubled):
    assert await asyncio.gather(*map(doubled, (1, 2, 3, 4))) == [2, 4, 6, 8]
    assert (work.alone, work.batches) == ([], [[1, 2, 3, 4]])


async def test_who_ask_while_others_are_served_make_the_next_batch(work, doubled):
    first = asyncio.create_task(doubled(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # now it is being served
    assert await asyncio.gather(*map(doubled, (2, 3))) == [4, 6]
    assert await first == 2
    assert (work.alone, work.batches) == ([1], [[2, 3]])


async def test_who_is_no_plain_case_is_served_alone_afterwards(work, doubled):
    assert await asyncio.gather(*map(doubled, (1, 5, 6, 10))) == [2, 10, 12, 20]
    assert sorted(work.alone) == [5, 10]


@pytest.mark.parametrize("error", [OperationalError("the database is away"), KeyError("bug")])
async def test_when_together_fails_each_is_served_alone(work, doubled, error):
    work.breaks = error
    assert await asyncio.gather(*map(doubled, (1, 2, 3))) == [2, 4, 6]
    assert sorted(work.alone) == [1, 2, 3]


async def test_an_error_is_raised_for_him_whose_it_is(doubled):
    one, error, other = await asyncio.gather(
        doubled(1), doubled(-1), doubled(2), return_exceptions=True
    )
    assert (one, other) == (2, 4)
    assert str(error) == "-1 is negative"


async def test_what_nobody_waits_for_any_more_is_not_begun(work, doubled):
    gone = asyncio.create_task(doubled(1))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0.05)
    assert (work.alone, work.batches) == ([], [])
    assert await doubled(2) == 4


async def test_each_is_served_in_his_own_context_and_all_together_in_nobodys(work, doubled):
    asker.set("alice")
    await doubled(1)
    await asyncio.gather(doubled(2), doubled(3))
    assert work.asked_by == ["alice", "nobody"]


async def test_the_more_there_were_the_longer_the_next_wait_for_others(work, doubled):
    """So that fifty who ask one after the other are not fifty transactions."""

    async def ask(number: int) -> None:
        await asyncio.sleep(number / 500)
        await doubled(10 * number + 1)

    await asyncio.gather(*map(ask, range(100)))
    assert len(work.alone) + len(work.batches) < 60
