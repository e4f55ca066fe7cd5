import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from analysis.event_types import Warned
from analysis.frames import (
    BATCH,
    TOGETHER,
    Head,
    frame_of,
    frames_after,
    growth_since,
    head_of,
    newest_after,
)
from analysis.models import Analysis, Event
from tests.analysis.logs import cancelled, log, progress, submitted


def test_a_frame_is_the_event_as_every_door_shows_it(analysis: Analysis):
    event = Event.objects.get(analysis=analysis)
    event.created_at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    seq, text = frame_of(event)
    assert seq == 1
    assert json.loads(text) == event.as_message()
    assert json.loads(text)["created_at"] == "2026-05-01T12:00:00Z"


def test_what_cannot_be_sent_as_utf8_is_escaped(analysis: Analysis):
    event = Event(analysis=analysis, seq=1, type="warning", body={"detail": "\ud800 \u2028 é"})
    event.created_at = datetime(2026, 5, 1, tzinfo=UTC)
    assert frame_of(event).text.encode().isascii()


def test_what_the_database_gives_is_said_as_the_model_says_it(alice: User, template: str):
    moved = submitted(alice)
    log(moved.pk, progress(1), Warned(code="x", detail='\u2028 \U0001f600 "é"'))
    covering = Event.objects.filter(analysis=moved, seq=2)
    covering.update(covers_from=1)
    growth = growth_since({moved.pk: 0})[moved.pk]
    assert growth
    assert list(growth.frames) == [frame_of(event) for event in moved.events.after(0)]
    assert json.loads(growth.frames[1].text)["covers"] == [1, 2]


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


@pytest.mark.slow
def test_more_analyses_than_fit_in_one_query_all_move(alice: User, template: str):
    cursors = {submitted(alice).pk: 0 for _ in range(TOGETHER + 1)}
    found = growth_since(cursors)
    assert {len(growth.frames) if growth else 0 for growth in found.values()} == {1}
    assert found.keys() == cursors.keys()
