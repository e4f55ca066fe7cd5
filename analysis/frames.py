"""What logs say, as the text that sockets send; read for many analyses in one query."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Model

from analysis.models import FINAL, Analysis, Event

Row = tuple[Any, ...]
BATCH = 500  # events of one analysis read at once
# Analyses that are asked for in one query: databases bound its parameters.
TOGETHER = 500
NEWEST = "SELECT id, analysis_id FROM {event} WHERE id > %s ORDER BY id DESC LIMIT 1000"
# One statement, so that heads and events are of one moment, and said in SQL, because an OR of a
# hundred filters costs Django more to build than to answer. A log that did not move gives no row.
GROWTH = """
    WITH known (pk, seq) AS (VALUES {values})
    SELECT known.pk, analysis.last_seq, analysis.status, event.seq, event.type, event.body,
           event.covers_from, event.created_at
    FROM known
    LEFT JOIN {analysis} analysis ON analysis.id = known.pk
    LEFT JOIN {event} event ON event.analysis_id = known.pk
        AND event.seq > known.seq AND event.seq <= known.seq + {batch}
    WHERE analysis.id IS NULL OR analysis.last_seq > known.seq
    ORDER BY known.pk, event.seq
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


def head_of(analysis: Analysis) -> Head:
    return Head(analysis.last_seq, analysis.status in FINAL)


def growth_since(cursors: Mapping[UUID, int]) -> dict[UUID, Growth | None]:
    """What happened in these analyses after these numbers; None is said of a deleted one.

    Those whose log did not move are left out.
    """
    asked, found = list(cursors), {}
    for first in range(0, len(asked), TOGETHER):
        known = {_key(pk): pk for pk in asked[first : first + TOGETHER]}
        rows = _rows([(key, cursors[pk]) for key, pk in known.items()])
        for key, lines in groupby(rows, itemgetter(0)):
            pk = known[key]
            found[pk] = _growth(pk, cursors[pk], list(lines))
    return found


def newest_after(event_pk: int | None) -> tuple[int, set[UUID]]:
    """The key of the newest event, and the analyses of those after the given one.

    For a database whose writers take turns: elsewhere an event may be committed after one with
    a higher key.
    """
    if event_pk is None:
        return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0, set()
    rows = _fetched(NEWEST.format(event=_quoted(Event)), [event_pk])
    found = {UUID(str(analysis_id)) for _, analysis_id in rows}
    return max((pk for pk, _ in rows), default=event_pk), found


def frames_after(analysis_id: UUID, seq: int, until: int) -> list[Frame]:
    """The next events after `seq`, up to `until`, at most BATCH of them."""
    events = Event.objects.filter(analysis_id=analysis_id, seq__lte=until).after(seq)
    return [frame_of(event) for event in events[:BATCH]]


def frame_of(event: Event) -> Frame:
    return Frame(event.seq, json.dumps(event.as_message(), separators=(",", ":")))


def _rows(known: Sequence[tuple[Any, int]]) -> list[Row]:
    values = ", ".join(["(%s, %s)"] * len(known))
    analysis, event = _quoted(Analysis), _quoted(Event)
    query = GROWTH.format(values=values, analysis=analysis, event=event, batch=BATCH)
    return _fetched(query, list(chain.from_iterable(known)))


def _fetched(query: str, values: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _quoted(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _growth(pk: UUID, after: int, lines: Sequence[Row]) -> Growth | None:
    _, last_seq, status, *_ = lines[0]
    if last_seq is None:
        return None
    frames = [frame_of(_event(pk, *line[3:])) for line in lines if line[3] is not None]
    return Growth(Head(last_seq, status in FINAL), min(last_seq, after + BATCH), frames)


def _event(pk: UUID, seq: int, type: str, body: str, covers: int | None, at: datetime) -> Event:
    """From the values as the drivers of our databases give them."""
    values = {"seq": seq, "type": type, "body": json.loads(body), "covers_from": covers}
    moment = at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite knows no zones
    return Event(analysis_id=pk, created_at=moment, **values)


def _key(analysis_id: UUID) -> Any:
    """As this database keeps it, and gives it back."""
    return analysis_id if connection.features.has_native_uuid_field else analysis_id.hex
