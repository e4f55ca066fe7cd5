"""Children do untrusted work apart, and whatever becomes of them, their parent goes on."""

import asyncio
import logging
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from researcher.kit.child import CLONE_NEWNET, CLONE_NEWUSER
from researcher.kit.children import ChildDied, ChildFailed, Children, ChildTimedOut
from researcher.kit.refusal import Refusal
from tests.researcher.kit.chores import Parcel

CHORES = "tests.researcher.kit.chores:"
linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's part is Linux's alone")


@pytest.fixture
async def children() -> AsyncIterator[Children]:
    pool = Children(size=1, memory_mb=512, seconds=20)
    yield pool
    await pool.close()


@pytest.fixture
async def two_children() -> AsyncIterator[Children]:
    pool = Children(size=2, memory_mb=512, seconds=20)
    yield pool
    await pool.close()


async def warmed(pool: Children) -> int:
    """Let a child load the chores, so that its next call takes no time; its process."""
    return await pool.call(CHORES + "process", returns=int)


async def is_gone(process: int) -> bool:
    """Whether the process ends within two seconds."""
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.01)
    return False


def said(path: Path) -> list[str]:
    """The words that chores have left in the file."""
    return path.read_text().split() if path.exists() else []


async def mark_of(path: Path) -> int:
    """The process that left its number in the file, once it did."""
    for _ in range(500):
        if words := said(path):
            return int(words[0])
        await asyncio.sleep(0.01)
    raise AssertionError("nothing was started")


async def test_a_call_returns_what_the_function_returns_as_the_type_that_was_asked(children):
    answer = await children.call(CHORES + "parcel", "fragile", (1, 2), returns=Parcel)

    assert answer == Parcel(label="fragile", weights=(1, 2))


async def test_the_second_call_is_done_by_the_same_warm_child(children):
    first, second = await warmed(children), await warmed(children)

    assert first == second != os.getpid()


async def test_what_a_child_has_loaded_is_not_searched_for_garbage_again(children):
    await warmed(children)

    assert await children.call("gc:get_freeze_count", returns=int) > 10_000


async def test_a_text_of_megabytes_comes_back_whole(children):
    text = "Übung - 練習 " * 100_000

    assert await children.call(CHORES + "echo", text, returns=str) == text


async def test_bytes_cross_as_they_are(children):
    content = bytes(range(256)) * 5000

    assert await children.call(CHORES + "swapped", content, returns=bytes) == content[::-1]


async def test_a_refusal_arrives_with_its_code_and_its_sentence(children):
    with pytest.raises(Refusal) as refusal:
        await children.call(CHORES + "refuse", "too_blue", "Paint it \ud800 red.", returns=str)

    assert (refusal.value.code, refusal.value.detail) == ("too_blue", "Paint it ? red.")


