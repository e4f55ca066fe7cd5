"""Work that nobody waits for runs on one kept loop, also after a fork."""

import asyncio
import logging
import os
import subprocess
import sys
import threading

from researcher.kit.background import send_off


def test_all_work_of_a_process_shares_one_loop():
    seen, done = [], threading.Barrier(3)

    async def work() -> None:
        seen.append(asyncio.get_running_loop())
        await asyncio.to_thread(done.wait, 5)

    send_off(work())
    send_off(work())
    done.wait(5)
    assert len(set(seen)) == 1


def test_a_failure_is_logged_and_harms_nobody(caplog):
    failed = threading.Event()

    async def work() -> None:
        try:
            raise ConnectionError("the layer is down")
        finally:
            failed.set()

    with caplog.at_level(logging.WARNING):
        send_off(work())
        assert failed.wait(5)
        for _ in range(100):
            if caplog.records:
                break
            threading.Event().wait(0.01)
    assert "the layer is down" in caplog.text


def test_a_forked_child_gets_a_loop_of_its_own():
    async def nothing() -> None: ...

    send_off(nothing())
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:

        async def tell() -> None:
            os.write(writer, b"x")
            os._exit(0)

        send_off(tell())
        threading.Event().wait(5)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert (os.read(reader, 1), os.waitstatus_to_exitcode(status)) == (b"x", 0)


def test_what_was_sent_off_last_gets_out_before_the_process_ends(tmp_path):
    code = (
        "import asyncio, sys; from pathlib import Path\n"
        "from researcher.kit.background import send_off\n"
        "async def work():\n"
        "    await asyncio.sleep(0.2)\n"
        "    Path(sys.argv[1]).write_text('out')\n"
        "send_off(work())\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "sent")], check=True)
    assert (tmp_path / "sent").read_text() == "out"
