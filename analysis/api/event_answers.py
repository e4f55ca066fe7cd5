"""The events of an analysis as the doors tell them: one union, discriminated by `type`."""

from datetime import datetime
from typing import Annotated, Any, Union, get_args
from uuid import UUID

from pydantic import Field, RootModel, create_model

from analysis.event_types import EventBody
from researcher.kit.frozen import Frozen


def _told(body: type[Frozen]) -> Any:
    """The event of one type: its number, its analysis and its time beside its own fields."""
    head: dict[str, Any] = {
        "seq": (int, Field(ge=1, description="Counts 1, 2, 3 ... without gaps per analysis.")),
        "analysis_id": (UUID, ...),
        "created_at": (datetime, ...),
    }
    return create_model(f"{body.__name__}Event", __base__=body, __doc__=body.__doc__, **head)


EVENTS = tuple(_told(body) for body in get_args(get_args(EventBody)[0]))


class AnalysisEvent(RootModel[Any]):
    """One line of the log: the same object by GET and by WebSocket. Skip types you do not know."""

    root: Annotated[Union[EVENTS], Field(discriminator="type")]  # type: ignore[valid-type]  # noqa: UP007


class EventPage(Frozen):
    """Events in order; ask again with `after=next_after`. `last_seq` is the end of the log."""

    results: tuple[AnalysisEvent, ...]
    next_after: int
    last_seq: int
