"""A cluster that hangs is started again; one that starts slowly is not started for ever."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from analysis import queue, sweeper
from analysis.models import Shift, Worker
from researcher.work import LONGEST_PATIENCE, restart_hung

pytestmark = pytest.mark.django_db


class Slow:
    """A cluster as its parent sees it, which was started so long ago."""

    def __init__(self, *, seconds: float) -> None:
        self.name, self.starts, self.patience = "drive", 0, sweeper.STALE
        self.started_at = timezone.now() - timedelta(seconds=seconds)

    def restart(self) -> None:
        self.starts += 1

    def after(self, seconds: float) -> "Slow":
        self.started_at = timezone.now() - timedelta(seconds=seconds)
        return self


@pytest.fixture
def row() -> Worker:
    queue.ring_drive()
    OrmQ.objects.update(lock=timezone.now() - timedelta(hours=1))
    return Worker.objects.create(host="x", pid=1)


def test_each_start_in_vain_is_given_twice_the_time(row):
    cluster = Slow(seconds=11)
    restart_hung(cluster, row)
    restart_hung(cluster.after(11), row)
    assert cluster.starts == 1
    restart_hung(cluster.after(21), row)
    assert (cluster.starts, cluster.patience) == (2, 4 * sweeper.STALE)


def test_it_is_never_left_hanging_for_good(row):
    cluster = Slow(seconds=0)
    for _ in range(20):
        restart_hung(cluster.after(LONGEST_PATIENCE.total_seconds() + 1), row)
    assert cluster.starts == 20


def test_one_that_has_worked_since_is_watched_as_closely_as_at_first(row):
    cluster = Slow(seconds=11)
    restart_hung(cluster, row)
    shift = Shift.objects.create(worker=row, cluster="drive", host="x", pid=2)
    restart_hung(cluster.after(100), row)
    assert (cluster.starts, cluster.patience) == (1, sweeper.STALE)
    shift.delete()
    restart_hung(cluster.after(11), row)
    assert cluster.starts == 2
