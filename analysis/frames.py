"""What logs say, as the text that sockets send; read for many analyses in one query."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from analysis.models import FINAL, Analysis, Event

_TABLE = Event._meta.db_table
BATCH = 500  # events of one analysis read at once
# Analyses whose events are asked for in one query: databases bound its parameters.
TOGETHER = 500
# Said in SQL, because an OR of a hundred filters costs Django more to build than to answer.
EVENTS_OF_SPANS = """
    WITH span (analysis_id, after, until) AS (VALUES {values})
    SELECT event.* FROM span JOIN {table} event
    ON event.analysis_id = span.analysis_id AND event.seq > span.after AND event.seq <= span.until
    ORDER BY event.analysis_id, event.seq
"""


class Frame(NamedTuple):
    """One event as the text that every socket sends."""

    seq: int
    text: str


class Head(NamedTuple):
    """The end of a log: its last number, and whether the run is over."""

    last_seq: int
    ended: bool


class Growth(NamedTuple):
    """What a log has that its reader did not have: `frames` are all its events up to `until`."""

    head: Head
    until: int
    frames: Sequence[Frame]


class Span(NamedTuple):
    """The events of one analysis after one number, up to another."""

    after: int
    until: int


def head_of(analysis: Analysis) -> Head:
    return Head(analysis.last_seq, analysis.status in FINAL)


def growth_since(cursors: Mapping[UUID, int]) -> dict[UUID, Growth]:
    """What happened in these analyses after these numbers; a deleted one is left out."""
    heads = _heads(cursors)
    spans = {
        pk: Span(cursors[pk], min(head.last_seq, cursors[pk] + BATCH)) for pk, head in heads.items()
    }
    moved = [(pk, span) for pk, span in spans.items() if span.until > span.after]
    frames: defaultdict[UUID, list[Frame]] = defaultdict(list)
    for first in range(0, len(moved), TOGETHER):
        for event in _events(moved[first : first + TOGETHER]):
            frames[event.analysis_id].append(frame_of(event))
    return {pk: Growth(head, spans[pk].until, frames[pk]) for pk, head in heads.items()}


def frames_after(analysis_id: UUID, seq: int, until: int) -> list[Frame]:
    """The next events after `seq`, up to `until`, at most BATCH of them."""
    events = Event.objects.filter(analysis_id=analysis_id, seq__lte=until).after(seq)
    return [frame_of(event) for event in events[:BATCH]]


def frame_of(event: Event) -> Frame:
    return Frame(event.seq, json.dumps(event.as_message(), separators=(",", ":")))


def _heads(ids: Iterable[UUID]) -> dict[UUID, Head]:
    found = Analysis.objects.filter(pk__in=list(ids)).values_list("pk", "last_seq", "status")
    return {pk: Head(last_seq, status in FINAL) for pk, last_seq, status in found}


def _events(spans: Sequence[tuple[UUID, Span]]) -> Iterable[Event]:
    values = ", ".join(["(%s, %s, %s)"] * len(spans))
    query = EVENTS_OF_SPANS.format(values=values, table=connection.ops.quote_name(_TABLE))
    return Event.objects.raw(query, list(chain(*((_key(pk), *span) for pk, span in spans))))


def _key(analysis_id: UUID) -> object:
    """As this database keeps it."""
    return Analysis._meta.pk.get_db_prep_value(analysis_id, connection)
