import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from analysis.frames import (
    BATCH,
    TOGETHER,
    Frame,
    Head,
    frame_of,
    frames_after,
    growth_since,
    head_of,
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


def test_only_what_moved_has_frames(alice: User, template: str):
    still, moved = submitted(alice), submitted(alice)
    log(moved.pk, progress(1), progress(2))
    found = growth_since({still.pk: 1, moved.pk: 1})
    assert found[still.pk] == (Head(1, False), 1, [])
    assert [frame.seq for frame in found[moved.pk].frames] == [2, 3]
    assert found[moved.pk].until == 3


def test_the_end_of_a_run_is_told_with_its_last_event(analysis: Analysis):
    cancelled(analysis)
    growth = growth_since({analysis.pk: 1})[analysis.pk]
    assert growth.head == head_of(Analysis.objects.get()) == Head(2, True)
    assert "analysis.cancelled" in growth.frames[-1].text


def test_a_deleted_analysis_is_left_out(analysis: Analysis):
    pk = analysis.pk
    analysis.delete()
    assert growth_since({pk: 1}) == {}


def test_a_long_log_is_read_in_batches(analysis: Analysis):
    log(analysis.pk, *[progress(done) for done in range(BATCH + 10)])
    growth = growth_since({analysis.pk: 1})[analysis.pk]
    assert growth.until == BATCH + 1 < growth.head.last_seq
    assert len(growth.frames) == len(frames_after(analysis.pk, 0, 10**6)) == BATCH


@pytest.mark.slow
def test_more_analyses_than_fit_in_one_query_all_move(alice: User, template: str):
    cursors = {submitted(alice).pk: 0 for _ in range(TOGETHER + 1)}
    found = growth_since(cursors)
    assert {len(growth.frames) for growth in found.values()} == {1}
    assert isinstance(found[next(iter(cursors))].frames[0], Frame)
