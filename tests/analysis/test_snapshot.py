from analysis import services
from analysis.event_types import Cancelled, Failed, Queued, Running, StepUpdated
from analysis.models import Analysis
from analysis.snapshot import progress_of, snapshot_of, steps_of
from analysis.types import Stage
from tests.analysis.logs import log, progress

FAILED = Failed(code="broken", detail="The disk is full.")
PLANNED = StepUpdated(step="planning", status="completed", done=4, total=4, unit="questions")


def test_before_anything_happened_all_five_steps_are_pending():
    steps = steps_of([Queued()])
    assert [step.id for step in steps] == list(Stage)
    assert {step.status for step in steps} == {"pending"}


def test_a_step_stands_where_its_last_event_left_it():
    steps = steps_of([progress(1, 31), progress(12, 31)])
    assert (steps[2].status, steps[2].done, steps[2].total) == ("running", 12, 31)
    assert steps[2].unit == "passages"


def test_a_failed_run_shows_which_step_failed_and_why():
    steps = steps_of([PLANNED, progress(3), FAILED])
    assert [step.status for step in steps[:3]] == ["completed", "pending", "error"]
    assert steps[2].message == "The disk is full."


def test_a_retry_keeps_what_is_completed_and_waits_for_the_rest():
    steps = steps_of([PLANNED, progress(3), FAILED, Queued(reason="retry")])
    assert [step.status for step in steps[:3]] == ["completed", "pending", "pending"]
    assert steps[2].message == ""


def test_nobody_works_on_a_step_of_a_cancelled_run():
    steps = steps_of([Running(attempt=1), progress(3), Cancelled(by="alice")])
    assert steps[2].status == "pending"
    assert steps[2].done == 3


def test_progress_counts_steps_and_names_the_one_at_work():
    progressed = progress_of(steps_of([PLANNED, progress(3)]))
    assert (progressed.completed, progressed.total) == (1, 5)
    assert progressed.current == "processing"


def test_a_snapshot_is_of_the_moment_of_its_number(analysis: Analysis):
    log(analysis.pk, progress(1))
    analysis.refresh_from_db()
    log(analysis.pk, progress(2))
    snapshot = snapshot_of(analysis)
    assert snapshot.seq == 2
    assert snapshot.analysis.steps[2].done == 1


def test_a_snapshot_of_a_cancelled_analysis_says_so(analysis: Analysis):
    services.cancel(analysis=analysis, by=analysis.owner)
    message = snapshot_of(analysis).model_dump(mode="json")
    assert message["type"] == "snapshot"
    assert message["analysis"]["status"] == "cancelled"
    assert message["analysis"]["topic"] == analysis.topic
