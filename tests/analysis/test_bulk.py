"""Rows written as one JSON text are the rows that Django writes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction

from analysis.flights import ENDED
from analysis.models import Analysis, Call, CallState, Event
from researcher.kit import bulk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

WHEN = datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC)
ODD = [
    "",
    "'quoted' \"twice\" \\ %s {a,b} NULL",
    "Größe 大小 \u2028 🙂",
    "line\n\ttab",
    "null",
    "[1]",
]
BODIES: list[dict[str, Any]] = [
    {},
    *({"text": text, "deep": [{"n": 1.5e-7, "big": 2**60, "none": None}]} for text in ODD),
]


def columns(rows: Sequence[models.Model]) -> list[dict[str, Any]]:
    apart = {"id", "created_at", "analysis_id", "request_hash", "started_at"}
    return [
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.attname not in apart
        }
        for row in rows
    ]


def events(analysis: Analysis, after: int) -> list[Event]:
    return [
        Event(analysis=analysis, seq=after + number, type="finding.added", body=body)
        for number, body in enumerate(BODIES, 1)
    ]


def calls(analysis: Analysis, name: str) -> list[Call]:
    return [
        Call(
            owner_id=analysis.owner_id,
            analysis=analysis if number % 2 else None,
            fence=2**40,
            kind="model",
            role=text[:24],
            request_hash=f"{name}{number}",
            reserved_cost=Decimal("0.000001") * number,
            answer=text or None,
        )
        for number, text in enumerate(ODD)
    ]


def test_events_are_written_as_django_writes_them(analysis):
    there = analysis.events.count()
    bulk.insert(ours := events(analysis, there))
    Event.objects.bulk_create(theirs := events(analysis, there + len(ours)))
    written = list(analysis.events.order_by("seq"))[there:]
    first, second = written[: len(ours)], written[len(ours) :]
    assert [row.body for row in first] == [row.body for row in second] == BODIES
    assert [row.covers_from for row in first] == [None] * len(theirs)
    assert all(abs((row.created_at - second[0].created_at).total_seconds()) < 60 for row in first)


def test_calls_are_written_as_django_writes_them(analysis):
    bulk.insert(calls(analysis, "ours"))
    Call.objects.bulk_create(calls(analysis, "theirs"))
    ours = Call.objects.filter(request_hash__startswith="ours").order_by("request_hash")
    theirs = Call.objects.filter(request_hash__startswith="theirs").order_by("request_hash")
    assert columns(ours) == columns(theirs)
    assert [call.analysis_id for call in ours] == [call.analysis_id for call in theirs]


def test_a_row_that_is_there_is_changed_where_it_is_told(analysis):
    bulk.insert(calls(analysis, "a"))
    before = {call.pk: call for call in Call.objects.all()}
    changed = list(Call.objects.all())
    for call in changed:
        call.state, call.finished_at, call.role = CallState.DONE, WHEN, "other"
        call.answer, call.cost = {"text": call.request_hash}, Decimal("1.234567")
    bulk.insert(changed, update=ENDED)
    for call in Call.objects.all():
        assert (call.state, call.finished_at, call.cost) == ("done", WHEN, Decimal("1.234567"))
        assert call.answer == {"text": call.request_hash}
        assert (call.role, call.started_at) == (before[call.pk].role, before[call.pk].started_at)


def test_all_are_written_or_none(analysis):
    there = analysis.events.count()
    twice = [*events(analysis, there), *events(analysis, there)]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(twice)
    assert analysis.events.count() == there
    bulk.insert([])


def test_what_is_too_long_is_refused_and_not_cut(analysis):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no limits of length")
    with pytest.raises(DataError), transaction.atomic():
        bulk.insert([Event(analysis=analysis, seq=99, type="x" * 33, body={})])
