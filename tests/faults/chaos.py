"""Everything at once, at random: `python -m tests.faults.chaos [--minutes M] [--seed S]`.

Runs are submitted, cancelled, paused and resumed while any process below work is killed, servers
are restarted, clients dropped and work is replaced by a new one. At the end every run has ended
right, and the last line is the figures as JSON. On PostgreSQL and Redis, or on SQLite with
FAULTS_DATABASE=sqlite.
"""

import argparse
import json
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from uuid import UUID

os.environ.setdefault("FAULTS_DATABASE", "postgres")
# A run may be hit by many of the kills, and that is no fault of its own.
os.environ.setdefault("MAX_ATTEMPTS", "50")

from tests.faults import ground  # first of all: it sets Django up

import psutil  # isort: skip
from analysis import services  # isort: skip
from analysis.lifecycle import IllegalMove  # isort: skip
from analysis.models import FINAL, Analysis, Call, CallState, Event, Status  # isort: skip
from tests.faults.checks import numbered, once_each, report  # isort: skip
from tests.faults.doors import Client  # isort: skip
from tests.faults.product import Product, assert_gone, end, patiently, product, until  # isort: skip

PAUSE_SECONDS = 1.0
AT_ONCE = 12
STUCK_SECONDS = 120.0
COMPARED = 12


class Chaos:
    """The actions, and a count of what was done."""

    def __init__(self, site: Product, seed: int) -> None:
        self.site, self.dice = site, random.Random(seed)  # noqa: S311
        self.done: Counter[str] = Counter()
        self.clients: list[Client] = []

    def run(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            action = self._chosen()
            action()
            self.done[action.__name__] += 1
            time.sleep(self.dice.uniform(0, 2 * PAUSE_SECONDS))

    def _chosen(self) -> Callable[[], None]:
        usual = [self.submit] * 8 + [self.kill] * 6 + [self.cancel, self.pause, self.resume]
        seldom = [self.deploy, self.kill_web] + ([self.restart_server] if ground.SERVERS else [])
        return self.dice.choice(usual + seldom)

    def submit(self) -> None:
        if patiently(self._open().count) < AT_ONCE:
            topic = f"Northwind Foods revenue and margin, chaos {self.done['submit']}"
            run = patiently(lambda: self.site.submit(topic))
            client = Client(self.site, run.pk, self.dice.randrange(1000))
            client.start()
            self.clients.append(client)

    def _open(self):  # type: ignore[no-untyped-def]
        return Analysis.objects.exclude(status__in=[*FINAL, Status.PAUSED])

    def _move(self, verb: Callable[..., object], *statuses: Status, **more: object) -> None:
        runs = list(patiently(lambda: list(Analysis.objects.filter(status__in=statuses))))
        if runs:
            try:
                patiently(lambda: verb(analysis=self.dice.choice(runs), **more))
            except IllegalMove:
                self.done["too late"] += 1

    def cancel(self) -> None:
        self._move(services.cancel, Status.QUEUED, Status.RUNNING, by=self.site.alice)

    def pause(self) -> None:
        self._move(services.pause, Status.QUEUED, Status.RUNNING, by=self.site.alice)

    def resume(self) -> None:
        self._move(services.resume, Status.PAUSED)

    def kill(self) -> None:
        below = self.site.below_work()
        if below:
            try:
                self.dice.choice(below).kill()
            except psutil.NoSuchProcess:
                self.done["already gone"] += 1

    def kill_web(self) -> None:
        end([self.site.web])
        self.site.start_web()

    def restart_server(self) -> None:
        server = self.dice.choice(ground.SERVERS)
        self.dice.choice([server.kill, server.stop])()
        time.sleep(self.dice.uniform(0, 2))
        server.start()

    def deploy(self) -> None:
        """A new work begins; then the old one is told to stop, and leaves nothing behind."""
        old, below = self.site.work, self.site.below_work()
        self.site.start_work()
        old.terminate()
        old.wait(40)
        assert_gone(below)

    def settle(self) -> None:
        """No more faults: whatever waits or is paused goes on to its end."""
        for run in Analysis.objects.filter(status=Status.PAUSED):
            services.resume(analysis=run)
        self._until_over()

    def _until_over(self) -> None:
        """All runs have ended; fails when nothing is logged any more before that."""
        while self._open().exists():
            logged = Event.objects.count()
            until(
                "anything moves",
                lambda: Event.objects.count() > logged or not self._open().exists(),  # noqa: B023
                STUCK_SECONDS,
            )


def checked(chaos: Chaos) -> dict[str, int]:
    """Check what must hold, and count."""
    runs = list(Analysis.objects.all())
    ends = Counter(str(run.status) for run in runs)
    assert set(ends) <= {"completed", "cancelled"}, f"{ends}: {_failures()}"
    for run in runs:
        numbered(run)
        if run.status == Status.COMPLETED:
            once_each(run)
    for client in chaos.clients:
        client.join(30)
        run = Analysis.objects.get(pk=UUID(client.place.split("/")[3]))
        whole = list(range(1, run.last_seq + 1))
        assert client.seen == whole, f"a client saw {client.seen} of {run.last_seq}: {_log(run)}"
    repeated = chaos.site.model.repeated
    late = Call.objects.filter(state=CallState.INVALID, error_code="repeated").count()
    lost = Call.objects.filter(state__in=[CallState.LOST, CallState.STARTED]).count() + late
    assert repeated <= lost, f"{repeated} calls repeated, {lost} were in flight"
    figures = {"calls": chaos.site.model.calls, "repeated": repeated, "in_flight": lost}
    return {"runs": len(runs), **ends, **figures, "compared": _compared(chaos, runs)}


def _log(run: Analysis) -> list[str]:
    return [f"{event.created_at:%H:%M:%S} {event.type}" for event in run.events.all()]


def _failures() -> list[str]:
    failed = Analysis.objects.filter(status=Status.FAILED)
    return list(failed.values_list("failure_detail", flat=True))


def _compared(chaos: Chaos, runs: list[Analysis]) -> int:
    """Some runs again, undisturbed and from nothing: the same reports to the byte."""
    completed = [run for run in runs if run.status == Status.COMPLETED]
    some = chaos.dice.sample(completed, min(COMPARED, len(completed)))
    before = {run.pk: report(run) for run in some}
    chaos.site.forget()
    again = [chaos.site.ask(run.brief) for run in some]
    chaos.site.finish()
    for run in again:
        run.refresh_from_db()
        assert report(run) == before[run.pk], "another report"
    return len(some)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{ground.DATABASE}, {options.minutes} minutes, seed {options.seed}", flush=True)
    try:
        with product() as site:
            site.start_web()
            chaos = Chaos(site, options.seed)
            chaos.run(60 * options.minutes)
            chaos.settle()
            figures = {"seed": options.seed, **chaos.done, **checked(chaos)}
    except BaseException:
        lines = (ground.DATA / "work.log").read_text(errors="replace").splitlines()
        told = [line for line in lines if "the database is away" not in line]
        print("\n".join(told[-400:]), file=sys.stderr)
        raise
    finally:
        shutil.rmtree(ground.DATA, ignore_errors=True)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
