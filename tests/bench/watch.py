"""What is watched while a level of runs is driven: memory, stalls, how quickly the API answers."""

import threading
import time
from typing import Any, Self

import httpx2
import psutil

from tests.bench.setting import below

API_PER_SECOND = 5.0


def drive_process(work: psutil.Process) -> psutil.Process | None:
    """The process that drives runs, by the row of its shift."""
    from analysis.models import Shift

    # Of a process that was killed the row stays for a while.
    shift = Shift.objects.filter(cluster="drive", pid__in=below(work.pid)).first()
    return psutil.Process(shift.pid) if shift else None


def memory_mib(process: psutil.Process) -> float:
    """What it has to itself (USS), since forked processes share the rest."""
    return float(process.memory_full_info().uss) / 2**20


class Beside:
    """Does something from a thread while the block lasts."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.over.set()
        self.thread.join()

    def work(self) -> None:
        raise NotImplementedError


class Load(Beside):
    """Watches a level: the most memory of the driving process, and its longest stall."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__()
        self.process = process
        self.mib = self.stall = 0.0

    def work(self) -> None:
        from django.db import connection

        from analysis.models import Shift

        while not self.over.wait(0.5):
            if process := drive_process(self.process):
                self.mib = max(self.mib, memory_mib(process))
            stalls = Shift.objects.values_list("stall_seconds", flat=True)
            self.stall = max([self.stall, *stalls])
        connection.close()


class Asking(Beside):
    """Asks the API at a steady pace, and keeps how long each answer took."""

    def __init__(self, url: str, token: str, run: Any) -> None:
        super().__init__()
        self.url, self.headers = f"{url}/api/v1/analyses/{run.pk}/", {"Authorization": token}
        self.seconds: list[float] = []

    def work(self) -> None:
        with httpx2.Client(trust_env=False, timeout=60) as client:
            while not self.over.wait(1 / API_PER_SECOND):
                began = time.perf_counter()
                client.get(self.url, headers=self.headers).raise_for_status()
                self.seconds.append(time.perf_counter() - began)

    @property
    def p95(self) -> float:
        return quantile(self.seconds, 0.95)


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
