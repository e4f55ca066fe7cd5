"""The log of an analysis and its doorbell: every fact is a row first, a ring second."""

from collections.abc import Iterator, Sequence
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from analysis import rings
from analysis.event_types import EventBody
from analysis.models import Analysis, Event
from researcher.kit import bulk
from researcher.kit.background import send_off


def append(analysis_id: UUID, bodies: Sequence[EventBody]) -> None:
    """Log facts under the next numbers, inside the transaction of the change they explain.

    The caller has locked the row (by its own UPDATE of it), so no two writers draw one number.
    """
    row = Analysis.objects.filter(pk=analysis_id)
    row.update(last_seq=F("last_seq") + len(bodies))
    write(analysis_id, row.values_list("last_seq", flat=True).get() - len(bodies), bodies)


def write(analysis_id: UUID, after: int, bodies: Sequence[EventBody]) -> None:
    """Log facts under the numbers after this one, which the caller has drawn."""
    bulk.insert(list(lines(analysis_id, after, bodies)))
    transaction.on_commit(partial(ring, analysis_id), robust=True)


def lines(analysis_id: UUID, after: int, bodies: Sequence[EventBody]) -> Iterator[Event]:
    """The facts as rows under the numbers after this one."""
    for seq, body in enumerate(bodies, start=after + 1):
        fields = body.model_dump(mode="json", exclude={"type"})
        yield Event(analysis_id=analysis_id, seq=seq, type=body.type, body=fields)


def ring(analysis_id: UUID) -> None:
    """Tell listeners to read the log. Carries no facts, so a lost ring loses nothing."""
    if settings.REDIS_URL:  # without a shared layer every web process looks by itself
        send_off(rings.ring(analysis_id))
