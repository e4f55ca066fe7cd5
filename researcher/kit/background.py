"""One event loop in a thread of its own, for what must not be waited for."""

import asyncio
import logging
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def send_off(work: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine soon, on a loop that keeps its connections; a failure is only logged."""
    asyncio.run_coroutine_threadsafe(work, _loop()).add_done_callback(_log_failure)


def _loop() -> asyncio.AbstractEventLoop:
    """The loop of this process: a forked child has no thread of its parent's, so it starts one."""
    with _lock:
        pid = os.getpid()
        if pid not in _loops:
            _loops.clear()
            _loops[pid] = asyncio.new_event_loop()
            threading.Thread(target=_loops[pid].run_forever, daemon=True, name="background").start()
        return _loops[pid]


def _log_failure(done: "Future[Any]") -> None:
    if error := done.exception():
        logger.warning("background work failed: %s", error)
