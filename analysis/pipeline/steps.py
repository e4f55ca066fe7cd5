"""The steps that every stage yields: running, so many of so many, completed."""

from collections.abc import Iterable

from analysis.event_types import EventBody, SourceRead, SourceRejected, StepUpdated, Warned
from analysis.types import Rejection, Shortfall, SourceRef, Stage, StageOutput, Step


def running(
    stage: Stage,
    done: int = 0,
    total: int = 0,
    unit: str = "",
    *,
    message: str = "",
    events: tuple[EventBody, ...] = (),
) -> Step:
    """The stage works; "12 of 31 passages" is done=12, total=31, unit="passages"."""
    update = StepUpdated(
        step=stage.value, status="running", done=done, total=total, unit=unit, message=message
    )
    return Step(stage=stage, events=(*events, update))


def completed(
    stage: Stage,
    output: StageOutput,
    count: int,
    unit: str,
    *,
    message: str = "",
    events: tuple[EventBody, ...] = (),
) -> Step:
    """The stage is done; the same step carries its output."""
    update = StepUpdated(
        step=stage.value, status="completed", done=count, total=count, unit=unit, message=message
    )
    return Step(stage=stage, events=(*events, update), output=output)


def warned(shortfalls: Iterable[Shortfall]) -> tuple[Warned, ...]:
    return tuple(Warned(code=one.code, detail=one.detail) for one in shortfalls)


def told(outcome: SourceRef | Rejection) -> EventBody:
    """What came of a document or page."""
    if isinstance(outcome, Rejection):
        return SourceRejected(**outcome.model_dump())
    return SourceRead(
        source_id=str(outcome.id),
        name=outcome.name,
        pages=outcome.pages,
        characters=outcome.characters,
        url=outcome.url,
    )
