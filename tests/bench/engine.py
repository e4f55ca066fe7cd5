"""What the engine costs while it waits for models: `python -m tests.bench.engine [--quick]`.

A peer of a fixed pace (0.6 s to the first token, 80 tokens a second) stands on the other core. One
run of about twelve calls gives the overhead over its critical path; 10, 30 and 100 runs at once in
one worker process give the slowdown, the memory a run, the API's answer times meanwhile and the
longest stall of the loop. Then: the memory of an idle worker, submission to start, resumption after
kill -9, and plain "one run per worker process" beside it. DATABASE_URL chooses the database:
`python -m tests.servers -- python -m tests.bench.engine` measures on PostgreSQL.
"""

import argparse
import json
import os
import signal
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from tests.bench.report import Pace, chain, peer
from tests.bench.setting import below, fresh_product
from tests.bench.watch import Asking, Load, drive_process, memory_mib, quantile

PACE = Pace(0.6, 80.0)
TEMPLATE = "market-entry-strategy"
LEVELS = (10, 30, 100)
POLL_SECONDS = 0.02
# A sentence or two for each section of the template, so that each is written: twelve calls a run.
TEXT = (
    "Market note on {name}\n\nPublished 2024-03-0{day}\n\n"
    "Sales of {name} in Canada rose {n}% to ${m} million in 2023 because of higher demand. "
    "The market for {name} is expected to grow by {n}% a year until 2027. "
    "Customers of {name} are mostly farms, and {n}% of them buy online. "
    "The main competitor of {name} holds a market share of {n}.5% and cut its prices in 2023. "
    "A new regulation of Saskatchewan requires a licence for {name} from July 2024. "
    "Import tariffs on {name} are a barrier to entry and were raised to {n}% in 2023.\n\n"
    "Entry through a local partner costs ${m},000 and takes {n} months, the study found. "
    "A joint venture with a distributor is the usual way into the market for {name}. "
    "The investment in a warehouse of its own would be ${m} million and pay back in 4 years. "
    "A weak currency is the main risk, and the company should hedge it before it enters. "
    "The study recommends to enter with a pilot in Alberta and to expand after {n} months. "
    "The next step is to sign the licence for {name} by December 2024.\n"
)


def submit(owner: Any, number: int, *, analyst: str = "model") -> Any:
    """A run over one small document of its own, so that no call is like another's."""
    from django.test.utils import override_settings

    from analysis import services

    name = f"Product {number}"
    text = TEXT.format(name=name, n=number % 80 + 10, m=number % 700 + 100, day=number % 9 + 1)
    document = services.add_document(owner=owner, name=f"{name}.txt", content=text.encode())
    with override_settings(ANALYST=analyst):
        return services.submit(
            owner=owner,
            template=TEMPLATE,
            topic=f"Entry of {name} into the Canadian market",
            options_given={"depth": "Overview"},
            documents=[document.pk],
        )


def wait_for(runs: list[Any], *, seconds: float = 600) -> None:
    from analysis.models import FINAL, Analysis

    deadline, pks = time.monotonic() + seconds, [run.pk for run in runs]
    while Analysis.objects.filter(pk__in=pks).exclude(status__in=FINAL).exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"runs did not end within {seconds} s")
        time.sleep(POLL_SECONDS)
    ended = set(Analysis.objects.filter(pk__in=pks).values_list("status", flat=True))
    if ended != {"completed"}:
        raise SystemExit(f"runs ended {ended}")


def seconds_of(run: Any) -> float:
    """From its first claim to its end, by the database's clock."""
    run.refresh_from_db()
    return float((run.finished_at - run.started_at).total_seconds())


def overhead(run: Any) -> float:
    """Its wall time less the model's time on the longest chain of calls."""
    waits = chain(list(run.calls.all()))
    return seconds_of(run) - sum(PACE.seconds(call.tokens_out) for call in waits)


class Numbers:
    """Hands out numbers, so that every run of the bench is about another product."""

    def __init__(self) -> None:
        self.next = 0

    def take(self, count: int) -> range:
        self.next += count
        return range(self.next - count, self.next)


