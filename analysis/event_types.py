"""Every kind of event of an analysis's log, as one discriminated union.

A stored event, a frame of the WebSocket and an item of `GET /events/` are the same object:
`{type, seq, analysis_id, created_at, ...}` with the fields of its type beside them.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from analysis.web_types import ProviderOutcome
from researcher.kit.frozen import Frozen

StepStatus = Literal["pending", "running", "completed", "error"]


class Queued(Frozen):
    """It waits for a worker; what is kept of earlier work is not done or paid again."""

    type: Literal["analysis.queued"] = "analysis.queued"
    reason: str = "submitted"
    kept_steps: int = 0
    kept_calls: int = 0
    kept_tokens: int = 0


class Running(Frozen):
    """A worker has claimed the run; `attempt` counts the claims that made no progress."""

    type: Literal["analysis.running"] = "analysis.running"
    attempt: int


class AwaitingInput(Frozen):
    type: Literal["analysis.awaiting_input"] = "analysis.awaiting_input"
    reason: str


class Paused(Frozen):
    """Put down until it is resumed: by its user, or because only people can mend what is wrong."""

    type: Literal["analysis.paused"] = "analysis.paused"
    reason: str
    code: str = "requested"


class Completed(Frozen):
    type: Literal["analysis.completed"] = "analysis.completed"
    findings: int
    sources: int


class Failed(Frozen):
    type: Literal["analysis.failed"] = "analysis.failed"
    code: str
    detail: str


class Cancelled(Frozen):
    type: Literal["analysis.cancelled"] = "analysis.cancelled"
    by: str


class StepUpdated(Frozen):
    """A step's state and its real counts: "12 of 31 passages" is done=12, total=31."""

    type: Literal["step.updated"] = "step.updated"
    step: str
    status: StepStatus
    done: int = 0
    total: int = 0
    unit: str = ""
    message: str = ""


class SourceFound(Frozen):
    """A result of a search that is going to be read; `rank` counts from 1 in its round."""

    type: Literal["source.found"] = "source.found"
    title: str
    url: str
    provider: str
    kind: str
    rank: int
    is_retracted: bool = False


class SourceRead(Frozen):
    type: Literal["source.read"] = "source.read"
    source_id: str
    name: str
    pages: int
    characters: int
    url: str = ""


class SourceRejected(Frozen):
    type: Literal["source.rejected"] = "source.rejected"
    name: str
    code: str
    detail: str
    url: str = ""


class SearchDone(Frozen):
    """A round of searches is over: what each provider gave, or why it gave nothing."""

    type: Literal["search.done"] = "search.done"
    round: int
    queries: tuple[str, ...]
    found: int
    providers: tuple[ProviderOutcome, ...]


class PlanProposed(Frozen):
    type: Literal["plan.proposed"] = "plan.proposed"
    questions: tuple[str, ...]
    hash: str = ""


class PlanEdited(Frozen):
    """Somebody changed the plan that waits for approval; `hash` is what may now be approved."""

    type: Literal["plan.edited"] = "plan.edited"
    questions: tuple[str, ...]
    hash: str
    by: str


class PlanApproved(Frozen):
    type: Literal["plan.approved"] = "plan.approved"
    hash: str
    by: str


class EvidenceAdded(Frozen):
    type: Literal["evidence.added"] = "evidence.added"
    question: str
    quotes: int


class FindingAdded(Frozen):
    type: Literal["finding.added"] = "finding.added"
    id: str
    text: str
    kind: str
    verdict: str


class DraftPart(Frozen):
    """`text` stands at character `at` of what is being written of a section, in place of all
    that was told from there on."""

    section: str
    at: int
    text: str


class DraftDelta(Frozen):
    """Text of the report as it is being written, before it is checked; at most two a second."""

    type: Literal["draft.delta"] = "draft.delta"
    parts: tuple[DraftPart, ...]


class Warned(Frozen):
    type: Literal["warning"] = "warning"
    code: str
    detail: str


EventBody = Annotated[
    Queued
    | Running
    | AwaitingInput
    | Paused
    | Completed
    | Failed
    | Cancelled
    | StepUpdated
    | SearchDone
    | SourceFound
    | SourceRead
    | SourceRejected
    | PlanProposed
    | PlanEdited
    | PlanApproved
    | EvidenceAdded
    | FindingAdded
    | DraftDelta
    | Warned,
    Field(discriminator="type"),
]

EVENT_BODY: TypeAdapter[EventBody] = TypeAdapter(EventBody)
FINAL_TYPES = frozenset({"analysis.completed", "analysis.failed", "analysis.cancelled"})