async def test_an_unexpected_exception_is_named_and_its_traceback_logged(children, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(ChildFailed) as failure:
        await children.call(CHORES + "stumble", "no such shelf", returns=str)

    assert (failure.value.kind, failure.value.message) == ("LookupError", "no such shelf")
    assert "in stumble" in caplog.text


async def test_after_a_refusal_and_a_failure_the_child_still_serves(children):
    before = await warmed(children)
    with pytest.raises(Refusal):
        await children.call(CHORES + "refuse", "no", "No.", returns=str)
    with pytest.raises(ChildFailed):
        await children.call(CHORES + "stumble", "oh", returns=str)

    assert await warmed(children) == before


async def test_an_answer_of_another_type_is_not_believed(children):
    with pytest.raises(ChildFailed, match="ValidationError"):
        await children.call(CHORES + "echo", "seven", returns=int)


async def test_prints_do_not_corrupt_the_answers(children):
    assert await children.call(CHORES + "chatter", returns=str) == "said"
    assert await children.call(CHORES + "overhear", returns=str) == ""
    assert await children.call(CHORES + "echo", "clear", returns=str) == "clear"


async def test_a_child_that_needs_too_much_memory_is_replaced(children):
    with pytest.raises(ChildDied, match="needed more than 512 MB"):
        await children.call(CHORES + "hoard", 2000, returns=int)

    assert await children.call(CHORES + "echo", "on", returns=str) == "on"


async def test_a_child_that_is_killed_is_replaced(children):
    with pytest.raises(ChildDied, match="SIGKILL"):
        await children.call(CHORES + "die", signal.SIGKILL, returns=str)

    assert await children.call(CHORES + "echo", "on", returns=str) == "on"


async def test_the_last_words_of_a_crashed_child_are_logged(children, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(ChildDied, match="exit status 3"):
        await children.call(CHORES + "leave", 3, returns=str)

    assert "a native library said this last" in caplog.text


async def test_a_child_that_died_while_it_rested_is_not_asked_again(children):
    process = await warmed(children)
    os.kill(process, signal.SIGKILL)
    assert await is_gone(process)
    await asyncio.sleep(0.2)  # until the loop has heard of it

    assert await warmed(children) != process


async def test_a_call_that_takes_too_long_is_killed(children, tmp_path):
    mark = tmp_path / "mark"
    await warmed(children)
    with pytest.raises(ChildTimedOut, match=r"more than 0\.5 seconds"):
        await children.call(CHORES + "stall", str(mark), returns=str, seconds=0.5)

    assert await is_gone(int(said(mark)[0]))
    assert await children.call(CHORES + "echo", "on", returns=str) == "on"


async def test_cancelling_a_call_kills_its_child_so_that_no_stale_answer_is_read(
    children, tmp_path
):
    mark = tmp_path / "mark"
    waiting = asyncio.create_task(children.call(CHORES + "stall", str(mark), returns=str))
    process = await mark_of(mark)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert await is_gone(process)
    assert await children.call(CHORES + "echo", "mine", returns=str) == "mine"


async def test_no_more_than_size_work_at_once_and_who_waits_is_served_in_turn(children, tmp_path):
    mark = tmp_path / "mark"
    await asyncio.gather(
        *(children.call(CHORES + "note", str(mark), word, 0.02, returns=str) for word in "abcd")
    )

    assert said(mark) == ["+a", "-a", "+b", "-b", "+c", "-c", "+d", "-d"]


async def test_two_children_work_at_the_same_time(two_children, tmp_path):
    mark = tmp_path / "mark"
    await asyncio.gather(
        *(two_children.call(CHORES + "note", str(mark), word, 0.5, returns=str) for word in "ab")
    )

    assert {word[0] for word in said(mark)[:2]} == {"+"}


async def test_an_open_object_remembers_and_has_its_child_for_itself(two_children):
    async with two_children.open(CHORES + "Tally", 10) as tally:
        assert await tally.call("add", 5, returns=int) == 15
        assert await tally.call("add", 5, returns=int) == 20
        inside = await tally.call("process", returns=int)
        outside = await warmed(two_children)

    assert inside != outside


async def test_a_dropped_object_frees_its_child_for_the_next(children):
    async with children.open(CHORES + "Tally", 1) as tally:
        process = await tally.call("process", returns=int)

    async with children.open(CHORES + "Tally", 5) as tally:
        assert await tally.call("add", 0, returns=int) == 5
        assert await tally.call("process", returns=int) == process


async def test_a_dropped_object_is_forgotten_at_once(children, tmp_path):
    mark = tmp_path / "mark"
    async with children.open(CHORES + "Lamp", str(mark)):
        assert said(mark) == []
    await warmed(children)

    assert said(mark) == ["out"]


async def test_an_object_that_refuses_to_be_made_says_so(children):
    with pytest.raises(Refusal, match="Such an object cannot be"):
        async with children.open(CHORES + "Impossible"):
            pytest.fail("it was made")

    assert await children.call(CHORES + "echo", "on", returns=str) == "on"


async def test_a_method_of_an_object_whose_child_timed_out_finds_it_dead(children):
    await warmed(children)
    async with children.open(CHORES + "Tally", 1, seconds=0.5) as tally:
        with pytest.raises(ChildTimedOut):
            await tally.call("stall", returns=type(None))
        with pytest.raises(ChildDied):
            await tally.call("add", 1, returns=int)


async def test_two_calls_of_one_object_follow_each_other(children):
    async with children.open(CHORES + "Tally", 0) as tally:
        sums = await asyncio.gather(*(tally.call("add", 1, returns=int) for _ in range(20)))

    assert sums == list(range(1, 21))


async def test_a_child_is_replaced_when_it_has_served_its_calls():
    pool = Children(size=1, memory_mb=512, seconds=20, calls=2)
    served = [await warmed(pool) for _ in range(4)]
    await pool.close()

    assert served[0] == served[1] != served[2] == served[3]


@linux
async def test_a_child_that_has_grown_is_replaced(children):
    grown = await children.call(CHORES + "hoard", 300, returns=int)

    assert await warmed(children) != grown


async def test_closing_ends_every_child_and_tells_those_who_wait(two_children, tmp_path):
    mark = tmp_path / "mark"
    idle = await warmed(two_children)
    waiting = asyncio.create_task(two_children.call(CHORES + "stall", str(mark), returns=str))
    busy = await mark_of(mark)
    await two_children.close()

    with pytest.raises(ChildDied):
        await waiting
    assert await is_gone(idle)
    assert await is_gone(busy)
    with pytest.raises(RuntimeError, match="closed"):
        await two_children.call(CHORES + "echo", "late", returns=str)


async def test_a_child_that_is_just_being_born_does_not_outlive_the_close(two_children):
    waiting = [asyncio.create_task(warmed(two_children)) for _ in range(2)]
    await asyncio.sleep(0)
    await two_children.close()

    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(error) for error in ended] == [ChildDied, ChildDied]


async def test_a_child_knows_no_secret_of_its_parent(children, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:canary@db/x")
    environment = await children.call(CHORES + "environment", returns=dict[str, str])

    assert "canary" not in str(environment)
    assert set(environment) <= {
        "PATH",
        "PYTHONPATH",
        "LANG",
        "LC_CTYPE",
        "TZ",
        "PYTHONHASHSEED",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    }


def may_leave_the_network() -> bool:
    """Whether this system lets a process move to an empty network (many containers do not)."""
    script = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({}) != 0)"
    flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    return subprocess.run([sys.executable, "-c", script.format(flags)], check=False).returncode == 0


@linux
async def test_a_child_has_no_network(children):
    if not may_leave_the_network():
        pytest.skip("this system does not let a process leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        reached = await children.call(CHORES + "reach", server.getsockname()[1], returns=str)

    assert reached == "OSError"


async def test_a_child_cannot_fill_the_disk(children, tmp_path):
    path = tmp_path / "large"
    with pytest.raises(ChildFailed, match="File too large"):
        await children.call(CHORES + "write", str(path), 101 << 20, returns=int)

    assert path.stat().st_size <= 100 << 20


@linux
async def test_children_die_with_a_parent_that_is_killed(tmp_path):
    mark = tmp_path / "mark"
    script = (
        "import asyncio; from researcher.kit.children import Children; asyncio.run(Children("
        f"size=1, memory_mb=512, seconds=60).call('{CHORES}stall', {str(mark)!r}, returns=str))"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script)
    process = await mark_of(mark)
    parent.kill()
    await parent.wait()

    assert await is_gone(process)


@pytest.mark.slow
def test_a_call_that_burns_its_processor_time_is_killed_even_if_the_parent_sleeps():
    child = subprocess.Popen(
        [sys.executable, "-m", "researcher.kit.child", "512", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    body = pickle.dumps((CHORES + "spin", (), 0.1))
    answer, _ = child.communicate(struct.pack(">cI", b"c", len(body)) + body, timeout=20)

    assert (answer[5:], child.returncode) == (b"", -signal.SIGXCPU)
