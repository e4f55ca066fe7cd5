"""What runs write while they go on: the events and outputs of many runs in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from analysis import events, lifecycle
from analysis.event_types import EventBody
from analysis.models import Analysis, Event, StageOutput, Status
from analysis.types import Collection, Stage
from analysis.types import StageOutput as Output
from researcher.kit.together import Together


class Progress(NamedTuple):
    """What one run tells next, and what a stage of it left."""

    analysis: Analysis
    bodies: tuple[EventBody, ...]
    stage: Stage | None = None
    output: Output | None = None


def write(progress: Progress) -> bool:
    """False when the run was cancelled or somebody else has it; then nothing is written."""
    analysis, bodies, stage, output = progress
    return lifecycle.commit(analysis, bodies, stage=stage, output=output)


def write_many(entries: Sequence[Progress]) -> list[bool | None]:
    """The same for the plain ones of many: those whose claims hold and whose rows nobody locks."""
    done = _write_plain(entries)
    for progress in done.values():
        # Only now: the transaction is committed, and the next write counts on this number.
        progress.analysis.last_seq += len(progress.bodies)
    return [True if done.get(one.analysis.pk) is one else None for one in entries]


@transaction.atomic
def _write_plain(entries: Sequence[Progress]) -> dict[UUID, Progress]:
    """What was written, by its run: of two writes of one run, the first."""
    plain: dict[UUID, Progress] = {}
    for one in filter(_is_plain, entries):
        plain.setdefault(one.analysis.pk, one)
    held = set(_held(plain))
    mine = {pk: one for pk, one in plain.items() if pk in held}
    _renew(mine.values())
    StageOutput.objects.bulk_create(_outputs(mine.values()))
    Event.objects.bulk_create(line for one in mine.values() for line in _lines(one))
    for pk in mine:
        transaction.on_commit(partial(events.ring, pk), robust=True)
    return mine


def _is_plain(progress: Progress) -> bool:
    """Not what was collected, which also says which sources the run has."""
    return not isinstance(progress.output, Collection)


def _held(entries: dict[UUID, Progress]) -> Iterator[UUID]:
    """Those that still have their claims, and whose logs end where they believe; now locked."""
    rows = Analysis.objects.filter(pk__in=entries, status=Status.RUNNING).order_by("pk")
    locked = rows.select_for_update(skip_locked=True, no_key=True)
    for pk, fence, last_seq in locked.values_list("pk", "fence", "last_seq"):
        analysis = entries[pk].analysis
        if (analysis.fence, analysis.last_seq) == (fence, last_seq):
            yield pk


def _renew(entries: Iterable[Progress]) -> None:
    """Renew the leases and count the events, in one statement for all that wrote as many."""
    alike = defaultdict(list)
    for one in entries:
        alike[len(one.bodies), one.output is not None].append(one.analysis.pk)
    for (count, is_progress), pks in alike.items():
        changes = {"attempts": 0} if is_progress else {}
        Analysis.objects.filter(pk__in=pks).update(
            lease_until=lifecycle.lease(), last_seq=F("last_seq") + count, **changes
        )


def _outputs(entries: Iterable[Progress]) -> Iterator[StageOutput]:
    for analysis, _, stage, output in entries:
        if stage and output:
            body = output.model_dump(mode="json")
            yield StageOutput(analysis=analysis, stage=stage, output=body)


def _lines(progress: Progress) -> Iterator[Event]:
    analysis = progress.analysis
    return events.lines(analysis.pk, analysis.last_seq, progress.bodies)


written = Together(write, write_many)
