"""One event loop in a thread of its own, for what must not be waited for."""

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from typing import Any

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}
_on_their_way: set["Future[Any]"] = set()

# How long an ending process waits for what it sent off last.
LAST_SECONDS = 1.0


def send_off(work: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine soon, on a loop that keeps its connections; a failure is only logged."""
    sent = asyncio.run_coroutine_threadsafe(work, _loop())
    _on_their_way.add(sent)
    sent.add_done_callback(_log_failure)


def _loop() -> asyncio.AbstractEventLoop:
    """The loop of this process: a forked child has no thread of its parent's, so it starts one."""
    with _lock:
        pid = os.getpid()
        if pid not in _loops:
            _loops.clear()
            _on_their_way.clear()
            _loops[pid] = asyncio.new_event_loop()
            threading.Thread(target=_loops[pid].run_forever, daemon=True, name="background").start()
        return _loops[pid]


@atexit.register
def _let_out() -> None:
    """What was sent off just before the end still gets out, if it does so at once."""
    if os.getpid() in _loops:
        wait(set(_on_their_way), LAST_SECONDS)


def _log_failure(done: "Future[Any]") -> None:
    _on_their_way.discard(done)
    if error := done.exception():
        logger.warning("background work failed: %s", error)
