"""The rows of calls: how one begins and how it ends, alone or many in one transaction."""

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from analysis import caps, limits
from analysis.capabilities import ANY_RATE
from analysis.caps import Cap, Spent
from analysis.models import Analysis, Call, CallState, Status
from analysis.purchases import NOTHING, NotOurs, OverBudget, Request
from researcher.kit import bulk

LIVE = (CallState.STARTED, CallState.DONE)
# What the end of a call writes.
ENDED = (
    "state",
    "finished_at",
    "answer",
    "error_code",
    "finish_reason",
    "tokens_in",
    "tokens_out",
    "tokens_cached",
    "cost",
)


class Wish(NamedTuple):
    """A call that is to begin under this key, if nobody made it before."""

    analysis: Analysis
    request: Request
    pk: UUID

    @property
    def name(self) -> tuple[int, str, int]:
        """What a call is known by."""
        return (self.analysis.owner_id, self.request.hash, self.request.repair)


class Ending(NamedTuple):
    """How an attempt ended, and what else its row is to tell."""

    call: Call
    state: CallState
    columns: dict[str, Any]


@transaction.atomic
def begin(wish: Wish) -> Call | None:
    """The finished call, or a new one; None while somebody else has it in flight.

    Safe to repeat: a beginning whose confirmation was lost is known again by its key. Raises
    OverBudget, NotOurs and Throttled.
    """
    owner_id, request_hash, repair = wish.name
    flights = Call.objects.filter(
        owner_id=owner_id, request_hash=request_hash, repair=repair, state__in=LIVE
    )
    if (call := flights.first()) is None:
        return _begin(wish)
    if call.pk == wish.pk:
        return call
    if call.state == CallState.DONE:
        flights.update(replays=F("replays") + 1)
        return call
    if _is_flown(call, wish.analysis):
        return None
    end(Ending(call, CallState.LOST, {"error_code": "orphaned"}))
    return _begin(wish)


def _is_flown(call: Call, mine: Analysis) -> bool:
    """True while the run that began the call still holds its claim, and it is not my own past."""
    if call.analysis_id == mine.pk:
        return call.fence >= mine.fence
    holder = Analysis.objects.filter(calls=call.pk, fence=call.fence, lease_until__gte=Now())
    return holder.filter(status=Status.RUNNING).exists()


def _begin(wish: Wish) -> Call | None:
    if not _reserve(wish.analysis, wish.request):
        return None
    limits.admit(wish.request.model, wish.request.bound.tokens, wish.request.rate)
    call = _call(wish)
    call.save(force_insert=True)
    return call


def _call(wish: Wish) -> Call:
    analysis, request, pk = wish
    return Call(
        id=pk,
        owner_id=analysis.owner_id,
        analysis=analysis,
        fence=analysis.fence,
        kind=request.kind,
        role=request.role,
        model=request.model,
        section=request.section,
        request_hash=request.hash,
        repair=request.repair,
        reserved_tokens=request.bound.tokens,
        reserved_cost=request.bound.cost,
    )


def _reserve(analysis: Analysis, request: Request) -> bool:
    """Refuse a call whose bound does not fit; the lock lets one reservation in at a time.

    False while calls in flight hold what it needs: what they do not use is free when they end.
    Raises OverBudget, and NotOurs for a worker that was stalled past its lease: what it would
    buy, its successor buys.
    """
    row = _claims().select_for_update(no_key=True).get(pk=analysis.pk)
    if row.fence != analysis.fence:
        raise NotOurs(f"Its claim {analysis.fence} is over; the run is at {row.fence}.")
    if request.bound == NOTHING:
        return True
    caps.one_at_a_time()
    for cap in caps.of(row):
        if _fits(cap, caps.spent(cap.calls), request):
            continue
        if caps.is_flying(cap.calls, analysis):
            return False
        raise OverBudget(cap.code, cap.sentence)
    return True


def _claims() -> Any:
    """Runs by what a call needs to know of them: whose they are, and what they may spend."""
    return Analysis.objects.only("fence", "owner_id", "budget_tokens", "budget_cost")


