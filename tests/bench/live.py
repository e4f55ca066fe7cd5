"""From a row to a thousand sockets: what it costs, how long it takes, and whether all arrives.

    python -m tests.bench.live [--sockets 1000] [--analyses 300] [--seconds 8] [--embedded]

A real Daphne serves the sockets, another process writes the events, a third reads them. First
without any service (SQLite, polling), then on a real PostgreSQL and Redis (`--embedded` leaves
that out). Then stalled readers beside healthy ones. The rows of a bare Daphne, which sends as many
frames and knows no log, say what of it is the server's. The last line is our worst row as JSON.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "researcher.settings")
django.setup()

from websockets.asyncio.client import ClientConnection, connect  # noqa: E402

from analysis.event_types import FindingAdded  # noqa: E402
from researcher.kit.ids import uuid7  # noqa: E402
from tests.analysis.logs import log, someone, submitted  # noqa: E402
from tests.live_server import LiveServer, cookie_of, live_server  # noqa: E402

AT_ONCE = 50  # handshakes
PATIENCE_SECONDS = 20.0
DELIVERIES_PER_SECOND = 3000
BARE = "bare Daphne"
STALLED, BESIDE_STALLED, LARGE = 20, 100, 20_000
MEASURES = ("p50_ms", "p99_ms", "cpu_us_per_delivery", "kb_per_socket")


class Load(NamedTuple):
    """What is asked of the server: so many sockets on so many analyses, `stalled` more of them
    deaf, and for each analysis `events` of so many characters, one every `pause` seconds."""

    analyses: int
    sockets: int
    events: int
    pause: float
    characters: int = 100
    stalled: int = 0


class Row(NamedTuple):
    """What one load gave; times in milliseconds, CPU of the Daphne process alone."""

    services: str
    analyses: int
    sockets: int
    stalled: int
    delivered: int
    lost: int
    doubled: int
    p50_ms: float
    p99_ms: float
    cpu_us_per_delivery: float
    kb_per_socket: float
    connects_per_s: float


class Listener:
    """One socket and what it has got."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.seen: list[int] = []
        self.latencies: list[float] = []

    async def listen(self, until: int) -> None:
        """Until this event has come, or nothing has come for a long time."""
        while not self.seen or self.seen[-1] < until:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    self._note(json.loads(await self.connection.recv()))
            except TimeoutError:
                return

    def _note(self, message: dict[str, Any]) -> None:
        written = datetime.fromisoformat(message["created_at"]).timestamp()
        self.seen.append(message["seq"])
        self.latencies.append((time.time() - written) * 1000)


def loads(arguments: argparse.Namespace) -> list[Load]:
    """One analysis and many, each with an event per second or more; then deaf readers."""
    one = Load(1, arguments.sockets, 0, arguments.sockets / DELIVERIES_PER_SECOND)
    many = Load(arguments.analyses, arguments.sockets, 0, max(1.0, one.pause))
    deaf = Load(1, BESIDE_STALLED, 300, 0.02, LARGE, STALLED)
    return [
        *(
            load._replace(events=max(1, int(arguments.seconds / load.pause)))
            for load in (one, many)
        ),
        deaf,
    ]


def write(ids: Sequence[UUID], load: Load) -> None:
    """In a process of its own: the events of all analyses in turn, evenly spread."""
    body = FindingAdded(id="f", text="x" * load.characters, kind="fact", verdict="supported")
    begin, step = time.monotonic(), load.pause / len(ids)
    for number in range(load.events * len(ids)):
        time.sleep(max(0.0, begin + number * step - time.monotonic()))
        log(ids[number % len(ids)], body)
    time.sleep(0.5)  # rings are sent by a thread that ends with the process


@asynccontextmanager
async def written(_: Sequence[Listener], load: Load, ids: Sequence[UUID]) -> AsyncIterator[None]:
    """The events, by another process."""
    writer = multiprocessing.get_context("spawn").Process(target=write, args=(ids, load))
    writer.start()
    try:
        yield
    finally:
        await asyncio.to_thread(writer.join)
        if writer.exitcode:
            raise RuntimeError("the process that writes the events failed")


@asynccontextmanager
async def asked_for(
    listeners: Sequence[Listener], load: Load, _: Sequence[UUID]
) -> AsyncIterator[None]:
    """The events of a bare Daphne."""
    await listeners[0].connection.send(json.dumps([load.events, load.pause, load.characters]))
    yield


Begin = Callable[[Sequence[Listener], Load, Sequence[UUID]], AbstractAsyncContextManager[None]]


async def measured(
    site: LiveServer,
    load: Load,
    ids: Sequence[UUID],
    cookie: dict[str, str],
    begin: Begin = written,
) -> Row:
    async with opened(site, ids, cookie, AT_ONCE):
        pass  # what is loaded and cached at the first sockets is no cost of one socket
    before, began = site.resident_mb, time.monotonic()
    async with (
        opened(site, ids, cookie, load.sockets) as listeners,
        opened(site, ids, cookie, load.stalled) as deaf,
    ):
        seconds = time.monotonic() - began
        grown = site.resident_mb - before
        for listener in deaf:
            listener.connection.transport.pause_reading()
        cpu = await cpu_while(site, listeners, load, begin(listeners, load, ids))
        for listener in deaf:
            listener.connection.transport.abort()
    return row(load, listeners, cpu, grown, load.sockets / seconds)


