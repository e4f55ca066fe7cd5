"""What must hold for every run, whatever was done to it."""

import itertools
from typing import Any

from analysis.event_types import FINAL_TYPES
from analysis.models import Analysis, Call, CallState, Status
from analysis.types import Stage
from reports.renderers import RENDERERS
from tests.faults import arming
from tests.faults.product import Product


class Truth:
    """What an undisturbed run of each brief gave: its Draft as JSON, and its PDF."""

    def __init__(self, site: Product) -> None:
        self.site = site
        self.reports: dict[Any, tuple[str, bytes]] = {}
        runs = site.plant(*range(len(site.briefs)))
        site.finish()
        for run in runs:
            run.refresh_from_db()
            assert run.status == Status.COMPLETED, (run.status, run.failure_detail)
            self.reports[run.pk] = report(run)
        self.calls = site.model.calls // len(runs)
        assert self.calls > len(arming.ASKING), f"only {self.calls} calls a run"
        assert site.model.repeated == 0

    def holds(self, *runs: Analysis) -> int:
        """Every run completed, whole and as if undisturbed; the repeated calls of all of them."""
        for run in runs:
            run.refresh_from_db()
            assert run.status == Status.COMPLETED, f"{run.status}: {run.failure_detail}"
            numbered(run)
            once_each(run)
            assert report(run) == self.reports[run.pk], difference(run, self.reports[run.pk][0])
        return paid_once(self.site)


def report(run: Analysis) -> tuple[str, bytes]:
    draft = run.draft()
    assert draft
    return draft.model_dump_json(), RENDERERS["pdf"](draft)


def difference(run: Analysis, expected: str) -> str:
    """Where its Draft differs from what an undisturbed run gave."""
    draft = run.draft()
    given = draft.model_dump_json() if draft else ""
    pairs = enumerate(zip(given, expected, strict=False))
    at = max(80, next((n for n, (one, other) in pairs if one != other), 80))
    return f"another report: {given[at - 80 : at + 80]!r} for {expected[at - 80 : at + 80]!r}"


def numbered(run: Analysis) -> None:
    """Events 1..n without a gap, and nothing after a final one but a new start."""
    events = list(run.events.after(0).values_list("seq", "type"))
    assert [seq for seq, _ in events] == list(range(1, run.last_seq + 1)), "gaps in the log"
    types = [type_ for _, type_ in events]
    for here, after in itertools.pairwise(types):
        assert here not in FINAL_TYPES or after == "analysis.queued", f"{after} after {here}"


def once_each(run: Analysis) -> None:
    """Every stage was completed once."""
    steps = run.events.filter(type="step.updated").values_list("body", flat=True)
    done = [body["step"] for body in steps if body["status"] == "completed"]
    assert sorted(done) == sorted(Stage), f"completed: {done}"


def paid_once(site: Product) -> int:
    """No call was repeated but those that were in flight when their worker died; how many were."""
    repeated = site.model.repeated
    late = Call.objects.filter(state=CallState.INVALID, error_code="repeated").count()
    in_flight = Call.objects.filter(state=CallState.LOST).count() + late
    assert repeated <= in_flight, f"{repeated} repeated, only {in_flight} were in flight"
    assert not Call.objects.filter(state=CallState.STARTED).exists(), "a call without an end"
    return repeated
