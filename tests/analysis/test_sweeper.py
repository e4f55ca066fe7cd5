"""What was forgotten is rung for again, and nothing is rung for twice."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from analysis import lifecycle, sweeper
from analysis.models import Analysis, Shift, Worker
from analysis.sources import store

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


def rings(cluster: str) -> int:
    return OrmQ.objects.filter(key=cluster).count()


def test_a_lost_ring_is_rung_again_once(analysis):
    OrmQ.objects.all().delete()
    sweeper.sweep()
    sweeper.sweep()
    assert rings("drive") == 1


def test_a_ring_in_the_hand_of_a_worker_is_no_ring_that_waits(analysis):
    OrmQ.objects.update(lock=timezone.now() + timedelta(hours=1))
    sweeper.sweep()
    assert rings("drive") == 2


def test_a_run_whose_worker_is_gone_is_rung_for(analysis, drive, settings):
    settings.LEASE_SECONDS = -1
    lifecycle.claim(analysis.pk, drive)
    OrmQ.objects.all().delete()
    sweeper.sweep()
    assert rings("drive") == 1


def test_nothing_due_means_no_ring(analysis, drive):
    lifecycle.claim(analysis.pk, drive)
    OrmQ.objects.all().delete()
    sweeper.sweep()
    assert rings("drive") == 0


def test_a_source_that_nobody_reads_is_rung_for(document):
    OrmQ.objects.all().delete()
    sweeper.sweep()
    sweeper.sweep()
    assert rings("jobs") == 1
    assert store.take(document.source)
    OrmQ.objects.all().delete()
    sweeper.sweep()
    assert rings("jobs") == 0


def test_the_long_dead_are_forgotten_but_their_runs_are_not(analysis, drive):
    lifecycle.claim(analysis.pk, drive)
    Worker.objects.create(host="x", pid=1)
    long_ago = timezone.now() - timedelta(hours=1)
    Worker.objects.update(seen_at=long_ago)
    Shift.objects.update(seen_at=long_ago)
    sweeper.sweep()
    assert (Worker.objects.count(), Shift.objects.count()) == (0, 0)
    assert Analysis.objects.get(pk=analysis.pk).shift is None


def test_a_cluster_that_leaves_rings_lying_is_stuck(analysis):
    worker, long_ago = Worker.objects.create(host="x", pid=1), timezone.now() - timedelta(minutes=5)
    assert not sweeper.is_stuck("drive", worker, since=long_ago)  # the ring is fresh
    OrmQ.objects.update(lock=long_ago)
    assert sweeper.is_stuck("drive", worker, since=long_ago)
    assert not sweeper.is_stuck("drive", worker, since=timezone.now())  # it has only just begun
    OrmQ.objects.filter(key="jobs").delete()
    assert not sweeper.is_stuck("jobs", worker, since=long_ago)


def test_a_busy_cluster_is_not_stuck(analysis):
    worker, long_ago = Worker.objects.create(host="x", pid=1), timezone.now() - timedelta(minutes=5)
    OrmQ.objects.update(lock=long_ago)
    busy = Shift.objects.create(worker=worker, cluster="drive", host="x", pid=1)
    assert not sweeper.is_stuck("drive", worker, since=long_ago)
    Shift.objects.filter(pk=busy.pk).update(seen_at=long_ago)
    assert sweeper.is_stuck("drive", worker, since=long_ago)


def test_a_ring_in_a_hand_is_not_left_lying(analysis):
    worker, long_ago = Worker.objects.create(host="x", pid=1), timezone.now() - timedelta(minutes=5)
    OrmQ.objects.update(lock=timezone.now() + timedelta(hours=1))
    assert not sweeper.is_stuck("drive", worker, since=long_ago)
