"""The parent of the clusters: keeps them alive, sweeps, and puts work down when told to stop."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.db.models.functions import Now

from analysis import leftovers, retention, sweeper
from analysis.models import Shift, Worker
from analysis.sources import fetch
from researcher.cluster import Cluster
from researcher.kit import idempotency

logger = logging.getLogger(__name__)

GRACE_SECONDS = 25.0
LULL_SECONDS = 3.0
# A task without a sign of life for so long was killed.
SILENCE = timedelta(seconds=6)
STEP_SECONDS = 0.2
LONGEST_PATIENCE = timedelta(minutes=5)
TIDY_SECONDS = 3600.0


class Work:
    """`manage.py work`: the clusters "drive" and "jobs" under one parent."""

    def __init__(self) -> None:
        self.row = Worker.objects.create(host=socket.gethostname(), pid=os.getpid())
        self.told_to_stop = threading.Event()
        self.is_at_work = True
        self.tidied_at = 0.0
        self.clusters = [Cluster(name, str(self.row.pk)) for name in ("drive", "jobs")]

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; then give the runs back and end every process."""
        signal.signal(signal.SIGTERM, lambda *_: self.told_to_stop.set())
        signal.signal(signal.SIGINT, lambda *_: self.told_to_stop.set())
        try:
            while not self.told_to_stop.wait(settings.SWEEP_SECONDS):
                self._restart_dead()
                self._with_database(self._sweep)
        finally:
            self._stop()

    def _restart_dead(self) -> None:
        for cluster in self.clusters:
            if not cluster.is_alive():
                logger.warning("cluster %s ended; starting it again", cluster.name)
                cluster.restart()

    def _sweep(self) -> None:
        sweeper.sweep()
        retention.compact_old()
        idempotency.purge()
        if time.monotonic() - self.tidied_at > TIDY_SECONDS:
            fetch.tidy()
            leftovers.sweep_files()
            leftovers.end_calls()
            self.tidied_at = time.monotonic()
        for cluster in self.clusters:
            restart_hung(cluster, self.row)
        Worker.objects.filter(pk=self.row.pk).update(seen_at=Now())

    def _with_database(self, act: Callable[[], object]) -> None:
        """Do something that needs the database; while it is away, only say so."""
        close_old_connections()
        try:
            act()
        except DatabaseError:
            logger.warning("the database is away; trying again", exc_info=True)

    def _stop(self) -> None:
        """End the clusters: in order, or by force once they have nothing in hand any more.

        A cluster whose sentinel was told to stop as well (SIGTERM to all) never ends by itself.
        """
        for cluster in self.clusters:
            cluster.ask_to_stop()
        began = time.monotonic()
        while any(c.is_alive() for c in self.clusters) and not self._is_put_down(began):
            self._with_database(self._drain)
            time.sleep(STEP_SECONDS)
        for cluster in self.clusters:
            cluster.kill()
        self._with_database(self.row.delete)

    def _is_put_down(self, began: float) -> bool:
        seconds = time.monotonic() - began
        return seconds > GRACE_SECONDS or (seconds > LULL_SECONDS and not self.is_at_work)

    def _drain(self) -> None:
        """Tell every drive below to put down its work, also one that has begun just now."""
        shifts = Shift.objects.filter(worker=self.row)
        shifts.update(is_draining=True)
        self.is_at_work = shifts.filter(seen_at__gt=Now() - SILENCE).exists()


def restart_hung(cluster: Cluster, row: Worker) -> None:
    """Start a cluster again that leaves rings lying although none of its tasks is at work.

    django-q2 hangs like this when an idle worker that holds the queue's lock is killed. Where
    starting again did not help it is given twice the time: a machine may be so busy that a start
    takes long, and must not begin for ever.
    """
    if sweeper.is_at_work(cluster.name, row):
        cluster.patience = sweeper.STALE
    elif sweeper.is_stuck(cluster.name, row, since=cluster.started_at, patience=cluster.patience):
        logger.warning("cluster %s hangs; starting it again", cluster.name)
        cluster.restart()
        cluster.patience = min(2 * cluster.patience, LONGEST_PATIENCE)
