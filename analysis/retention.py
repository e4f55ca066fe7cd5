"""What is kept how long: progress is compacted after the end of a run, facts never are."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from analysis.models import FINAL, Analysis, Event

# Events that the next one of their kind makes stale.
DELTAS = frozenset({"step.updated", "draft.delta"})
RUNS_AT_ONCE = 20


def compact_old() -> int:
    """Compact the logs of runs that ended long ago, a few at once; how many events went."""
    until = Now() - timedelta(days=settings.COMPACT_AFTER_DAYS)
    ended = Analysis.objects.filter(status__in=FINAL, finished_at__lt=until, compacted_at=None)
    return sum(compact(analysis) for analysis in ended.order_by("finished_at")[:RUNS_AT_ONCE])


@transaction.atomic
def compact(analysis: Analysis) -> int:
    """Let the last of each row of deltas stand for all of it; the numbers stay checkable."""
    gone = sum(_merge(row) for row in _rows(analysis))
    Analysis.objects.filter(pk=analysis.pk).update(compacted_at=Now())
    return gone


def _rows(analysis: Analysis) -> Iterator[Sequence[Event]]:
    """Consecutive deltas of one type and one step."""
    for (kind, _), events in groupby(analysis.events.after(0), key=_subject):
        row = list(events)
        if kind in DELTAS and len(row) > 1:
            yield row


def _subject(event: Event) -> tuple[str, str]:
    return event.type, str(event.body.get("step") or event.body.get("section") or "")


def _merge(row: Sequence[Event]) -> int:
    first, last = row[0], row[-1]
    last.covers_from = first.covers_from or first.seq
    last.save(update_fields=["covers_from"])
    gone, _ = Event.objects.filter(pk__in=[event.pk for event in row[:-1]]).delete()
    return gone
