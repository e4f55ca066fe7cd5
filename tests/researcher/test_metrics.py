"""Every figure of /metrics against rows that were made to have it."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import HttpCommunicator, WebsocketCommunicator
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone
from django_q.models import OrmQ
from prometheus_client.parser import text_string_to_metric_families

from analysis import lifecycle, services
from analysis.event_types import StepUpdated
from analysis.frames import Head
from analysis.live import Watched, reader
from analysis.models import Analysis, Call, CallState, Event, Shift, Source, Status, Worker
from analysis.types import Stage
from reports.models import Report
from researcher import metrics
from researcher.kit.ids import uuid7

from researcher.asgi import application  # isort: skip  # loads the models first
from researcher.open_sockets import Counted, Tally
from tests.analysis.logs import someone, submitted

pytestmark = [pytest.mark.servers, pytest.mark.django_db]

Figures = dict[tuple[str, ...], float]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def shift() -> Shift:
    return Shift.objects.create(host="here", pid=1)


@pytest.fixture
def submit(alice: User) -> Any:
    """Makes an analysis of alice's that waits."""
    return partial(submitted, alice)


def figures(name: str) -> Figures:
    """The figures of a family by the values of their labels, in the order of their names."""
    cache.clear()
    return {
        (*(value for _, value in sorted(sample.labels.items())),): sample.value
        for family in text_string_to_metric_families(metrics.text())
        for sample in family.samples
        if sample.name == f"researcher_{name}"
    }


def figure(name: str) -> float:
    return figures(name)[()]


def long_ago(seconds: float) -> Any:
    return timezone.now() - timedelta(seconds=seconds)


class TestRuns:
    def test_by_status(self, submit, shift):
        for _ in range(3):
            submit()
        lifecycle.claim(submit().pk, shift)
        assert figures("runs") == {("queued",): 3, ("running",): 1}

    def test_those_that_ended_lately_with_the_codes_of_the_failed(self, submit, shift):
        lifecycle.fail(lifecycle.claim(submit().pk, shift), "no_evidence", "There is none.")
        old = lifecycle.claim(submit().pk, shift)
        lifecycle.fail(old, "no_evidence", "There is none.")
        Analysis.objects.filter(pk=old.pk).update(finished_at=long_ago(3700))
        assert figures("runs_ended_last_hour") == {("no_evidence", "failed"): 1}
        assert figures("runs") == {("failed",): 2}

    def test_a_claim_from_a_lost_worker_is_a_lease_lost_and_a_run_repeated(self, submit, shift):
        analysis = submit()
        lifecycle.claim(analysis.pk, shift)
        assert (figure("lease_losses_last_hour"), figure("runs_repeated")) == (0, 0)
        Analysis.objects.update(lease_until=long_ago(1))
        lifecycle.claim(analysis.pk, shift)
        assert (figure("lease_losses_last_hour"), figure("runs_repeated")) == (1, 1)

    def test_a_run_that_was_handed_back_lost_nothing(self, submit, shift):
        analysis = submit()
        lifecycle.hand_back(lifecycle.claim(analysis.pk, shift))
        lifecycle.claim(analysis.pk, shift)
        assert (figure("lease_losses_last_hour"), figure("runs_repeated")) == (0, 0)


class TestQueue:
    def test_its_depth_and_age(self, submit, shift):
        assert (figure("queue_depth"), figure("queue_oldest_seconds")) == (0, 0)
        submit()
        Analysis.objects.filter(pk=submit().pk).update(queued_at=long_ago(150))
        lifecycle.claim(submit().pk, shift)  # somebody works on it: it waits no more
        assert figure("queue_depth") == 2
        assert 150 <= figure("queue_oldest_seconds") < 155

    def test_files_that_nobody_has_read(self, alice):
        for number in range(2):
            services.add_document(owner=alice, name="a.txt", content=b"%d" % number)
        Source.objects.update(fetched_at=long_ago(90))
        services.add_document(owner=alice, name="b.txt", content=b"b")
        assert figure("sources_unread") == 3
        assert 90 <= figure("sources_unread_oldest_seconds") < 95

    def test_rings_that_wait_and_none_that_are_in_a_hand(self, submit):
        OrmQ.objects.all().delete()
        now = timezone.now()
        OrmQ.objects.create(key="jobs", payload="", lock=now)
        OrmQ.objects.create(key="jobs", payload="", lock=now + timedelta(seconds=60))
        assert figures("rings_waiting") == {("jobs",): 1}


class TestStages:
    def test_what_they_took_of_runs_that_ended_lately(self, submit, shift):
        analysis = lifecycle.claim(submit().pk, shift)
        for stage in (Stage.PLANNING, Stage.REPORT):
            running = StepUpdated(step=stage, status="running")
            half = StepUpdated(step=stage, status="running", done=1, total=2)
            lifecycle.commit(analysis, (running, half))
            lifecycle.commit(analysis, (StepUpdated(step=stage, status="completed"),))
        begins(analysis, Stage.PLANNING, 40)
        begins(analysis, Stage.REPORT, 0.7)
        assert figures("stage_seconds_gcount")[("planning",)] == 0  # it has not ended
        lifecycle.fail(analysis, "no_evidence", "There is none.")
        assert figures("stage_seconds_gcount")[("planning",)] == 1
        assert 39 < figures("stage_seconds_gsum")[("planning",)] < 42
        buckets = figures("stage_seconds_bucket")
        assert (buckets["30.0", "planning"], buckets["60.0", "planning"]) == (0, 1)
        assert (buckets["0.5", "report-creation"], buckets["5.0", "report-creation"]) == (0, 1)
        assert buckets["+Inf", "processing"] == 0