@asynccontextmanager
async def opened(
    site: LiveServer, ids: Sequence[UUID], cookie: dict[str, str], count: int
) -> AsyncIterator[list[Listener]]:
    """So many sockets, spread over the analyses, that have all had their snapshot."""
    turns = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:

        async def one(number: int) -> Listener:
            path = f"/ws/analyses/{ids[number % len(ids)]}/?after=1"
            async with turns:
                connection = await stack.enter_async_context(
                    connect(
                        site.socket_url(path),
                        additional_headers=cookie,
                        origin=site.origin,  # type: ignore[arg-type]
                        compression=None,
                        max_queue=None,
                        close_timeout=1,
                    )
                )
                await connection.recv()
            return Listener(connection)

        yield await asyncio.gather(*(one(number) for number in range(count)))


async def cpu_while(
    site: LiveServer,
    listeners: Sequence[Listener],
    load: Load,
    writing: AbstractAsyncContextManager[None],
) -> float:
    """The CPU seconds that the server needs for the events of a load."""
    before = site.cpu_seconds
    async with writing:
        await asyncio.gather(*(listener.listen(load.events + 1) for listener in listeners))
        return site.cpu_seconds - before


def row(
    load: Load, listeners: Sequence[Listener], cpu: float, grown_mb: float, connects: float
) -> Row:
    delivered = sum(len(listener.seen) for listener in listeners)
    different = sum(len(set(listener.seen)) for listener in listeners)
    latencies = sorted(value for listener in listeners for value in listener.latencies)
    return Row(
        services="PostgreSQL, Redis" if os.environ.get("REDIS_URL") else "SQLite",
        analyses=load.analyses,
        sockets=load.sockets,
        stalled=load.stalled,
        delivered=delivered,
        lost=load.events * len(listeners) - different,
        doubled=delivered - different,
        p50_ms=round(at(latencies, 0.5), 1),
        p99_ms=round(at(latencies, 0.99), 1),
        cpu_us_per_delivery=round(cpu / max(delivered, 1) * 1e6, 1),
        kb_per_socket=round(grown_mb * 1024 / (load.sockets + load.stalled), 1),
        connects_per_s=round(connects),
    )


def at(ordered: Sequence[float], share: float) -> float:
    """The value below which this share lies; endless if nothing came at all."""
    return ordered[int(len(ordered) * share)] if ordered else float("inf")


def measure_here(arguments: argparse.Namespace) -> None:
    """All loads on the services of this environment, each row as a line of JSON."""
    with live_server("tests.limits:generous") as site:
        os.environ["DATABASE_URL"] = site.database_url  # for the writer
        for load in loads(arguments):
            owner = someone()
            ids = [submitted(owner).pk for _ in range(load.analyses)]
            print(json.dumps(asyncio.run(measured(site, load, ids, cookie_of(owner)))), flush=True)
    if not os.environ.get("REDIS_URL"):
        measure_bare(arguments)


def measure_bare(arguments: argparse.Namespace) -> None:
    """The loads without stalled readers, on a Daphne that only sends."""
    with live_server("tests.bench.bare:application") as site:
        for load in loads(arguments):
            if not load.stalled:
                ids = [uuid7() for _ in range(load.analyses)]
                found = asyncio.run(measured(site, load, ids, {}, asked_for))
                print(json.dumps(found._replace(services=BARE)), flush=True)


def measured_elsewhere(arguments: Sequence[str], *, servers: bool) -> list[Row]:
    """The rows of a process of its own, with or without servers."""
    command = [sys.executable, "-m", "tests.bench.live", *arguments, "--here"]
    if servers:
        command = [sys.executable, "-m", "tests.servers", "--", *command]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [Row(*json.loads(line)) for line in done.stdout.splitlines()]


def report(rows: Sequence[Row]) -> None:
    table = [Row._fields, *([str(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(value.rjust(width) for value, width in zip(line, widths, strict=True)))
    ours = [row for row in rows if row.services != BARE]
    plain = [row for row in ours if not row.stalled]
    worst = {name: max(getattr(row, name) for row in plain) for name in MEASURES}
    sums = {name: sum(getattr(row, name) for row in ours) for name in ("lost", "doubled")}
    print(json.dumps(sums | worst))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live")
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--analyses", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--embedded", action="store_true", help="without PostgreSQL and Redis")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        measure_here(arguments)
        return
    rows = measured_elsewhere(sys.argv[1:], servers=False)
    if not arguments.embedded:
        rows += measured_elsewhere(sys.argv[1:], servers=True)
    report(rows)


if __name__ == "__main__":
    main()
