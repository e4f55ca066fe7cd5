"""One process of the cluster dies, or all are told to stop: nothing is left behind or undone."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta

import psutil
from django.db.models.functions import Now

from analysis.models import Analysis, Shift, Status
from tests.faults import arming
from tests.faults.checks import Truth
from tests.faults.product import Product, assert_gone, until

CLUSTERS = ("drive", "jobs")
ROLES = ("main", "sentinel", "pusher", "monitor", "idle worker", "busy worker")
# A hung cluster is noticed after ten seconds of silence, and started anew.
HUNG_SECONDS = 30.0


def killed(site: Product, truth: Truth, subject: str) -> int:
    """SIGKILL of one process; runs in hand and runs to come end right, and no orphan stays."""
    cluster, _, role = subject.partition(" ")
    runs = site.plant(0) if role == "busy worker" or cluster == "jobs" else []
    victim = until(f"a {subject}", lambda: find(site, cluster, role))
    victim.kill()
    runs = runs or site.plant(0)
    site.finish(HUNG_SECONDS)
    repeated = truth.holds(*runs)
    until("the clusters are whole", lambda: whole(site))
    no_strangers(site)
    return repeated


def hung(site: Product, truth: Truth, _: str) -> int:
    """The idle worker that holds the lock of the queue dies: django-q2 hangs, and is restarted."""
    just_now = Now() - timedelta(seconds=5)  # rows of the killed stay a while
    at_work = Shift.objects.filter(cluster="drive", seen_at__gt=just_now)
    until("nobody is at work", lambda: not at_work.exists())
    for worker in workers(site, "drive"):
        worker.kill()
    runs = site.plant(0)
    site.finish(HUNG_SECONDS)
    return truth.holds(*runs)


def work_killed(site: Product, truth: Truth, _: str) -> int:
    """SIGKILL of work itself: all below it is gone within seconds, and another work goes on."""
    runs = site.plant(0, 1)
    until("both run", lambda: Analysis.objects.filter(status=Status.RUNNING).count() == 2)
    below = site.below_work()
    site.work.kill()
    site.work.wait()
    assert_gone(below)
    site.start_work()
    site.finish()
    return truth.holds(*runs)


def told_to_stop(site: Product, truth: Truth, whom: str) -> int:
    """SIGTERM in the middle of runs: all is put down within 30 s and taken up by another work."""
    runs = site.plant(0, 1, 2)
    until("a call is in flight", lambda: site.model.calls)
    below = site.below_work()
    began = time.monotonic()
    for one in [site.work, *(below if whom == "the group" else [])]:
        one.send_signal(signal.SIGTERM)
    site.work.wait(40)
    assert_gone(below)
    took = time.monotonic() - began
    assert took < 30, f"it took {took:.0f} s"
    left = Analysis.objects.exclude(status=Status.COMPLETED).values_list("status", "attempts")
    assert set(left) <= {(Status.QUEUED, 0)}, f"left: {set(left)}"
    site.start_work()
    site.finish()
    return truth.holds(*runs)


def wrong_clock(site: Product, truth: Truth, seconds: str) -> int:
    """One worker's clock is an hour wrong, another's is right: only the database's counts."""
    site.stop_work()
    site.start_work(**{arming.CLOCK: seconds})
    odd, below = site.work, site.below_work()
    site.start_work()
    runs = site.plant(0, 1, 2, 3)
    site.finish()
    odd.terminate()
    odd.wait(40)
    assert_gone(below)
    repeated = truth.holds(*runs)
    assert not repeated
    return repeated


def find(site: Product, cluster: str, role: str) -> psutil.Process | None:
    main = site.cluster(cluster)
    sentinels = main.children()
    if role == "main" or not sentinels:
        return main if role == "main" else None
    if role == "sentinel":
        return sentinels[0]
    busy = set(Shift.objects.filter(cluster=cluster).values_list("pid", flat=True))
    if "worker" not in role:
        return _first(below(site, cluster), lambda pid: arming.role_of(pid) == f"{cluster} {role}")
    wants_busy = role == "busy worker"
    return _first(workers(site, cluster), lambda pid: (pid in busy) == wants_busy)


def _first(processes: list[psutil.Process], fits: Callable[[int], bool]) -> psutil.Process | None:
    return next((one for one in processes if fits(one.pid)), None)


def below(site: Product, cluster: str) -> list[psutil.Process]:
    return site.cluster(cluster).children(recursive=True)


def workers(site: Product, cluster: str) -> list[psutil.Process]:
    return [one for one in below(site, cluster) if arming.role_of(one.pid) == f"{cluster} worker"]


def whole(site: Product) -> bool:
    """Both clusters have all their processes."""
    expected = ["monitor", "pusher", "worker", "worker"]
    return all(
        sorted(
            arming.role_of(one.pid).partition(" ")[2]
            for one in below(site, cluster)
            if arming.role_of(one.pid)
        )
        == expected
        for cluster in CLUSTERS
    )


def no_strangers(site: Product) -> None:
    """Every process of this deployment hangs below its work."""
    ours = {one.pid for one in site.below_work()} | {site.work.pid, os.getpid()}
    mine = str(os.environ[arming.FOLDER])
    strangers = [
        one.pid
        for one in psutil.process_iter(["cmdline"])
        if one.pid not in ours
        and "cluster" in (one.info["cmdline"] or [])
        and _folder_of(one) == mine
    ]
    assert not strangers, f"orphans: {strangers}"


def _folder_of(one: psutil.Process) -> str:
    try:
        return str(one.environ().get(arming.FOLDER, ""))
    except psutil.Error:
        return ""
