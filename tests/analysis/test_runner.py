"""A real drive over real documents: it claims, pulls, writes down, puts down, and resumes."""

import asyncio
import os
import signal
from contextlib import suppress

import psutil
import pytest
from asgiref.sync import sync_to_async

from analysis import lifecycle, runner, services, shifts, tasks
from analysis.models import Analysis, Document, Shift, Source, Status
from analysis.sources import store
from analysis.types import Stage
from researcher.kit.pool import children
from tests.analysis.conftest import TEXT
from tests.templates_app.factories import make_template

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]

FINISHED = ("completed", "failed", "cancelled")


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.DRIVE_IDLE_SECONDS = 0.3


def types(analysis: Analysis) -> list[str]:
    return list(analysis.events.after(0).values_list("type", flat=True))


def test_a_run_goes_from_the_queue_to_a_cited_draft(analysis):
    tasks.drive()
    analysis.refresh_from_db()
    draft = analysis.draft()
    assert analysis.status == Status.COMPLETED, analysis.failure_detail
    assert draft is not None
    assert {output.stage for output in analysis.stage_outputs.all()} == set(Stage)
    assert all(quote.text in TEXT.decode() for quote in draft.quotes)
    assert draft.citations
    assert types(analysis)[:2] == ["analysis.queued", "analysis.running"]
    assert types(analysis)[-1] == "analysis.completed"
    assert list(analysis.events.after(0).values_list("seq", flat=True)) == list(
        range(1, analysis.last_seq + 1)
    )
    assert not Shift.objects.exists()


def test_a_second_ring_finds_nothing(analysis):
    tasks.drive()
    events = analysis.events.count()
    tasks.drive()
    assert analysis.events.count() == events


def test_a_resumed_run_keeps_its_finished_stages_and_gives_the_same_draft(
    alice, template, document, settings
):
    """The worker dies after the second stage; another finishes what is left."""

    def submit() -> Analysis:
        return services.submit(
            owner=alice,
            template=template,
            topic="Northwind Foods revenue and margin",
            options_given={},
            documents=[document.pk],
        )

    whole = submit()
    tasks.drive()
    outputs = {row.stage: row.output for row in whole.stage_outputs.all()}
    written = dict(whole.stage_outputs.values_list("stage", "created_at"))
    Analysis.objects.filter(pk=whole.pk).update(
        status=Status.RUNNING, lease_until=lifecycle.lease(), finished_at=None
    )
    late = [Stage.PROCESSING, Stage.ANALYSIS, Stage.REPORT]
    whole.stage_outputs.filter(stage__in=late).delete()
    settings.LEASE_SECONDS = -1
    Analysis.objects.filter(pk=whole.pk).update(lease_until=lifecycle.lease())
    settings.LEASE_SECONDS = 30
    tasks.drive()
    whole.refresh_from_db()
    assert whole.status == Status.COMPLETED
    assert {row.stage: row.output for row in whole.stage_outputs.all()} == outputs
    again = dict(whole.stage_outputs.values_list("stage", "created_at"))
    kept = [Stage.PLANNING, Stage.COLLECTION]
    assert [again[stage] == written[stage] for stage in kept] == [True, True]
    assert [again[stage] > written[stage] for stage in late] == [True] * 3


def test_a_run_without_a_readable_document_fails_with_a_sentence(alice, template):
    empty = services.add_document(owner=alice, name="x.pdf", content=b"%PDF-1.7\n" + bytes(200))
    analysis = services.submit(
        owner=alice, template=template, topic="t", options_given={}, documents=[empty.pk]
    )
    tasks.drive()
    analysis.refresh_from_db()
    assert analysis.status == Status.FAILED
    assert analysis.failure_code == "no_readable_documents"
    assert "source.rejected" in types(analysis)


def test_an_unexpected_error_ends_the_run_and_not_the_drive(alice, template, document):
    broken = make_template(slug="broken").template.slug
    runs = [
        services.submit(
            owner=alice, template=slug, topic="revenue", options_given={}, documents=[document.pk]
        )
        for slug in (broken, template)
    ]
    brief = runs[0].brief_json | {"topic": 7}
    Analysis.objects.filter(pk=runs[0].pk).update(brief_json=brief)
    tasks.drive()
    statuses = [Analysis.objects.get(pk=run.pk).status for run in runs]
    assert statuses == [Status.FAILED, Status.COMPLETED]
    failed = Analysis.objects.get(pk=runs[0].pk)
    assert failed.failure_code == "internal_error"
    assert "Retry keeps" in failed.failure_detail


async def driving(row: Shift) -> "asyncio.Task[bool]":
    return asyncio.create_task(runner.drive(row))


