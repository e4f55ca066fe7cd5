"""A user who cancels or pauses at one exact moment of a run."""

from analysis import services
from analysis.lifecycle import IllegalMove
from analysis.models import Analysis, Call, CallState, Event, Status
from tests.faults import arming
from tests.faults.checks import Truth, numbered, paid_once
from tests.faults.product import Product, patiently, until

OBEYED_SECONDS = 5.0


def _held(site: Product, point: str) -> Analysis:
    arming.arm(point, arming.HOLD)
    run = site.plant(0)[0]
    until("the point is reached", arming.reached_by)
    return run


def cancelled_at(site: Product, truth: Truth, point: str) -> int:
    """Obeyed at once, also by the call in flight; nothing is logged after the final event."""
    run = _held(site, point)
    try:
        patiently(lambda: services.cancel(analysis=run, by=site.alice))
    except IllegalMove:
        assert point == "committed:report-creation", "it was too late to cancel"
        site.finish()
        return truth.holds(run)
    events = Event.objects.filter(analysis=run).count()
    flying = Call.objects.filter(state=CallState.STARTED)
    until("the calls in flight are put down", lambda: not flying.exists(), OBEYED_SECONDS)
    run.refresh_from_db()
    assert run.status == Status.CANCELLED
    numbered(run)
    assert Event.objects.filter(analysis=run).count() == events, "an event after the final one"
    return paid_once(site)


def paused_at(site: Product, truth: Truth, point: str) -> int:
    """Put down, and taken up again as if nothing had been."""
    run = _held(site, point)
    try:
        patiently(lambda: services.pause(analysis=run, by=site.alice))
        services.resume(analysis=run)
    except IllegalMove:
        assert point == "committed:report-creation", "it was too late to pause"
    site.finish()
    return truth.holds(run)
