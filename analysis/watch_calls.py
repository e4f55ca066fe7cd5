"""What watches buy: searches that cost money, in the ledger and under the caps of their owner.

A look belongs to no analysis, and the same question at the next look is another one: there is
nothing to find again, so a row is only written before and after.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from analysis import caps
from analysis.models import Call, CallState, Watch
from analysis.sources.providers.prices import MAYBE_PAID, price
from analysis.sources.providers.types import ProviderFailed
from analysis.web_types import Found
from researcher.kit.ids import uuid7
from researcher.kit.rows import patiently

Asking = Callable[[], Awaitable[Sequence[Found]]]


async def bought(watch: Watch, provider: str, ask: Asking) -> Sequence[Found]:
    """What a provider answers to a watch; a row of the ledger where it costs money.

    Raises ProviderFailed, also (budget_spent) where a cap of the day would be passed.
    """
    cost = price(provider)
    if not cost:
        return await ask()
    pk = uuid7()
    await patiently(_begin, watch, provider, cost, pk)
    try:
        found = await ask()
    except ProviderFailed as failed:
        state = CallState.LOST if failed.code in MAYBE_PAID else CallState.REFUSED
        await patiently(_end, pk, state, error_code=failed.code)
        raise
    except BaseException:
        await asyncio.shield(patiently(_end, pk, CallState.LOST, error_code="cancelled"))
        raise
    await asyncio.shield(patiently(_end, pk, CallState.DONE, cost=cost))
    return found


@transaction.atomic
def _begin(watch: Watch, provider: str, cost: Decimal, pk: UUID) -> None:
    """Also when it is tried twice, once."""
    if Call.objects.filter(pk=pk).exists():
        return
    owner = watch.collection.owner_id
    caps.one_at_a_time()
    for cap in caps.of_today(owner):
        spent = caps.spent(cap.calls)
        if not cap.fits(spent.tokens, spent.cost + cost):
            raise ProviderFailed("budget_spent", cap.sentence)
    Call.objects.create(
        id=pk,
        owner_id=owner,
        fence=watch.fence,
        kind="search",
        role=provider,
        request_hash=hashlib.sha256(f"watch {watch.pk} {pk}".encode()).hexdigest(),
        reserved_cost=cost,
    )


def _end(pk: UUID, state: CallState, **columns: Any) -> None:
    Call.objects.filter(pk=pk).update(state=state, finished_at=timezone.now(), **columns)