def _fits(cap: Cap, spent: Spent, request: Request) -> bool:
    tokens = request.bound.tokens + cap.kept(request.keep.tokens)
    cost = request.bound.cost + cap.kept(request.keep.cost)
    return cap.fits(spent.tokens + tokens, spent.cost + cost)


@transaction.atomic
def begin_many(wishes: Sequence[Wish]) -> list[Call | None]:
    """Begin the plain ones of many: new calls which no cap and no limit holds back.

    A run whose row is locked is left out too, so that nobody waits for another's lock.
    """
    new: dict[Any, Wish] = {}
    for wish in _unlimited(wishes):
        new.setdefault(wish.name, wish)
    for name in _known(list(new.values())):
        new.pop(name, None)
    begun = {wish.pk: _call(wish) for wish in _affordable(list(new.values()))}
    # In one order everywhere, so that no two workers wait for each other.
    ordered = sorted(begun.values(), key=lambda call: call.request_hash)
    bulk.insert(ordered)
    return [begun.get(wish.pk) for wish in wishes]


def _unlimited(wishes: Sequence[Wish]) -> list[Wish]:
    """Those whose models may be asked as fast as one likes."""
    limited = limits.limited({wish.request.model for wish in wishes})
    free = (wish for wish in wishes if wish.request.rate == ANY_RATE)
    return [wish for wish in free if wish.request.model not in limited]


def _known(wishes: Sequence[Wish]) -> Iterator[tuple[int, str, int]]:
    """The names of calls that were made, or are being made."""
    hashes = [wish.request.hash for wish in wishes]
    calls = Call.objects.filter(request_hash__in=hashes, state__in=LIVE)
    yield from calls.values_list("owner_id", "request_hash", "repair")


def _affordable(wishes: Sequence[Wish]) -> Iterator[Wish]:
    """Those whose claims hold and whose bounds fit, counting those before them."""
    pks = {wish.analysis.pk for wish in wishes}
    rows = _claims().filter(pk__in=pks).order_by("pk")
    claims = {row.pk: row for row in rows.select_for_update(skip_locked=True, no_key=True)}
    if any(wish.request.bound != NOTHING for wish in wishes):
        caps.one_at_a_time()
    sums: dict[Any, Spent] = {}
    for wish in wishes:
        row = claims.get(wish.analysis.pk)
        if row and row.fence == wish.analysis.fence and _is_affordable(row, wish.request, sums):
            yield wish


def _is_affordable(row: Analysis, request: Request, sums: dict[Any, Spent]) -> bool:
    """Whether it fits every cap; if so, it is counted in the sums that were taken so far."""
    if request.bound == NOTHING:
        return True
    binding = list(caps.of(row))
    for cap in binding:
        if cap.name not in sums:
            sums[cap.name] = caps.spent(cap.calls)
    if not all(_fits(cap, sums[cap.name], request) for cap in binding):
        return False
    for cap in binding:
        spent = sums[cap.name]
        sums[cap.name] = Spent(spent.tokens + request.bound.tokens, spent.cost + request.bound.cost)
    return True


def end(ending: Ending) -> bool:
    """Write how an attempt ended. A late answer of an orphan is kept, beside its repetition."""
    call, state, columns = ending
    changes = {"state": state, "finished_at": timezone.now(), **columns}
    row = Call.objects.filter(pk=call.pk)
    try:
        with transaction.atomic():
            row.update(**changes)
    except IntegrityError:
        row.update(**changes | {"state": CallState.INVALID, "error_code": "repeated"})
    return True


def end_many(endings: Sequence[Ending]) -> list[bool | None]:
    """The same in one statement. One that would be repeated makes all fail, and nothing written."""
    bulk.insert([_ended(ending) for ending in endings], update=ENDED)
    return [True] * len(endings)


def _ended(ending: Ending) -> Call:
    call = copy(ending.call)
    changes = {"state": ending.state, "finished_at": timezone.now(), **ending.columns}
    for name, value in changes.items():
        setattr(call, name, value)
    return call
