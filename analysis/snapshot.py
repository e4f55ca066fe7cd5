"""An analysis at one moment: where its five steps stand, derived from its log alone."""

from collections.abc import Iterable, Iterator
from typing import Literal
from uuid import UUID

from django.db.models import Max, Q

from analysis.event_types import (
    EVENT_BODY,
    Cancelled,
    EventBody,
    Failed,
    Paused,
    Queued,
    StepStatus,
    StepUpdated,
)
from analysis.models import Analysis, Status
from analysis.types import Stage
from researcher.kit.frozen import Frozen

# Besides `step.updated`: what changes how a step stands.
_MOVES = (
    "analysis.queued",
    "analysis.paused",
    "analysis.failed",
    "analysis.cancelled",
)


class StepState(Frozen):
    """One step and its real counts: "12 of 31 passages" is done=12, total=31."""

    id: Stage
    status: StepStatus = "pending"
    done: int = 0
    total: int = 0
    unit: str = ""
    message: str = ""


class Progress(Frozen):
    """How many of the steps are completed, and which one is being worked on."""

    completed: int
    total: int
    current: Stage | None


class AnalysisState(Frozen):
    id: UUID
    status: Status
    topic: str
    steps: tuple[StepState, ...]
    progress: Progress


class Snapshot(Frozen):
    """The first message of a socket: the state after event `seq`."""

    type: Literal["snapshot"] = "snapshot"
    seq: int
    analysis: AnalysisState


def snapshot_of(analysis: Analysis) -> Snapshot:
    """The state after event `analysis.last_seq`, however much the log has grown since."""
    steps = steps_of(_bodies(analysis))
    state = AnalysisState(
        id=analysis.pk,
        status=Status(analysis.status),
        topic=analysis.topic,
        steps=steps,
        progress=progress_of(steps),
    )
    return Snapshot(seq=analysis.last_seq, analysis=state)


def _bodies(analysis: Analysis) -> Iterator[EventBody]:
    """The few events that decide: the last update of each step, and the moves of the run."""
    events = analysis.events.filter(seq__lte=analysis.last_seq)
    updates = events.filter(type="step.updated").values("body__step")
    last = updates.annotate(last=Max("seq")).order_by().values("last")
    telling = events.filter(Q(type__in=_MOVES) | Q(seq__in=last)).order_by("seq")
    for kind, body in telling.values_list("type", "body"):
        yield EVENT_BODY.validate_python({"type": kind, **body})


def steps_of(bodies: Iterable[EventBody]) -> tuple[StepState, ...]:
    """The five steps, always in their order, after these events of one log."""
    steps = {stage: StepState(id=stage) for stage in Stage}
    for body in bodies:
        if isinstance(body, StepUpdated):
            stage = Stage(body.step)
            steps[stage] = StepState(id=stage, **body.model_dump(exclude={"type", "step"}))
        else:
            steps = {stage: _after(body, step) for stage, step in steps.items()}
    return tuple(steps.values())


def _after(body: EventBody, step: StepState) -> StepState:
    """The step when its run ends, rests or starts again; what is completed stays so."""
    if isinstance(body, Failed) and step.status == "running":
        return step.model_copy(update={"status": "error", "message": body.detail})
    if isinstance(body, Queued | Paused | Cancelled) and step.status in ("running", "error"):
        return step.model_copy(update={"status": "pending", "message": ""})
    return step


def progress_of(steps: Iterable[StepState]) -> Progress:
    steps = tuple(steps)
    current = next((step.id for step in steps if step.status == "running"), None)
    completed = sum(step.status == "completed" for step in steps)
    return Progress(completed=completed, total=len(steps), current=current)
