"""Runs that write together write as each would alone: fenced, numbered, all or nothing."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from analysis import lifecycle
from analysis.event_types import Cancelled, Warned
from analysis.models import Analysis, Source, StageOutput
from analysis.progress import Progress, write_many, written
from analysis.types import Collection, Plan, Question, SourceRef, Stage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

PLAN = Plan(questions=(Question(key="a-1", section="a", text="What?", query="what"),))


def warned(*codes: str) -> tuple[Warned, ...]:
    return tuple(Warned(code=code, detail=".") for code in codes)


def log(run: Analysis) -> list[tuple[int, str]]:
    """What stands in the log after the claim."""
    rows = run.events.after(2).values_list("seq", "body")
    return [(seq, body["code"]) for seq, body in rows]


def test_the_events_of_many_runs_are_numbered_run_by_run(runs):
    first, second, third, _ = runs
    entries = [Progress(first, warned("a", "b")), Progress(second, warned("c"))]
    assert write_many(entries) == [True, True]
    assert write_many([Progress(first, warned("d")), Progress(third, warned("e"))]) == [True, True]
    assert log(first) == [(3, "a"), (4, "b"), (5, "d")]
    assert (log(second), log(third)) == ([(3, "c")], [(3, "e")])
    for run in (first, second, third):
        assert run.last_seq == Analysis.objects.get(pk=run.pk).last_seq == 2 + len(log(run))


def test_leases_are_renewed_and_progress_forgives_attempts(runs):
    past = timezone.now() - timedelta(seconds=5)
    Analysis.objects.update(lease_until=past)
    entries = [
        Progress(runs[0], warned("a"), Stage.PLANNING, PLAN),
        Progress(runs[1], warned("b")),
    ]
    assert write_many(entries) == [True, True]
    rows = [Analysis.objects.get(pk=run.pk) for run in runs]
    assert [row.attempts for row in rows] == [0, 1, 1, 1]
    assert [row.lease_until > past for row in rows] == [True, True, False, False]
    assert Plan.model_validate(StageOutput.objects.get(analysis=runs[0]).output) == PLAN


def test_a_run_that_is_not_ours_any_more_writes_nothing(runs):
    lifecycle.move(runs[0].pk, "cancel", Cancelled(by="alice"))
    Analysis.objects.filter(pk=runs[1].pk).update(fence=9)
    Analysis.objects.filter(pk=runs[2].pk).update(last_seq=7)
    entries = [Progress(run, warned("a"), Stage.PLANNING, PLAN) for run in runs]
    assert write_many(entries) == [None, None, None, True]
    assert StageOutput.objects.get().analysis_id == runs[3].pk
    assert [run.last_seq for run in runs] == [2, 2, 2, 3]


def test_what_was_collected_says_which_sources_each_run_has(runs):
    """One that was deleted meanwhile is none of them."""
    rows = [Source.objects.create(sha256=f"{number:064}", file="f", size=1) for number in range(3)]
    refs = [source_ref(row) for row in rows]
    rows[2].delete()
    entries = [
        Progress(runs[0], (), Stage.COLLECTION, Collection(sources=(refs[0], refs[2]))),
        Progress(runs[1], (), Stage.COLLECTION, Collection(sources=(refs[0], refs[1]))),
        Progress(runs[2], (), Stage.COLLECTION, Collection(sources=())),
        Progress(runs[3], warned("a")),
    ]
    assert write_many(entries) == [True, True, True, True]
    held = [set(run.sources.values_list("pk", flat=True)) for run in runs]
    assert held == [{rows[0].pk}, {rows[0].pk, rows[1].pk}, set(), set()]


def source_ref(row: Source) -> SourceRef:
    return SourceRef(
        key=f"s-{row.pk}",
        id=row.pk,
        name="a.txt",
        media_type="text/plain",
        language="en",
        pages=1,
        characters=1,
        sha256=row.sha256,
        fetched_at=timezone.now(),
    )


def test_of_two_writes_of_one_run_the_first_is_written(runs):
    entries = [Progress(runs[0], warned("a")), Progress(runs[0], warned("b"))]
    assert write_many(entries) == [True, None]
    assert log(runs[0]) == [(3, "a")]


def test_as_many_as_there_are_they_take_as_many_queries(runs, django_assert_num_queries):
    for some in (runs[:2], runs):
        entries = [Progress(run, warned("a"), None, None) for run in some]
        with django_assert_num_queries(5):
            write_many(entries)


async def test_side_by_side_each_run_is_told_what_became_of_its_own(runs):
    await sync_to_async(lifecycle.move)(runs[0].pk, "cancel", Cancelled(by="alice"))
    told = await asyncio.gather(*(written(Progress(run, warned("a"))) for run in runs))
    assert told == [False, True, True, True]
    assert await sync_to_async(log)(runs[3]) == [(3, "a")]