def begins(analysis: Analysis, stage: Stage, seconds: float) -> None:
    """Let the stage have begun so long before it ended."""
    first = Event.objects.filter(analysis=analysis, body__step=stage).order_by("seq")[:1]
    Event.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(
        created_at=long_ago(seconds)
    )


class TestCalls:
    def test_of_today_by_state_kind_and_model(self, submit):
        analysis = submit()
        call(analysis, "a")
        call(analysis, "b", state=CallState.REFUSED)
        call(analysis, "c", kind="search", model="")
        assert figures("calls_today") == {
            ("model", "small", "done"): 1,
            ("model", "small", "refused"): 1,
            ("search", "", "done"): 1,
        }

    def test_what_was_bought_twice_and_what_was_found_again(self, submit):
        analysis = submit()
        call(analysis, "a", state=CallState.LOST)
        call(analysis, "a", replays=3)
        call(analysis, "b", state=CallState.REFUSED)
        call(analysis, "b")
        assert figure("calls_repeated_today") == 1
        assert figure("call_replays_today") == 3

    def test_tokens_and_spend_by_model(self, submit):
        analysis = submit()
        call(analysis, "a", tokens_in=100, tokens_cached=40, tokens_out=10, cost=Decimal("0.25"))
        call(analysis, "b", state=CallState.LOST, reserved_cost=Decimal("0.5"))
        call(analysis, "c", model="large", tokens_out=7, reserved_cost=Decimal("9"))
        tokens = figures("tokens_today")
        assert tokens[("input", "small")] == 100
        assert tokens[("cached", "small")] == 40
        assert tokens[("output", "large")] == 7
        assert figures("spend_today") == {("small",): 0.75, ("large",): 0}

    def test_yesterday_is_over(self, submit, monkeypatch):
        call(submit(), "a")
        tomorrow = timezone.now() + timedelta(days=1)
        monkeypatch.setattr(metrics.timezone, "now", lambda: tomorrow)
        assert figures("calls_today") == {}


def call(analysis: Analysis, request: str, **columns: Any) -> Call:
    told = {"kind": "model", "model": "small", "state": CallState.DONE, **columns}
    return Call.objects.create(
        owner=analysis.owner,
        analysis=analysis,
        fence=1,
        request_hash=request,
        finished_at=timezone.now(),
        **told,
    )


class TestWork:
    def test_only_who_shows_signs_of_life_counts(self, shift):
        Worker.objects.create(host="here", pid=1)
        dead = Worker.objects.create(host="there", pid=2)
        Worker.objects.filter(pk=dead.pk).update(seen_at=long_ago(60))
        assert figure("workers") == 1
        assert figures("shifts") == {("drive",): 1}

    def test_reports_by_format(self, submit):
        analysis = submit()
        columns = {"analysis": analysis, "draft_sha256": "d", "sha256": "s", "size": 1}
        Report.objects.create(format="pdf", plain=True, **columns)
        Report.objects.create(format="html", **columns)
        assert figures("reports") == {("pdf",): 1, ("html",): 1}
        assert figure("reports_plain") == 1


class TestThisProcess:
    async def test_sockets_are_counted_while_they_are_open_and_by_how_they_ended(self):
        tally = Tally()

        async def application(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})
            await receive()
            await receive()
            await send({"type": "websocket.close", "code": 4408})

        counted: Any = Counted(application, tally)
        socket: Any = WebsocketCommunicator(counted, "/ws/analyses/x/")
        await socket.connect()
        assert (tally.open, tally.closed) == (1, {})
        await socket.send_to("{}")
        assert (await socket.receive_output())["code"] == 4408
        await socket.wait()
        assert (tally.open, tally.closed) == (0, {4408: 1})

    async def test_a_reader_tells_how_far_it_has_come(self):
        head = Head(last_seq=7, ended=False)
        watched = reader().watched[uuid7()] = Watched(uuid7(), head)
        assert list((await metrics._cursors()).values()) == [7]
        assert not watched.ended

    @pytest.mark.django_db(transaction=True)
    async def test_events_that_it_has_not_read_are_counted(self, settings):
        settings.METRICS_TOKEN = "scrape-me"
        analysis = await database_sync_to_async(lambda: submitted(someone()))()
        reader().watched[analysis.pk] = Watched(analysis.pk, Head(last_seq=0, ended=False))
        bearer = [(b"host", b"localhost"), (b"authorization", b"Bearer scrape-me")]
        door: Any = HttpCommunicator(application, "GET", "/metrics", headers=bearer)
        answer = await door.get_response(timeout=10)
        await door.wait()
        assert answer["status"] == 200
        assert b"researcher_events_behind 1.0" in answer["body"]


def test_figures_of_rows_are_kept_for_a_moment(submit):
    submit()
    first = metrics.text()
    submit()
    assert metrics.text() == first
    assert Status.QUEUED in first
