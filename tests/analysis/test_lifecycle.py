"""Who may move a run from which status to which, and that nobody else can."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from analysis import lifecycle, services
from analysis.event_types import FINAL_TYPES, Cancelled, Completed, Queued, StepUpdated, Warned
from analysis.models import FINAL, Analysis, Status
from analysis.types import Plan, Stage

pytestmark = [pytest.mark.django_db, pytest.mark.servers]

PLAN = Plan(questions=())
PROGRESS = StepUpdated(step=Stage.PLANNING, status="running")


def put(analysis: Analysis, status: Status) -> None:
    """Set a status as no code of the product may, with the columns that it needs."""
    Analysis.objects.filter(pk=analysis.pk).update(
        status=status,
        lease_until=timezone.now() if status is Status.RUNNING else None,
        finished_at=timezone.now() if status in FINAL else None,
        failure_code="x" if status is Status.FAILED else "",
    )


def logged(analysis: Analysis) -> list[str]:
    return list(analysis.events.after(0).values_list("type", flat=True))


def seqs(analysis: Analysis) -> list[int]:
    return list(analysis.events.after(0).values_list("seq", flat=True))


ALLOWED = {
    "cancel": {Status.QUEUED, Status.RUNNING, Status.AWAITING_INPUT, Status.PAUSED},
    "pause": {Status.QUEUED, Status.RUNNING},
    "resume": {Status.PAUSED},
    "retry": {Status.FAILED, Status.CANCELLED},
    "approve_plan": {Status.AWAITING_INPUT},
}
VERB_AND_STATUS = list(itertools.product(lifecycle.USER_MOVES, Status))


@pytest.mark.parametrize(("verb", "status"), VERB_AND_STATUS)
def test_every_verb_from_every_status(analysis, alice, verb, status):
    put(analysis, status)
    if status in ALLOWED[verb]:
        lifecycle.move(analysis.pk, verb, Queued())
        analysis.refresh_from_db()
        assert analysis.status == lifecycle.USER_MOVES[verb][1]
    else:
        with pytest.raises(lifecycle.IllegalMove) as refused:
            lifecycle.move(analysis.pk, verb, Queued())
        assert verb not in refused.value.allowed
        assert logged(analysis) == ["analysis.queued"]


def test_a_claim_takes_a_queued_run_once(analysis, drive):
    first, second = lifecycle.claim(analysis.pk, drive), lifecycle.claim(analysis.pk, drive)
    assert first is not None
    assert (first.status, first.attempts, first.fence) == (Status.RUNNING, 1, 1)
    assert second is None
    assert logged(analysis) == ["analysis.queued", "analysis.running"]


def test_a_run_is_claimed_again_only_when_its_lease_has_run_out(analysis, drive, settings):
    settings.LEASE_SECONDS = -1
    assert lifecycle.claim(analysis.pk, drive) is not None
    settings.LEASE_SECONDS = 30
    again = lifecycle.claim(analysis.pk, drive)
    assert again is not None
    assert (again.fence, again.attempts) == (2, 2)
    assert lifecycle.claim(analysis.pk, drive) is None


def test_a_run_that_kills_its_workers_is_given_up(analysis, drive, settings):
    settings.LEASE_SECONDS = -1
    claims = [lifecycle.claim(analysis.pk, drive) for _ in range(analysis.max_attempts + 2)]
    analysis.refresh_from_db()
    assert [claim is not None for claim in claims] == [True] * 3 + [False] * 2
    assert (analysis.status, analysis.failure_code) == (Status.FAILED, "too_many_attempts")
    assert logged(analysis)[-1] == "analysis.failed"


def test_a_finished_stage_counts_as_progress(analysis, drive, settings):
    settings.LEASE_SECONDS = -1
    for stage in Stage:
        claimed = lifecycle.claim(analysis.pk, drive)
        assert claimed is not None
        assert lifecycle.commit(claimed, (), stage=stage, output=PLAN)
    assert analysis.stage_outputs.count() == len(Stage)


def test_an_attempt_that_was_cut_off_is_made_again_until_none_is_left(analysis, drive):
    Analysis.objects.update(attempts=analysis.max_attempts - 2)
    for end in (Status.QUEUED, Status.FAILED):
        assert lifecycle.try_again(lifecycle.claim(analysis.pk, drive), "its child was killed")
        analysis.refresh_from_db()
        assert analysis.status == end
    assert analysis.failure_code == "too_many_attempts"
    assert "since its child was killed" in analysis.failure_detail


def test_a_stage_that_was_finished_begins_the_counting_anew(analysis, drive):
    Analysis.objects.update(attempts=analysis.max_attempts - 1)
    mine = lifecycle.claim(analysis.pk, drive)
    assert lifecycle.commit(mine, (PROGRESS,), stage=Stage.PLANNING, output=PLAN)
    assert lifecycle.try_again(mine, "its child was killed")
    analysis.refresh_from_db()
    assert (analysis.status, analysis.attempts) == (Status.QUEUED, 0)


def test_a_worker_that_lost_its_run_writes_nothing(analysis, drive, settings):
    settings.LEASE_SECONDS = -1
    stalled = lifecycle.claim(analysis.pk, drive)
    owner = lifecycle.claim(analysis.pk, drive)
    before = seqs(analysis)
    assert not lifecycle.commit(
        stalled, (PROGRESS,), stage=Stage.PLANNING, output=Plan(questions=())
    )
    assert not lifecycle.fail(stalled, "late", "Too late.")
    assert not lifecycle.hand_back(stalled)
    assert seqs(analysis) == before
    assert lifecycle.commit(owner, (PROGRESS,))


def test_nothing_is_logged_after_a_final_event(analysis, drive, alice):
    claimed = lifecycle.claim(analysis.pk, drive)
    services.cancel(analysis=analysis, by=alice)
    assert not lifecycle.commit(claimed, (PROGRESS,))
    assert not lifecycle.commit(claimed, (Completed(findings=0, sources=0),), to=Status.COMPLETED)
    assert logged(analysis)[-1] in FINAL_TYPES


def test_a_hand_back_returns_its_attempt(analysis, drive):
    for _ in range(analysis.max_attempts + 2):
        claimed = lifecycle.claim(analysis.pk, drive)
        assert claimed is not None
        assert lifecycle.hand_back(claimed)
    analysis.refresh_from_db()
    assert (analysis.status, analysis.attempts) == (Status.QUEUED, 0)


def test_renewing_says_what_a_drive_still_has(analysis, drive, alice):
    lifecycle.claim(analysis.pk, drive)
    assert lifecycle.renew(drive, {analysis.pk}) == {analysis.pk}
    services.cancel(analysis=analysis, by=alice)
    assert lifecycle.renew(drive, {analysis.pk}) == set()


def test_a_claim_that_its_drive_never_heard_of_is_not_renewed(analysis, drive, settings):
    settings.LEASE_SECONDS = -1
    lifecycle.claim(analysis.pk, drive)
    settings.LEASE_SECONDS = 30
    assert lifecycle.renew(drive, set()) == set()
    assert lifecycle.claim(analysis.pk, drive) is not None


def test_a_renewed_lease_lasts_from_now(analysis, drive, settings):
    settings.LEASE_SECONDS = -1
    lifecycle.claim(analysis.pk, drive)
    settings.LEASE_SECONDS = 30
    lifecycle.renew(drive, {analysis.pk})
    analysis.refresh_from_db()
    left = analysis.lease_until - timezone.now()
    assert timedelta(seconds=25) < left < timedelta(seconds=31)


def test_the_log_has_no_gaps(analysis, drive):
    claimed = lifecycle.claim(analysis.pk, drive)
    for _ in range(5):
        lifecycle.commit(claimed, (PROGRESS, Warned(code="x", detail="y")))
    lifecycle.fail(claimed, "code", "detail")
    assert seqs(analysis) == list(range(1, 14))


def test_a_worker_never_cancels(analysis, drive):
    claimed = lifecycle.claim(analysis.pk, drive)
    with pytest.raises(ValueError, match="never moves a run to cancelled"):
        lifecycle.commit(claimed, (Cancelled(by="x"),), to=Status.CANCELLED)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("analysis_finished_at_iff_final", {"finished_at": timezone.now()}),
        ("analysis_lease_iff_running", {"lease_until": timezone.now()}),
        ("analysis_failure_iff_failed", {"failure_code": "x"}),
    ],
)
def test_the_database_refuses_a_row_that_contradicts_itself(analysis, constraint, columns):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Analysis.objects.filter(pk=analysis.pk).update(**columns)


def test_a_stage_has_one_output(analysis):
    analysis.stage_outputs.create(stage=Stage.PLANNING, output={})
    with pytest.raises(IntegrityError), transaction.atomic():
        analysis.stage_outputs.create(stage=Stage.PLANNING, output={})


def test_a_number_of_the_log_is_drawn_once(analysis):
    with pytest.raises(IntegrityError), transaction.atomic():
        analysis.events.create(seq=1, type="warning")


def test_a_run_of_another_pipeline_is_left_alone(analysis, drive):
    Analysis.objects.filter(pk=analysis.pk).update(pipeline_version=999)
    assert lifecycle.claim(analysis.pk, drive) is None
    assert lifecycle.claim(uuid4(), drive) is None


def test_a_write_whose_confirmation_was_lost_is_not_written_twice(analysis, drive):
    claimed = lifecycle.claim(analysis.pk, drive)
    before = claimed.last_seq
    for _ in range(2):  # the second is the repetition of a worker that saw no answer
        claimed.last_seq = before
        assert lifecycle.commit(claimed, (PROGRESS,), stage=Stage.PLANNING, output=PLAN)
    assert seqs(analysis) == [1, 2, 3]
    assert analysis.stage_outputs.count() == 1


def test_a_completion_whose_confirmation_was_lost_is_still_a_completion(analysis, drive):
    claimed = lifecycle.claim(analysis.pk, drive)
    before = claimed.last_seq
    for _ in range(2):
        claimed.last_seq = before
        done = Completed(findings=0, sources=0)
        assert lifecycle.commit(claimed, (done,), to=Status.COMPLETED)
    assert logged(analysis)[-2:] == ["analysis.running", "analysis.completed"]
