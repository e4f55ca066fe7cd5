"""What the cluster runs. Each task is a doorbell: it looks at the rows and does what is due."""

import asyncio

from analysis import reader, runner, shifts, watching
from analysis.importing import work


def drive() -> None:
    """Drive every run that waits, until none is left.

    Ends its process after a SIGTERM: the queue that it would wait at may be gone.
    """
    with shifts.shift("drive") as row:
        was_terminated = asyncio.run(runner.drive(row))
    if was_terminated:
        raise SystemExit


def read_sources() -> None:
    """Read every source that waits, until none is left."""
    with shifts.shift("jobs") as row:
        asyncio.run(reader.read_waiting(row))


def import_files() -> None:
    """Go on with every import that waits, until none is left or its time is over."""
    with shifts.shift("jobs") as row:
        asyncio.run(work.import_waiting(row))


def look_at_watches() -> None:
    """Look at every feed and saved query that is due."""
    with shifts.shift("jobs") as row:
        asyncio.run(watching.look_at_due(row))
