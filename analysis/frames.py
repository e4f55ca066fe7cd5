"""What logs say, as the text that sockets send; read for many analyses in one query.

The text is put together around the body as the database keeps it: to parse a body only to write
it out again would cost more than all the rest.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Model

from analysis.models import FINAL, Analysis, Event

Row = tuple[Any, ...]
BATCH = 500  # events of one analysis read at once
NEWEST = "SELECT id, analysis_id FROM {event} WHERE id > %s ORDER BY id DESC LIMIT 1000"
# One statement, so that heads and events are of one moment. Said in SQL, because an OR of a hundred
# filters costs Django more to build than to answer, and asked with one value, because each costs
# too. A log that did not move gives no row.
GROWTH = """
    WITH known AS (
        SELECT key, CAST(key AS {uuid}) AS pk, CAST(CAST(value AS text) AS integer) AS seq
        FROM json_each(%s)
    )
    SELECT known.key, analysis.last_seq, analysis.status, event.seq, event.type, event.body,
           event.covers_from, event.created_at
    FROM known
    LEFT JOIN {analysis} analysis ON analysis.id = known.pk
    LEFT JOIN {event} event ON event.analysis_id = known.pk
        AND event.seq > known.seq AND event.seq <= known.seq + {batch}
    WHERE analysis.id IS NULL OR analysis.last_seq > known.seq
    ORDER BY known.key, event.seq
"""
PAGE = """
    SELECT seq, type, body, covers_from, created_at FROM {event}
    WHERE analysis_id = CAST(%s AS {uuid}) AND seq > %s AND seq <= %s ORDER BY seq LIMIT {batch}
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
    known = {pk.hex: pk for pk in cursors}
    asked = json.dumps({key: cursors[pk] for key, pk in known.items()})
    grouped = groupby(_fetched(GROWTH, [asked]), itemgetter(0))
    return {(pk := known[key]): _growth(pk, cursors[pk], list(rows)) for key, rows in grouped}


def newest_after(event_pk: int | None) -> tuple[int, set[UUID]]:
    """The key of the newest event, and the analyses of those after the given one.

    For a database whose writers take turns: elsewhere an event may be committed after one with
    a higher key.
    """
    if event_pk is None:
        return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0, set()
    rows = _fetched(NEWEST, [event_pk])
    found = {UUID(str(analysis_id)) for _, analysis_id in rows}
    return max((pk for pk, _ in rows), default=event_pk), found


def frames_after(analysis_id: UUID, seq: int, until: int) -> list[Frame]:
    """The next events after `seq`, up to `until`, at most BATCH of them."""
    return _frames(analysis_id, _fetched(PAGE, [analysis_id.hex, seq, until]))


def _fetched(query: str, values: Sequence[Any]) -> list[Row]:
    """The rows of a query that names our tables, and the type of their keys, in braces."""
    names = {"analysis": _quoted(Analysis), "event": _quoted(Event), "batch": BATCH}
    with connection.cursor() as cursor:
        cursor.execute(query.format(uuid=connection.data_types["UUIDField"], **names), values)
        return list(cursor.fetchall())


def _quoted(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _growth(pk: UUID, after: int, rows: Sequence[Row]) -> Growth | None:
    _, last_seq, status, *_ = rows[0]
    if last_seq is None:
        return None
    frames = _frames(pk, [row[3:] for row in rows if row[3] is not None])
    return Growth(Head(last_seq, status in FINAL), min(last_seq, after + BATCH), frames)


def _frames(analysis_id: UUID, rows: Sequence[Row]) -> list[Frame]:
    written = str(analysis_id)
    return [Frame(row[0], _text(written, *row)) for row in rows]


def _text(
    analysis_id: str, seq: int, type: str, body: str, covers_from: int | None, at: datetime
) -> str:
    """The event as `as_message` says it. SQLite gives moments without a zone; all are UTC."""
    moment = at.isoformat().removesuffix("+00:00")
    covers = "" if covers_from is None else f',"covers":[{covers_from},{seq}]'
    fields = body[1:] if body == "{}" else "," + body[1:]
    head = f'{{"type":"{type}","seq":{seq},"analysis_id":"{analysis_id}","created_at":"{moment}Z"'
    return head + covers + fields
