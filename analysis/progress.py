"""What runs write while they go on: the events and outputs of many runs in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from analysis import events, lifecycle
from analysis.event_types import EventBody
from analysis.models import Analysis, Event, Source, StageOutput, Status
from analysis.types import Collection, Stage
from analysis.types import StageOutput as Output
from researcher.kit import bulk
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
    """The same for many, as far as their claims hold and nobody locks their rows."""
    done = _write_firsts(entries)
    for progress in done.values():
        # Only now: the transaction is committed, and the next write counts on this number.
        progress.analysis.last_seq += len(progress.bodies)
    return [True if done.get(one.analysis.pk) is one else None for one in entries]


@transaction.atomic
def _write_firsts(entries: Sequence[Progress]) -> dict[UUID, Progress]:
    """What was written, by its run: of two writes of one run, the first."""
    firsts: dict[UUID, Progress] = {}
    for one in entries:
        firsts.setdefault(one.analysis.pk, one)
    held = set(_held(firsts))
    mine = {pk: one for pk, one in firsts.items() if pk in held}
    if mine:
        _renew(list(mine.values()))
    bulk.insert(list(_outputs(mine.values())))
    _link(mine.values())
    bulk.insert([line for one in mine.values() for line in _lines(one)])
    for pk in mine:
        transaction.on_commit(partial(events.ring, pk), robust=True)
    return mine


def _held(entries: dict[UUID, Progress]) -> Iterator[UUID]:
    """Those that still have their claims, and whose logs end where they believe; now locked."""
    rows = Analysis.objects.filter(pk__in=entries, status=Status.RUNNING).order_by("pk")
    locked = rows.select_for_update(skip_locked=True, no_key=True)
    for pk, fence, last_seq in locked.values_list("pk", "fence", "last_seq"):
        analysis = entries[pk].analysis
        if (analysis.fence, analysis.last_seq) == (fence, last_seq):
            yield pk


def _renew(entries: Sequence[Progress]) -> None:
    """Renew the leases and count the events, in one statement for all."""
    alike = defaultdict(list)
    for one in entries:
        alike[len(one.bodies)].append(one.analysis.pk)
    told = [When(pk__in=pks, then=Value(count)) for count, pks in alike.items()]
    left = [one.analysis.pk for one in entries if one.output is not None]
    changes: dict[str, Any] = {"last_seq": F("last_seq") + Case(*told, output_field=IntegerField())}
    if left:
        # Progress forgives the attempts before it.
        forgiven = When(pk__in=left, then=Value(0))
        changes["attempts"] = Case(forgiven, default=F("attempts"), output_field=IntegerField())
    mine = Analysis.objects.filter(pk__in=[one.analysis.pk for one in entries])
    mine.update(lease_until=lifecycle.lease(), **changes)


def _outputs(entries: Iterable[Progress]) -> Iterator[StageOutput]:
    for analysis, _, stage, output in entries:
        if stage and output:
            body = output.model_dump(mode="json")
            yield StageOutput(analysis=analysis, stage=stage, output=body)


def _link(entries: Iterable[Progress]) -> None:
    """Say which sources the runs have whose collection is done."""
    collected = {
        one.analysis.pk: {source.id for source in one.output.sources}
        for one in entries
        if isinstance(one.output, Collection)
    }
    if not any(collected.values()):
        return
    there = Source.objects.filter(pk__in=set().union(*collected.values()))
    known = set(there.values_list("pk", flat=True))
    links = Analysis.sources.through
    rows = [
        links(analysis_id=pk, source_id=one) for pk, ids in collected.items() for one in ids & known
    ]
    links.objects.bulk_create(rows, ignore_conflicts=True)


def _lines(progress: Progress) -> Iterator[Event]:
    analysis = progress.analysis
    return events.lines(analysis.pk, analysis.last_seq, progress.bodies)


written = Together(write, write_many)
