"""What the cluster runs. Each task is a doorbell: it looks at the rows and does what is due."""

import asyncio

from analysis import runner, shifts, toolbox
from analysis.models import Source
from analysis.sources import store
from researcher.kit import logs


def drive() -> None:
    """Drive every run that waits, until none is left."""
    with shifts.shift("drive") as row:
        asyncio.run(runner.drive(row))


def read_source(source_id: str) -> None:
    """Read one source, if it is still unread."""
    source = Source.objects.filter(pk=source_id).first()
    if source is not None:
        with logs.about(source=source_id), shifts.shift("jobs"):
            asyncio.run(_read(source))


async def _read(source: Source) -> None:
    children = toolbox.children(1)
    try:
        await store.read(source, children)
    finally:
        await children.close()