async def ended(task: "asyncio.Task[bool]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def status_of(analysis: Analysis) -> str:
    return str(await Analysis.objects.values_list("status", flat=True).aget(pk=analysis.pk))


async def until(analysis: Analysis, *wanted: str) -> str:
    for _ in range(500):
        if (status := await status_of(analysis)) in wanted:
            return status
        await asyncio.sleep(0.02)
    raise AssertionError(f"never {wanted}")


async def kill_children(analysis: Analysis, *, runs: int) -> None:
    """Kill what works for the run as soon as it appears, until it runs so often or has ended."""
    while await status_of(analysis) not in FINISHED:
        if (await sync_to_async(types)(analysis)).count("analysis.running") >= runs:
            break
        for child in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                if "researcher.kit.child" in child.cmdline():
                    child.kill()
        await asyncio.sleep(0.01)


@pytest.fixture
def again(analysis, alice, template, document) -> Analysis:
    """A run over a document that has been read."""
    tasks.drive()
    return services.submit(
        owner=alice, template=template, topic="margin", options_given={}, documents=[document.pk]
    )


async def test_a_run_whose_child_is_killed_is_tried_again(again, drive, settings):
    settings.DRIVE_IDLE_SECONDS = 60
    task = await driving(drive)
    await kill_children(again, runs=2)
    assert await until(again, *FINISHED) == "completed"
    told = await sync_to_async(types)(again)
    assert told.count("analysis.running") >= 2
    await ended(task)


async def test_a_run_that_always_loses_its_children_fails_in_the_end(again, drive, settings):
    settings.DRIVE_IDLE_SECONDS = 60
    task = await driving(drive)
    await kill_children(again, runs=1000)
    await sync_to_async(again.refresh_from_db)()
    assert (again.status, again.failure_code) == (Status.FAILED, "too_many_attempts")
    assert "SIGKILL" in again.failure_detail
    await ended(task)


async def test_sigterm_puts_the_work_down_and_the_attempt_is_returned(analysis, drive, settings):
    settings.DRIVE_IDLE_SECONDS = 60
    task = await driving(drive)
    await until(analysis, "running")
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(task, 20)
    await sync_to_async(analysis.refresh_from_db)()
    # Either it was quick enough to finish, or it is back in the queue as if never claimed.
    assert analysis.status in {Status.QUEUED, Status.COMPLETED}
    if analysis.status == Status.QUEUED:
        assert (analysis.attempts, analysis.lease_until) == (0, None)


async def test_a_drive_told_to_stop_puts_its_work_down(analysis, drive, settings):
    settings.DRIVE_IDLE_SECONDS = 60
    task = await driving(drive)
    await until(analysis, *FINISHED)
    assert not task.done()
    await Shift.objects.filter(pk=drive.pk).aupdate(is_draining=True)
    assert not await asyncio.wait_for(task, 10)


async def test_a_cancelled_run_is_left_within_seconds(alice, analysis, drive, settings):
    settings.DRIVE_IDLE_SECONDS = 60
    task = await driving(drive)
    await until(analysis, "running")
    await sync_to_async(services.cancel)(analysis=analysis, by=alice)
    events = await analysis.events.acount()
    await Shift.objects.filter(pk=drive.pk).aupdate(is_draining=True)
    await asyncio.wait_for(task, 10)
    assert await analysis.events.acount() == events
    assert await until(analysis, "cancelled") == "cancelled"


def test_many_runs_share_one_drive(alice, template, document):
    runs = [
        services.submit(
            owner=alice, template=template, topic=f"revenue {n}", options_given={},
            documents=[document.pk],
        )
        for n in range(5)
    ]  # fmt: skip
    tasks.drive()
    statuses = Analysis.objects.filter(pk__in=[run.pk for run in runs]).values_list("status")
    assert set(statuses) == {("completed",)}


def test_a_document_is_read_in_the_background(document: Document):
    tasks.read_sources()
    document.source.refresh_from_db()
    assert (document.source.status, document.source.pages_count) == ("read", 1)
    tasks.read_sources()
    assert document.source.pages.count() == 1


def test_only_one_of_two_readers_takes_a_source(document: Document, settings):
    assert store.take(document.source)
    assert not store.take(document.source)
    Source.objects.update(taken_until=None)
    settings.LEASE_SECONDS = -1
    assert store.take(document.source)
    assert store.take(document.source)  # the first one is gone: its time is over


async def test_a_reader_that_lives_keeps_its_source(document: Document, settings):
    settings.LEASE_SECONDS = 0.3
    assert await sync_to_async(store.take)(document.source)
    async with store._kept(document.source):
        await asyncio.sleep(0.6)
        assert not await sync_to_async(store.take)(document.source)
    await asyncio.sleep(0.4)
    assert await sync_to_async(store.take)(document.source)


async def test_a_run_waits_for_who_has_taken_its_source(document: Document):
    pool = children(1)
    taken = await sync_to_async(store.take)(document.source)
    waiting = asyncio.create_task(store.read(document.source, pool))
    await asyncio.sleep(0.2)
    assert taken
    assert not waiting.done()
    other = await Source.objects.aget(pk=document.source_id)
    await store.read_taken(other, pool, "northwind.txt")
    await asyncio.wait_for(waiting, 5)
    assert document.source.status == "read"
    await pool.close()


def test_a_shift_is_seen_anew_while_it_lasts(db, monkeypatch):
    monkeypatch.setattr(shifts, "BEAT_SECONDS", 0.05)
    with shifts.shift("jobs") as row:
        began = Shift.objects.get(pk=row.pk).seen_at
        for _ in range(100):
            if Shift.objects.get(pk=row.pk).seen_at > began:
                break
            shifts.threading.Event().wait(0.02)
        assert Shift.objects.get(pk=row.pk).seen_at > began
    assert not Shift.objects.exists()
