"""A worker that dies, or stands still past its lease, at one exact moment of a run."""

import os
import signal
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime

from psutil import pid_exists

from analysis.models import Analysis
from tests.faults import arming, ground
from tests.faults.checks import Truth
from tests.faults.product import Product, until

TRIES = 5
# Seconds from every kill to the next event of its run.
RESUMED: list[float] = []


def killed_at(site: Product, truth: Truth, point: str) -> int:
    """kill -9 there; another worker ends the run as if nothing had happened."""
    if "data-collection" in point:
        site.unread()
    arming.arm(point, arming.KILL)
    run = site.plant(0)[0]
    site.finish()
    assert arming.reached_by(), "the point was never reached"
    repeated = truth.holds(run)
    note_resumption(run)
    # Documents are read while the plan is asked for, and sections are asked side by side.
    busy = "data-collection" in point
    sure = not busy and point.partition(":")[0] not in {"flight", "answered", "paying"}
    alone = "ai-analysis" not in point
    assert repeated <= 1 if alone else repeated <= site.model.calls
    assert not (sure and alone and repeated), f"{repeated} calls repeated that were not in flight"
    return repeated


def note_resumption(run: Analysis) -> None:
    """How long after the kill the next event was logged; nothing, if it was the last one."""
    killed = datetime.fromtimestamp((arming.folder() / "reached").stat().st_mtime, UTC)
    if event := run.events.filter(created_at__gt=killed).order_by("seq").first():
        RESUMED.append((event.created_at - killed).total_seconds())


def stalled_at(site: Product, truth: Truth, point: str) -> int:
    """SIGSTOP there; another worker takes over; SIGCONT: the zombie writes and buys nothing."""
    run, zombie = _stalled(site, point)
    try:
        until("another worker has it", lambda: site.claims(run) >= 2)
    finally:
        with suppress(ProcessLookupError):  # its cluster was taken for hung and killed
            os.kill(zombie, signal.SIGCONT)
    site.finish()
    until("the zombie is done", lambda: not (site.holds_shift(zombie) and pid_exists(zombie)))
    return truth.holds(run)


def _stalled(site: Product, point: str) -> tuple[Analysis, int]:
    """A run whose worker stands still, outside of transactions: inside it would stop SQLite."""
    for _ in range(TRIES):
        arming.arm(point, arming.STOP)
        run = site.plant(0)[0]
        zombie = until("the point is reached", arming.reached_by)
        if writable():
            return run, zombie
        os.kill(zombie, signal.SIGCONT)
        site.finish()
    raise AssertionError("it always stood still inside a transaction")


def writable() -> bool:
    """True if the database can be written now; PostgreSQL locks rows, so it always can."""
    if ground.DATABASE != "sqlite":
        return True
    with closing(sqlite3.connect(ground.DATA / "db.sqlite3", timeout=2)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True
