"""manage.py index_sources: make the forward indexes that sources do not have yet.

Sources that were read before there were any, or by other rules, have none: runs work with them
as well and take longer. Whatever was made is kept when the command is interrupted.
"""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from analysis.models import ForwardIndex, Source
from analysis.pipeline.forward import RULES
from analysis.sources import indexes, store
from researcher.kit.children import Children
from researcher.kit.pool import children
from researcher.kit.rows import patiently, rows

AT_ONCE = 2


class Command(BaseCommand):
    help = "Make the indexes of sources that have none by the rules of now."

    def handle(self, *args: Any, **options: Any) -> None:
        made, tried = asyncio.run(_index_all())
        self.stdout.write(f"{made} of {tried} sources indexed")


async def _index_all() -> tuple[int, int]:
    """How many indexes were made, and of how many sources that had none."""
    pool, waiting = children(AT_ONCE), await rows(list, indexes.missing().only("language"))
    try:
        made = [
            await _index_some(waiting[at : at + AT_ONCE], pool)
            for at in range(0, len(waiting), AT_ONCE)
        ]
    finally:
        await pool.close()
    return sum(made), len(waiting)


async def _index_some(sources: list[Source], pool: Children) -> int:
    return sum(await asyncio.gather(*(_index(source, pool) for source in sources)))


async def _index(source: Source, pool: Children) -> bool:
    pages = await rows(store.pages, source.pk)
    content = await indexes.packed(pages, source.language, pool)
    if content:
        columns = {"rules": RULES, "content": content}
        await patiently(_keep, source, columns)
    return bool(content)


def _keep(source: Source, columns: dict[str, Any]) -> None:
    ForwardIndex.objects.update_or_create(source=source, defaults=columns)