class Bench:
    """One worker process, one web server, one peer."""

    def __init__(self, owner: Any, url: str, token: str, work: psutil.Process) -> None:
        self.owner, self.url, self.token, self.work = owner, url, token, work
        self.numbers = Numbers()

    def runs(self, count: int, **kind: Any) -> list[Any]:
        return [submit(self.owner, number, **kind) for number in self.numbers.take(count)]

    def one(self) -> dict[str, float]:
        """A run alone, three times after one that warms up."""
        wait_for(self.runs(1))
        alone = []
        for _ in range(3):
            run = self.runs(1)
            wait_for(run)
            alone += run
        calls = statistics.mean(run.calls.count() for run in alone)
        return {
            "calls_per_run": calls,
            "alone_s": statistics.median(map(seconds_of, alone)),
            "overhead_s": statistics.median(map(overhead, alone)),
        }

    def level(self, count: int, *, beside: int = 0) -> dict[str, Any]:
        """`count` runs at once, and `beside` of them extractive ones that use the processor."""
        last = self.runs(1)
        wait_for(last)
        before = memory_mib(drive) if (drive := drive_process(self.work)) else 0.0
        with Load(self.work) as load, Asking(self.url, self.token, last[0]) as asking:
            began = time.perf_counter()
            runs = self.runs(count)
            extractive = self.runs(beside, analyst="extractive")
            wait_for(runs + extractive)
            wall = time.perf_counter() - began
        return {
            "mean_s": statistics.mean(map(seconds_of, runs)),
            "wall_s": wall,
            "per_minute": 60 * count / wall,
            "mib_per_run": (load.mib - before) / count,
            "stall_s": load.stall,
            "api_p95_s": asking.p95,
        }

    def idle_api(self) -> float:
        last = self.runs(1)
        wait_for(last)
        with Asking(self.url, self.token, last[0]) as asking:
            time.sleep(8)
        return asking.p95

    def starts(self, count: int) -> list[float]:
        """Seconds from submission to claim, each run submitted to a worker that rests."""
        runs = []
        for _ in range(count):
            runs += self.runs(1)
            time.sleep(0.7)
        wait_for(runs)
        for run in runs:
            run.refresh_from_db()
        return [(run.started_at - run.created_at).total_seconds() for run in runs]

    def resumes(self, times: int) -> list[float]:
        """Seconds from kill -9 of the driving process to the next claim of its run."""
        return [self._resume() for _ in range(times)]

    def _resume(self) -> float:
        run = self.runs(1)[0]
        while not (drive := drive_process(self.work)) or not run.calls.exists():
            time.sleep(POLL_SECONDS)
        drive.send_signal(signal.SIGKILL)
        began = time.monotonic()
        while run.events.filter(type="analysis.running").count() < 2:
            time.sleep(POLL_SECONDS)
        seconds = time.monotonic() - began
        wait_for([run])
        return seconds


@contextmanager
def product(model_url: str, **settings: str) -> Iterator[Bench]:
    """Web server and worker over the database of this process, thinking with the peer."""
    from django.contrib.auth.models import User
    from knox.models import AuthToken

    from researcher.processes import free_port, web, worker
    from tests.bench.whole import wait_for_worker

    os.environ |= {"ANALYST": "model", "OPENAI_BASE_URL": model_url, **settings}
    owner, _ = User.objects.get_or_create(username="bench")
    _, token = AuthToken.objects.create(owner)
    port = free_port(0)
    with web(port), worker() as work:
        assert work is not None
        wait_for_worker()
        yield Bench(owner, f"http://127.0.0.1:{port}", f"Token {token}", psutil.Process(work.pid))


def measure(model_url: str, *, quick: bool) -> dict[str, Any]:
    levels = LEVELS[:1] if quick else LEVELS
    with product(model_url, WORKERS="1") as bench:
        figures = bench.one()
        idle_p95 = bench.idle_api()
        told: dict[str, Any] = {}
        for count in levels:
            told[str(count)] = level = bench.level(count)
            _print_level(str(count), level)
            figures[f"slowdown_{count}"] = level["mean_s"] / figures["alone_s"]
        told["beside_extractive"] = bench.level(levels[-1], beside=10)
        _print_level("beside_extractive", told["beside_extractive"])
        figures |= {
            "mb_per_run": told[str(levels[-1])]["mib_per_run"],
            "api_p95_ratio": told[str(levels[-1])]["api_p95_s"] / idle_p95,
            "loop_lag_max_s": max(level["stall_s"] for level in told.values()),
            "runs_per_minute": told[str(levels[-1])]["per_minute"],
        }
        starts = bench.starts(5 if quick else 30)
        figures["submit_to_start_p50_s"] = statistics.median(starts)
        figures["submit_to_start_p95_s"] = quantile(starts, 0.95)
        figures["resume_p95_s"] = quantile(bench.resumes(1 if quick else 3), 0.95)
    with product(model_url, WORKERS="2") as bench:
        time.sleep(3)
        figures["idle_worker_mb"] = sum(
            memory_mib(psutil.Process(pid)) for pid in below(bench.work.pid)
        )
    return figures | one_run_a_process(model_url, quick=quick)


def one_run_a_process(model_url: str, *, quick: bool) -> dict[str, Any]:
    """The plain way beside ours: every worker process drives one run."""
    count = 4 if quick else 30
    with product(model_url, WORKERS="8", ANALYSES_PER_WORKER="1") as bench:
        wait_for(bench.runs(1))
        began = time.perf_counter()
        wait_for(bench.runs(count))
        return {"plain_runs": count, "plain_wall_s": time.perf_counter() - began}


def _print_level(name: str, level: dict[str, Any]) -> None:
    """At once: the whole bench takes some ten minutes."""
    told = "  ".join(f"{key}={value:.2f}" for key, value in level.items())
    print(f"{name:>18} {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer runs, for trying it out")
    options = parser.parse_args()
    last_core = max(os.sched_getaffinity(0))
    with peer(PACE) as url, fresh_product():
        for process in psutil.Process().children():
            process.cpu_affinity([last_core])
        figures = {key: round(value, 3) for key, value in measure(url, quick=options.quick).items()}
    for name, value in figures.items():
        print(f"{name:<24}{value:>12}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
