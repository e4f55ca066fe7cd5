import json
from datetime import UTC, datetime
from typing import get_args

import pytest
from django.contrib.auth.models import User
from django.db import connection

from analysis.event_types import EventBody, Warned
from analysis.frames import (
    BATCH,
    Head,
    frames_after,
    growth_since,
    head_of,
    newest_after,
)
from analysis.models import Analysis, Event
from tests.analysis.logs import cancelled, log, progress, submitted

pytestmark = pytest.mark.servers


def test_a_frame_is_the_event_as_every_door_shows_it(analysis: Analysis):
    log(analysis.pk, progress(1), Warned(code="x", detail='\u2028 \U0001f600 "é" \\ \n'))
    events = Event.objects.filter(analysis=analysis)
    events.filter(seq=2).update(created_at=datetime(2026, 5, 1, 12, tzinfo=UTC), covers_from=1)
    events.filter(seq=3).update(body={}, covers_from=2)
    log(analysis.pk, Warned(code="x", detail='\u2028 \U0001f600 "é" \\ \n'))
    frames = frames_after(analysis.pk, 0, 4)
    assert [json.loads(text) for _, text in frames] == [
        event.as_message() for event in events.after(0)
    ]
    assert [seq for seq, _ in frames] == [1, 2, 3, 4]
    assert json.loads(frames[1].text)["created_at"] == "2026-05-01T12:00:00Z"
    assert json.loads(frames[2].text)["covers"] == [2, 3]


def test_present_and_past_are_said_in_the_same_words(analysis: Analysis):
    log(analysis.pk, progress(1), progress(2))
    growth = growth_since({analysis.pk: 1})[analysis.pk]
    assert growth
    assert list(growth.frames) == frames_after(analysis.pk, 1, 3)


def test_no_field_of_an_event_is_called_like_what_stands_before_it():
    head = Event(body={}, covers_from=1, created_at=datetime(2026, 5, 1)).as_message()
    for kind in get_args(get_args(EventBody)[0]):
        assert head.keys() & kind.model_fields == {"type"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses it")
def test_what_cannot_be_sent_as_utf8_is_escaped(analysis: Analysis):
    Event.objects.filter(analysis=analysis).update(body={"detail": "\ud800 \u2028 é"})
    ((_, text),) = frames_after(analysis.pk, 0, 1)
    assert text.encode().isascii()


def test_only_what_moved_is_told(alice: User, template: str):
    still, moved = submitted(alice), submitted(alice)
    log(moved.pk, progress(1), progress(2))
    found = growth_since({still.pk: 1, moved.pk: 1})
    assert list(found) == [moved.pk]
    growth = found[moved.pk]
    assert growth
    assert [frame.seq for frame in growth.frames] == [2, 3]
    assert (growth.head, growth.until) == (Head(3, False), 3)


def test_the_newest_rows_tell_who_rang(alice: User, template: str):
    silent, loud = submitted(alice), submitted(alice)
    newest, rung = newest_after(None)
    assert rung == set()
    log(loud.pk, progress(1), progress(2))
    later, rung = newest_after(newest)
    assert (rung, later) == ({loud.pk}, newest + 2)
    assert newest_after(later) == (later, set())
    assert silent.pk not in rung


def test_the_end_of_a_run_is_told_with_its_last_event(analysis: Analysis):
    cancelled(analysis)
    growth = growth_since({analysis.pk: 1})[analysis.pk]
    assert growth
    assert growth.head == head_of(Analysis.objects.get()) == Head(2, True)
    assert "analysis.cancelled" in growth.frames[-1].text


def test_a_deleted_analysis_is_told_as_none(analysis: Analysis):
    pk = analysis.pk
    analysis.delete()
    assert growth_since({pk: 1}) == {pk: None}


def test_a_long_log_is_read_in_batches(analysis: Analysis):
    log(analysis.pk, *[progress(done) for done in range(BATCH + 10)])
    growth = growth_since({analysis.pk: 1})[analysis.pk]
    assert growth
    assert growth.until == BATCH + 1 < growth.head.last_seq
    assert len(growth.frames) == len(frames_after(analysis.pk, 0, 10**6)) == BATCH
