"""Database work from an event loop: one sync function at a time, in a few threads of its own."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 120.0
FIRST_PAUSE_SECONDS = 0.1
LAST_PAUSE_SECONDS = 2.0

P = ParamSpec("P")
T = TypeVar("T")

# Few, because each thread keeps a connection; enough that one slow query does not stop a pulse.
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="rows")


async def rows(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function that reads or writes rows, with fresh connections around it.

    A transaction is begun and ended inside the function: none ever spans an await.
    """
    work = partial(_with_fresh_connections, partial(function, *args, **kwargs))
    # In the caller's context, so that what the thread logs names the same run.
    in_context = partial(copy_context().run, work)
    return await asyncio.get_running_loop().run_in_executor(_THREADS, in_context)


async def patiently(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """As `rows`, but wait for a database that is away, up to PATIENCE_SECONDS.

    The function must be safe to run again: its first try may have been committed although the
    answer was lost with the connection.
    """
    deadline, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS
    while True:
        try:
            return await rows(function, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > deadline:
                raise
            logger.warning("the database is away, trying again in %.1f s: %s", pause, error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LAST_PAUSE_SECONDS)


def _with_fresh_connections(function: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()
