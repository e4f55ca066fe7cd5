"""The events of an analysis as the doors tell them: one union, discriminated by `type`."""

from datetime import datetime
from typing import Annotated, Any, Union, get_args
from uuid import UUID

from pydantic import ConfigDict, Field, RootModel, create_model

from analysis.event_types import EventBody
from researcher.kit.frozen import Frozen


class Head(Frozen):
    """What every event has beside its own fields."""

    # What is told is there, so the schema says so: a union is told apart by a required `type`.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    seq: int = Field(ge=1, description="Counts 1, 2, 3 ... without gaps per analysis.")
    analysis_id: UUID
    created_at: datetime


class Compacted(Frozen):
    """What an event has besides that stands for all of `covers`: the first and the last number."""

    covers: tuple[int, int] | None = None


def _told(body: type[Frozen]) -> Any:
    """The event of one type."""
    return create_model(
        f"{body.__name__}Event", __base__=(Head, Compacted, body), __doc__=body.__doc__
    )


EVENTS = tuple(_told(body) for body in get_args(get_args(EventBody)[0]))


class AnalysisEvent(RootModel[Any]):
    """One line of the log: the same object by GET and by WebSocket. Skip types you do not know."""

    root: Annotated[Union[EVENTS], Field(discriminator="type")]  # type: ignore[valid-type]  # noqa: UP007


class EventPage(Frozen):
    """Events in order; ask again with `after=next_after`. `last_seq` is the end of the log."""

    results: tuple[AnalysisEvent, ...]
    next_after: int
    last_seq: int
