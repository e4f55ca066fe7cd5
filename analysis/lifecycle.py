"""The only code that changes an analysis's status: tables of moves, and who may make them."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils import timezone

from analysis import events
from analysis.event_types import EventBody, Failed, Queued, Running
from analysis.models import FINAL, Analysis, Shift, Source, StageOutput, Status
from analysis.types import Collection as Collected
from analysis.types import Stage
from analysis.types import StageOutput as Output

# What a worker may make of a run that it drives.
WORKER_MOVES = frozenset(
    {
        Status.QUEUED,
        Status.AWAITING_INPUT,
        Status.PAUSED,
        Status.COMPLETED,
        Status.FAILED,
    }
)

# What a user may do: verb -> (from which statuses, to which).
USER_MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "cancel": (
        frozenset({Status.QUEUED, Status.RUNNING, Status.AWAITING_INPUT, Status.PAUSED}),
        Status.CANCELLED,
    ),
    "pause": (frozenset({Status.QUEUED, Status.RUNNING}), Status.PAUSED),
    "resume": (frozenset({Status.PAUSED}), Status.QUEUED),
    "approve_plan": (frozenset({Status.AWAITING_INPUT}), Status.QUEUED),
    "retry": (frozenset({Status.FAILED, Status.CANCELLED}), Status.QUEUED),
}


class IllegalMove(Exception):
    """The status does not allow the verb; `allowed` are the verbs that it does allow."""

    def __init__(self, verb: str, status: Status) -> None:
        self.verb, self.status, self.allowed = verb, status, allowed_verbs(status)
        choices = " or ".join(self.allowed) or "nothing more"
        super().__init__(f"This analysis is {status}: {verb} is not possible, {choices} is.")


def allowed_verbs(status: Status) -> tuple[str, ...]:
    return tuple(verb for verb, (sources, _) in USER_MOVES.items() if status in sources)


@transaction.atomic
def move(analysis_id: UUID, verb: str, event: EventBody) -> None:
    """Make a user's move: status and event in one transaction, under the lock of the row.

    The fence grows, so a worker that still drives the run can write nothing more.
    """
    sources, to = USER_MOVES[verb]
    row = Analysis.objects.filter(pk=analysis_id)
    if not row.filter(status__in=sources).update(fence=F("fence") + 1, **_columns(to)):
        raise IllegalMove(verb, Status(row.values_list("status", flat=True).get()))
    if to is Status.QUEUED:
        row.update(attempts=0)
    events.append(analysis_id, [event])


@transaction.atomic
def claim(analysis_id: UUID, shift: Shift) -> Analysis | None:
    """Take a run that waits, or whose worker is gone; None if somebody else has it.

    One conditional UPDATE decides. The attempt is counted here, so a killed worker counts too.
    """
    row = Analysis.objects.filter(pk=analysis_id)
    if not row.due().update(
        status=Status.RUNNING,
        fence=F("fence") + 1,
        attempts=F("attempts") + 1,
        lease_until=lease(),
        shift=shift,
        started_at=Coalesce("started_at", Now()),
    ):
        return None
    analysis: Analysis = row.get()
    if analysis.attempts > analysis.max_attempts:
        fail(analysis, "too_many_attempts", f"{analysis.max_attempts} workers died with this run.")
        return None
    # The row is ours since its UPDATE: nobody else draws its next number.
    row.update(last_seq=analysis.last_seq + 1)
    events.write(analysis_id, analysis.last_seq, [Running(attempt=analysis.attempts)])
    analysis.last_seq += 1
    return analysis


RETIRED = (
    "An older version of the product began this run, and none of its workers is left. Duplicate it:"
    " what was paid for is found again."
)


@transaction.atomic
def retire(analysis_id: UUID) -> bool:
    """End a run that waits for code that is no more; False if it does not wait any longer."""
    row = Analysis.objects.filter(pk=analysis_id)
    if not row.outdated().update(
        status=Status.RUNNING, fence=F("fence") + 1, lease_until=lease(), shift=None
    ):
        return False
    return fail(row.get(), "pipeline_version_retired", RETIRED)


def commit(
    analysis: Analysis,
    bodies: tuple[EventBody, ...],
    *,
    stage: Stage | None = None,
    output: Output | None = None,
    to: Status | None = None,
    **columns: Any,
) -> bool:
    """A worker's only way to write: events, stage output and status in one transaction.

    One conditional UPDATE checks the fence and renews the lease. False means that the run was
    cancelled or that somebody else has it: then nothing is written. Safe to repeat: a write
    whose confirmation was lost with the connection is recognised by the number it reached.
    """
    if to and to not in WORKER_MOVES:
        raise ValueError(f"A worker never moves a run to {to}.")
    reached = analysis.last_seq + len(bodies)
    if not _write(analysis, bodies, stage, output, to, columns) and not _holds(
        analysis, fence=analysis.fence, status=to or Status.RUNNING, last_seq=reached
    ):
        return False
    # Only now: the transaction is committed, and the next write counts on this number.
    analysis.last_seq = reached
    return True


@transaction.atomic
def _write(
    analysis: Analysis,
    bodies: tuple[EventBody, ...],
    stage: Stage | None,
    output: Output | None,
    to: Status | None,
    columns: dict[str, Any],
) -> bool:
    mine = Analysis.objects.filter(pk=analysis.pk, fence=analysis.fence, status=Status.RUNNING)
    seq = analysis.last_seq
    changes = _columns(to) if to else {"lease_until": lease(), "last_seq": seq + len(bodies)}
    progress = {"attempts": 0} if output else {}
    if to is None:
        # Written once, also when it is tried twice; a move cannot be made twice anyway.
        mine = mine.filter(last_seq=seq)
    if not mine.update(**changes | progress | columns):
        return False
    if stage and output:
        row = StageOutput(analysis=analysis, stage=stage, output=output.model_dump(mode="json"))
        row.save(force_insert=True)
    if isinstance(output, Collected):
        known = Source.objects.filter(pk__in=[source.id for source in output.sources])
        analysis.sources.add(*known)
    if to is None:
        events.write(analysis.pk, seq, bodies)
    else:
        events.append(analysis.pk, bodies)
    return True


def _holds(analysis: Analysis, **columns: Any) -> bool:
    return Analysis.objects.filter(pk=analysis.pk, **columns).exists()


def fail(analysis: Analysis, code: str, detail: str) -> bool:
    """End a run with a code and a sentence that says what went wrong."""
    detail = detail[:500]
    event = Failed(code=code, detail=detail)
    return commit(analysis, (event,), to=Status.FAILED, failure_code=code, failure_detail=detail)


def hand_back(analysis: Analysis) -> bool:
    """Put a run down for another worker; the attempt was voluntary and is not counted."""
    event = Queued(reason="handed back")
    return commit(
        analysis, (event,), to=Status.QUEUED, attempts=Greatest(F("attempts") - 1, Value(0))
    )


def try_again(analysis: Analysis, why: str) -> bool:
    """Put a run down whose attempt was cut off, for another one; after the last one it fails.

    The row counts, since a stage that was finished meanwhile began the counting anew.
    """
    attempts = Analysis.objects.values_list("attempts", flat=True).get(pk=analysis.pk)
    if attempts >= analysis.max_attempts:
        sentence = f"All of {attempts} attempts were cut off, the last one since {why}."
        return fail(analysis, "too_many_attempts", sentence)
    return commit(analysis, (Queued(reason="tried again"),), to=Status.QUEUED)


def renew(shift: Shift, held: Collection[UUID]) -> set[UUID]:
    """Renew the leases of the runs that a drive holds; those that it still has.

    Only these: a claim whose confirmation was lost with the connection is driven by nobody.
    """
    mine = Analysis.objects.filter(pk__in=held, shift=shift, status=Status.RUNNING)
    mine.update(lease_until=lease())
    return set(mine.values_list("pk", flat=True))


def lease() -> Any:
    """The end of a lease that begins now, by the clock of the database."""
    return Now() + Value(timedelta(seconds=settings.LEASE_SECONDS))


def _columns(to: Status) -> dict[str, Any]:
    """The columns that a new status brings with it."""
    return {
        "status": to,
        "lease_until": None,
        "shift": None,
        "finished_at": timezone.now() if to in FINAL else None,
        "failure_code": "",
        "failure_detail": "",
    } | ({"queued_at": timezone.now()} if to is Status.QUEUED else {})
