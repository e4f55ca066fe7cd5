"""Whatever two workers, a user and time do in whatever order: the state machine stays closed."""

import itertools
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from django_q.models import OrmQ
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from analysis import lifecycle, services, sweeper
from analysis.event_types import (
    FINAL_TYPES,
    AwaitingInput,
    Completed,
    Paused,
    Queued,
    StepUpdated,
)
from analysis.lifecycle import USER_MOVES, IllegalMove
from analysis.models import Analysis, Shift, Status
from analysis.types import Plan, Stage
from tests.analysis.logs import someone, submitted

WORKERS = st.integers(0, 1)
VERBS = st.sampled_from(sorted(USER_MOVES))
LONG_AGO = timezone.now() - timedelta(days=1)
MANY = 5  # attempts, so that a run is given up within one example, but not at once

MAY_FOLLOW = {
    Status.QUEUED: {Status.RUNNING, Status.PAUSED, Status.CANCELLED, Status.FAILED},
    Status.RUNNING: {
        Status.QUEUED,
        Status.AWAITING_INPUT,
        Status.PAUSED,
        Status.COMPLETED,
        Status.FAILED,
        Status.CANCELLED,
    },
    Status.AWAITING_INPUT: {Status.QUEUED, Status.CANCELLED},
    Status.PAUSED: {Status.QUEUED, Status.CANCELLED},
    Status.COMPLETED: set(),
    Status.FAILED: {Status.QUEUED},
    Status.CANCELLED: {Status.QUEUED},
}


class Run(RuleBasedStateMachine):
    """One run; `held` is what each worker believes to have."""

    def __init__(self) -> None:
        super().__init__()
        self.alice = someone()
        self.pk = submitted(self.alice).pk
        self.rows.update(max_attempts=MANY)
        self.shifts = [Shift.objects.create(host=str(n), pid=n) for n in range(2)]
        self.held: list[Analysis | None] = [None, None]
        self.before = Status.QUEUED

    @property
    def rows(self) -> "QuerySet[Analysis]":
        return Analysis.objects.filter(pk=self.pk)

    @property
    def now(self) -> Analysis:
        return self.rows.get()

    def is_holder(self, worker: int) -> bool:
        held, now = self.held[worker], self.now
        return bool(held and now.status == Status.RUNNING and held.fence == now.fence)

    @rule(worker=WORKERS)
    def claim(self, worker: int) -> None:
        is_due, attempts = self.rows.due().exists(), self.now.attempts
        claimed = lifecycle.claim(self.pk, self.shifts[worker])
        assert (claimed is not None) == (is_due and attempts < MANY)
        self.held[worker] = claimed or self.held[worker]

    @rule(worker=WORKERS)
    def step(self, worker: int) -> None:
        self.write(worker, lambda held: lifecycle.commit(held, (_update(Stage.PLANNING),)))

    @rule(worker=WORKERS)
    def stage(self, worker: int) -> None:
        """The next stage; the last one completes the run in the same transaction."""
        done = set(self.now.stage_outputs.values_list("stage", flat=True))
        todo = [stage for stage in Stage if stage not in done]
        if not todo:
            return
        end = (Completed(findings=0, sources=0),) if len(todo) == 1 else ()
        to = Status.COMPLETED if end else None
        bodies = (_update(todo[0]), *end)
        self.write(
            worker,
            lambda held: lifecycle.commit(
                held, bodies, stage=todo[0], output=Plan(questions=()), to=to
            ),
        )

    @rule(worker=WORKERS)
    def put_down(self, worker: int) -> None:
        self.write(worker, lifecycle.hand_back)

    @rule(worker=WORKERS)
    def rest(self, worker: int) -> None:
        event = Paused(reason="no quota", code="insufficient_quota")
        self.write(worker, lambda held: lifecycle.commit(held, (event,), to=Status.PAUSED))

    @rule(worker=WORKERS)
    def propose(self, worker: int) -> None:
        event = AwaitingInput(reason="approve the plan")
        self.write(worker, lambda held: lifecycle.commit(held, (event,), to=Status.AWAITING_INPUT))

    @rule(worker=WORKERS)
    def fail(self, worker: int) -> None:
        self.write(worker, lambda held: lifecycle.fail(held, "broken", "It broke."))

    def write(self, worker, act) -> None:
        """What a worker writes is written if and only if it holds the run."""
        held, holds, events = self.held[worker], self.is_holder(worker), self.now.last_seq
        if held is not None:
            assert act(held) == holds
            assert (self.now.last_seq > events) == holds

    @rule(worker=WORKERS)
    def renew(self, worker: int) -> None:
        mine = lifecycle.renew(self.shifts[worker], {self.pk})
        assert mine == ({self.pk} if self.is_holder(worker) else set())

    @rule()
    def expire(self) -> None:
        self.rows.filter(status=Status.RUNNING).update(lease_until=LONG_AGO)

    @rule(verb=VERBS)
    def ask(self, verb: str) -> None:
        """The user's verb is done if the table allows it, and else refused with what is."""
        sources, to = USER_MOVES[verb]
        allowed = self.now.status in sources
        by = {"by": self.alice} if verb in {"cancel", "pause"} else {}
        try:
            if verb == "approve_plan":  # its service has a plan and its hash to look at besides
                lifecycle.move(self.pk, verb, Queued(reason="plan approved"))
            else:
                getattr(services, verb)(analysis=self.now, **by)
        except IllegalMove:
            assert not allowed
        else:
            assert allowed
            assert self.now.status == to

    @rule()
    def sweep(self) -> None:
        OrmQ.objects.all().delete()
        sweeper.sweep()
        assert OrmQ.objects.filter(key="drive").exists() == Analysis.objects.due().exists()

    @invariant()
    def only_legal_moves(self) -> None:
        now = Status(self.now.status)
        # One rule makes at most two moves: a claim that gives up passes through running.
        assert now == self.before or now in MAY_FOLLOW[self.before]
        self.before = now

    @invariant()
    def one_holder(self) -> None:
        assert sum(map(self.is_holder, range(2))) <= 1

    @invariant()
    def the_log_is_whole(self) -> None:
        events = list(self.now.events.after(0).values_list("seq", "type"))
        assert [seq for seq, _ in events] == list(range(1, self.now.last_seq + 1))
        for (_, here), (_, after) in itertools.pairwise(events):
            assert here not in FINAL_TYPES or after == "analysis.queued"


def _update(stage: Stage) -> StepUpdated:
    return StepUpdated(step=stage, status="completed")


@pytest.mark.django_db
@pytest.mark.slow
def test_no_order_of_events_breaks_the_state_machine():
    quick = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a failure is told as it was found: to shrink it takes minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Run, settings=quick)
