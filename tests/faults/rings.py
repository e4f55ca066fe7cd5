"""The doorbell rings never, or too often; a run is slow, or deadly; money runs out."""

from typing import Any

from django_q.models import OrmQ

from analysis import queue
from analysis.models import Analysis, Call, CallState, Event, Status
from tests.faults.checks import Truth, numbered
from tests.faults.product import Product

SLOW_SECONDS, SHORT_LEASE = 12.0, "1.2"
# A provider that hangs, and how long our worker waits for it.
HANG_SECONDS, PATIENCE = 6.0, "2.0"


def lost(site: Product, truth: Truth, _: str) -> int:
    """The ring is gone before anybody heard it: the sweeper rings again."""
    runs = site.plant(0, 1)
    OrmQ.objects.filter(key="drive").delete()
    site.finish()
    return truth.holds(*runs)


def doubled(site: Product, truth: Truth, _: str) -> int:
    """Twenty rings for two runs: each is claimed once."""
    runs = site.plant(0, 1)
    for _ in range(20):
        queue.ring_drive()
    site.finish()
    for run in runs:
        assert Event.objects.filter(analysis=run, type="analysis.running").count() == 1
    repeated = truth.holds(*runs)
    assert not repeated
    return repeated


def slow(site: Product, truth: Truth, _: str) -> int:
    """One call takes ten times the lease: nobody else takes the run away."""
    site.stop_work()
    site.start_work(LEASE_SECONDS=SHORT_LEASE)
    run = site.plant(0)[0]
    site.model.script({"role": "Chosen", "hang": SLOW_SECONDS})
    site.finish()
    site.stop_work()
    site.start_work()
    run.refresh_from_db()
    assert Event.objects.filter(analysis=run, type="analysis.running").count() == 1, "robbed"
    assert site.claims(run) == 1
    return truth.holds(run)


def poison(site: Product, truth: Truth, _: str) -> int:
    """A run that kills its worker ends failed after max_attempts; its neighbours end right."""
    runs = site.plant(0, 1)
    deadly = site.submit("poison for the worker")
    site.finish()
    deadly.refresh_from_db()
    assert (deadly.status, deadly.failure_code) == (Status.FAILED, "too_many_attempts")
    claims = Event.objects.filter(analysis=deadly, type="analysis.running").count()
    assert claims == deadly.max_attempts, f"{claims} claims"
    numbered(deadly)
    return truth.holds(*runs)


FAULTS: dict[str, dict[str, Any]] = {"drop": {"drop": True}, "hang": {"hang": HANG_SECONDS}}


def retried(site: Product, truth: Truth, fault: str) -> int:
    """A provider that fails: as many HTTP requests as attempts in the ledger."""
    if fault == "hang":
        site.stop_work()
        site.start_work(MODEL_FIRST_SECONDS=PATIENCE, MODEL_SECONDS=PATIENCE)
    run = site.plant(0)[0]
    scripted = FAULTS.get(fault, {"error": fault})
    site.model.script({"role": "Planned", **scripted}, {"role": "Summary", **scripted})
    site.finish()
    if fault == "hang":
        site.stop_work()
        site.start_work()
    attempts = Call.objects.filter(analysis=run).count()
    assert site.model.calls == attempts, f"{site.model.calls} requests, {attempts} in the ledger"
    assert Call.objects.filter(state__in=[CallState.LOST, CallState.REFUSED]).count() == 2
    run.refresh_from_db()
    assert run.status == Status.COMPLETED, run.failure_detail
    return site.model.repeated - 2


def broke(site: Product, truth: Truth, _: str) -> int:
    """Answers of a huge usage: no call starts once the cap might be passed."""
    site.stop_work()
    run = site.plant(0)[0]
    cap = 60_000
    Analysis.objects.filter(pk=run.pk).update(budget_tokens=cap)
    huge = '{"answers": []}' + " " * 4 * cap
    site.model.script({"role": "Chosen", "content": huge, "times": 50})
    site.start_work()
    site.finish()
    calls = list(Call.objects.filter(analysis=run).order_by("started_at"))
    spent = 0
    for call in calls:
        assert spent + call.reserved_tokens <= cap, "a call that might pass the cap was started"
        spent += call.tokens_in + call.tokens_out
    assert spent > cap, "the script spent too little to prove anything"
    assert site.model.calls == len(calls)
    return 0
