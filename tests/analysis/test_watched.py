"""One watched log whose growth we play; `test_live` reads it from rows."""

import asyncio
from uuid import uuid4

import pytest

from analysis.frames import Frame, Growth, Head
from analysis.watched import POURED, Watched
from researcher.kit.framing import text_frame


class Pipe:
    """A socket that takes what it is given while it is open."""

    def __init__(self) -> None:
        self.open = True
        self.got = b""

    def pour(self, wire: bytes) -> bool:
        self.got += wire if self.open else b""
        return self.open


def wire(*seqs: int) -> bytes:
    return b"".join(text_frame(f"{seq};") for seq in seqs)


def grown(first: int, last: int, *, ended: bool = False) -> Growth:
    frames = [Frame(seq, f"{seq};") for seq in range(first, last + 1)]
    return Growth(Head(last, ended), last, frames)


async def waiting(watched: Watched, pipe: Pipe, after: int = 0) -> asyncio.Task[list[int]]:
    async def numbers() -> list[int]:
        return [frame.seq for frame in await watched.after(after, pipe.pour)]

    task = asyncio.create_task(numbers())
    await asyncio.sleep(0)
    return task


async def test_who_keeps_up_is_given_the_bytes_and_sleeps_on():
    watched, pipe = Watched(uuid4(), Head(0, False)), Pipe()
    task = await waiting(watched, pipe)
    watched.grow(grown(1, 2))
    watched.grow(grown(3, 3))
    await asyncio.sleep(0)
    assert pipe.got == wire(1, 2, 3)
    assert not task.done()
    task.cancel()


async def test_who_cannot_take_them_is_woken_for_exactly_what_he_lacks():
    watched, pipe = Watched(uuid4(), Head(0, False)), Pipe()
    task = await waiting(watched, pipe)
    watched.grow(grown(1, 2))
    pipe.open = False
    watched.grow(grown(3, 4))
    pipe.open = True
    watched.grow(grown(5, 5))  # before his task had its turn: nothing may overtake
    assert await task == [3, 4, 5]
    assert pipe.got == wire(1, 2)


async def test_one_that_is_full_takes_nothing_from_the_others():
    watched, full, healthy = Watched(uuid4(), Head(0, False)), Pipe(), Pipe()
    full.open = False
    tasks = [await waiting(watched, pipe) for pipe in (full, healthy)]
    watched.grow(grown(1, 1))
    assert await tasks[0] == [1]
    assert healthy.got == wire(1)
    assert not tasks[1].done()
    tasks[1].cancel()


async def test_the_end_wakes_everybody():
    watched, pipe = Watched(uuid4(), Head(0, False)), Pipe()
    task = await waiting(watched, pipe)
    watched.grow(grown(1, 1))
    watched.grow(grown(2, 2, ended=True))
    assert await task == [2]
    assert await watched.after(2) == ()


async def test_a_deleted_analysis_wakes_everybody():
    watched, pipe = Watched(uuid4(), Head(0, False)), Pipe()
    task = await waiting(watched, pipe)
    watched.grow(None)
    assert await task == []


async def test_who_knows_of_more_than_the_reader_gets_nothing_twice():
    watched, pipe = Watched(uuid4(), Head(0, False)), Pipe()
    task = await waiting(watched, pipe, after=2)
    watched.grow(grown(1, 3))
    assert await task == [3]
    assert pipe.got == b""


async def test_more_than_fits_into_one_write_is_read_at_his_own_pace():
    watched, pipe = Watched(uuid4(), Head(0, False)), Pipe()
    task = await waiting(watched, pipe)
    frames = [Frame(seq, "x" * (POURED // 2 + 1)) for seq in (1, 2)]
    watched.grow(Growth(Head(2, False), 2, frames))
    assert await task == [1, 2]
    assert pipe.got == b""


async def test_who_left_is_given_nothing():
    watched, pipe = Watched(uuid4(), Head(0, False)), Pipe()
    task = await waiting(watched, pipe)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    watched.grow(grown(1, 1))
    assert pipe.got == b""


async def test_only_the_newest_events_are_held_in_memory():
    watched = Watched(uuid4(), Head(0, False))
    for first in range(1, 3000, 300):
        watched.grow(grown(first, first + 299))
    assert [frame.seq for frame in await watched.after(2650)] == list(range(2651, 3001))
    assert watched._floor == 2600
