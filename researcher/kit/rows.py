"""Database work from an event loop: one sync function at a time, in a few threads of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
T = TypeVar("T")

# Few, because each thread keeps a connection; enough that one slow query does not stop a pulse.
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="rows")


async def rows(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function that reads or writes rows, with fresh connections around it.

    A transaction is begun and ended inside the function: none ever spans an await.
    """
    work = partial(_with_fresh_connections, partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work)


def _with_fresh_connections(function: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()
