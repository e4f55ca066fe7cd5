"""The log of an analysis and its doorbell: every fact is a row first, a ring second."""

import logging
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from django.db.models import F

from analysis.event_types import EventBody
from analysis.models import Analysis, Event

logger = logging.getLogger(__name__)


def group_name(analysis_id: UUID | str) -> str:
    return f"analysis.{analysis_id}"


def append(analysis_id: UUID, bodies: Iterable[EventBody]) -> None:
    """Log facts under the next numbers, inside the transaction of the change they explain.

    The caller has locked the row (by its own UPDATE of it), so no two writers draw one number.
    """
    events = list(bodies)
    row = Analysis.objects.filter(pk=analysis_id)
    row.update(last_seq=F("last_seq") + len(events))
    first = row.values_list("last_seq", flat=True).get() - len(events) + 1
    Event.objects.bulk_create(
        _line(analysis_id, seq, body) for seq, body in enumerate(events, start=first)
    )
    transaction.on_commit(partial(ring, analysis_id), robust=True)


def _line(analysis_id: UUID, seq: int, body: EventBody) -> Event:
    fields = body.model_dump(mode="json", exclude={"type"})
    return Event(analysis_id=analysis_id, seq=seq, type=body.type, body=fields)


def ring(analysis_id: UUID) -> None:
    """Tell listeners to read the log. Carries no facts, so a lost ring loses nothing."""
    if not settings.REDIS_URL:
        return  # without a shared layer every web process looks at the log by itself
    try:
        layer = get_channel_layer()
        async_to_sync(layer.group_send)(group_name(analysis_id), {"type": "log.grew"})
    except Exception:  # the layer may be down: the log has the fact, and readers look anyway
        logger.warning("ring lost", exc_info=True, extra={"analysis": str(analysis_id)})
