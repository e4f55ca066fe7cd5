"""A thousand fetches through the door beside those of a bare client: what being careful costs.

    python -m tests.bench.fetch [--fetches 1000] [--concurrency 20] [--rounds 5]

A site on loopback, in a process of its own, answers every tenth request with a fault: refusals,
broken connections, answers that are cut short, damaged, too large or empty, redirects that never
end or lead inside. The door goes with robots.txt, vetting, caps and typing, and looks for kept
answers on disk; the bare client (httpx2) reads what comes. Both make the same requests, none
again, in alternating rounds. Pages say nothing of freshness; a third client is the door with
pages that may be given again, each of which it writes to disk, which the bare client never does.
The last line is JSON: {"fetches", "faults", "reported", "wrong", "ratio", ...}: `ratio`
and `cpu_ratio` are of the door as the product runs it, each page kept on disk.
"""

import argparse
import asyncio
import gzip
import json
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_network
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import django
import httpx2

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "researcher.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")  # refusals are counted here
django.setup()

from analysis.sources.door.policy import Policy  # noqa: E402
from analysis.sources.door.shelf import Shelf  # noqa: E402
from analysis.sources.door.types import Ask, Egress, EgressMode, FetchFailed  # noqa: E402
from analysis.sources.fetch import WebDoor  # noqa: E402

WEB = Egress(mode=EgressMode.WEB)
MB = 1 << 20
EVERY = 10  # of so many requests one is a fault
PAGE = (
    b"<!doctype html><html><body>" + b"<p>Words of a page of the web.</p>" * 600 + b"</body></html>"
)
# What the bare client may raise; anything else is a fault of the bench.
BARE_FAULTS = (httpx2.HTTPError, httpx2.InvalidURL)


def _answer(body: bytes, status: int = 200, *more: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} Bench", "content-type: text/html", f"content-length: {size}"]
    return "\r\n".join([*lines, *more, "", ""]).encode() + body


GZIP = "content-encoding: gzip"
# By its name what a fault answers, and the code by which the door must tell it. An answer that
# is shorter than it says is cut off there.
FAULTS: dict[str, tuple[bytes, str]] = {
    "forbidden": (_answer(b"no", 403), "http_403"),
    "missing": (_answer(b"no", 404), "http_404"),
    "too-often": (_answer(b"no", 429), "http_429"),
    "broken": (_answer(b"no", 500), "http_5xx"),
    "away": (_answer(b"no", 503), "http_5xx"),
    "hung-up": (b"", "fetch_unreachable"),
    "no-http": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "fetch_bad_answer"),
    "cut-short": (_answer(PAGE[:100], length=len(PAGE)), "fetch_truncated"),
    "bomb": (_answer(gzip.compress(bytes(2 * MB)), 200, GZIP), "fetch_too_large"),
    "damaged": (_answer(b"\x1f\x8b" + PAGE[:100], 200, GZIP), "fetch_bad_body"),
    "empty": (_answer(b""), "empty_page"),
    "loop": (_answer(b"", 302, "location: /fault/loop/0"), "too_many_redirects"),
    "inside": (_answer(b"", 302, "location: file:///etc/passwd"), "fetch_blocked_redirect"),
}
CUT = frozenset({"hung-up", "no-http", "cut-short"})
REPLIES = {
    b"page": _answer(PAGE),
    b"kept": _answer(PAGE, 200, "cache-control: max-age=60"),
    b"robots.txt": _answer(b"User-agent: *\nDisallow: /private\n"),
    **{name.encode(): reply for name, (reply, _) in FAULTS.items()},
}


class Row(NamedTuple):
    """One round of one client."""

    client: str
    seconds: float
    cpu: float
    per_second: float
    reported: int
    wrong: int


# --- the site ---------------------------------------------------------------------------


class Site(asyncio.Protocol):
    """The least that answers HTTP: its time must not be what is measured."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, chunk: bytes) -> None:
        first, _, *_ = chunk.partition(b"\r\n")
        parts = first.split(b" ", 2)[1].split(b"/")
        name = parts[2] if parts[1] == b"fault" else parts[1]
        self.transport.write(REPLIES[name])
        if name.decode() in CUT:
            self.transport.close()


async def _serve(tell: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(Site, "127.0.0.1", 0, backlog=1000)
    tell.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _run_site(tell: Connection) -> None:
    asyncio.run(_serve(tell))


@contextmanager
def a_site() -> Iterator[str]:
    here, there = multiprocessing.Pipe()
    site = multiprocessing.get_context("spawn").Process(target=_run_site, args=(there,))
    site.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        site.terminate()
        site.join()


# --- the two clients --------------------------------------------------------------------


def paths(fetches: int, round_: int, page: str = "page") -> list[str]:
    """Different for each round, so that none is answered from what an earlier one kept."""
    kinds = list(FAULTS)
    return [
        f"/fault/{kinds[number // EVERY % len(kinds)]}/{number}"
        if number % EVERY == 0
        else f"/{page}/{round_}-{number}"
        for number in range(fetches)
    ]


async def through_the_door(
    base: str, asked: Sequence[str], at_once: int, shelf: Path
) -> Counter[str]:
    policy = Policy(
        user_agent="ResearcherPro/1.0",
        inside=(ip_network("127.0.0.0/8"),),
        every_seconds=0.0,
        attempts=1,
        most_bytes=MB,
    )
    door = WebDoor(policy, shelf=Shelf(shelf))

    async def one(path: str) -> str:
        due = FAULTS[path.split("/")[2]][1] if path.startswith("/fault") else ""
        try:
            page = await door.fetch(Ask(url=base + path), WEB)
        except FetchFailed as failed:
            return "reported" if failed.code == due else f"wrong: {path} {failed}"
        return "page" if not due and page.content == PAGE else f"wrong: {path} was given"

    try:
        return await in_parallel(one, asked, at_once)
    finally:
        await door.close()


async def bare(base: str, asked: Sequence[str], at_once: int) -> Counter[str]:
    limits = httpx2.Limits(max_connections=100, max_keepalive_connections=20)
    settings = {"trust_env": False, "follow_redirects": True, "max_redirects": 5}
    async with httpx2.AsyncClient(limits=limits, timeout=30, **settings) as client:  # type: ignore[arg-type]

        async def one(path: str) -> str:
            try:
                answer = await client.get(base + path)
            except BARE_FAULTS:
                return "reported"
            return "page" if answer.status_code == 200 else "reported"

        return await in_parallel(one, asked, at_once)


async def in_parallel(
    one: Callable[[str], Awaitable[str]], asked: Sequence[str], at_once: int
) -> Counter[str]:
    """So many at once: each of them takes the next that nobody has taken."""
    waiting, outcomes = iter(asked), Counter[str]()

    async def work() -> None:
        for path in waiting:
            outcomes[await one(path)] += 1

    await asyncio.gather(*(work() for _ in range(at_once)))
    return outcomes


# --- measuring --------------------------------------------------------------------------


def measured(client: str, run: Callable[[], Awaitable[Counter[str]]]) -> Row:
    began, before = time.perf_counter(), _cpu()
    outcomes = asyncio.run(run())  # type: ignore[arg-type]
    seconds, cpu = time.perf_counter() - began, _cpu() - before
    for outcome in outcomes:
        if outcome.startswith("wrong"):
            print(outcome)
    wrong = sum(count for outcome, count in outcomes.items() if outcome.startswith("wrong"))
    return Row(client, seconds, cpu, outcomes.total() / seconds, outcomes["reported"], wrong)


def _cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


def rounds(base: str, arguments: argparse.Namespace, shelf: Path) -> Iterator[tuple[Row, Row, Row]]:
    """The bare client and the door in turn; the first round warms both up and is not counted."""
    for number in range(arguments.rounds + 1):
        asked = paths(arguments.fetches, number)
        at_once = arguments.concurrency
        one = measured("bare", lambda: bare(base, asked, at_once))  # noqa: B023 run at once
        two = measured("door", lambda: through_the_door(base, asked, at_once, shelf))  # noqa: B023
        kept = paths(arguments.fetches, number, "kept")
        three = measured("keeping", lambda: through_the_door(base, kept, at_once, shelf))  # noqa: B023
        if number:
            yield one, two, three


def report(found: Sequence[tuple[Row, Row, Row]], arguments: argparse.Namespace) -> None:
    print(f"{'client':8}{'seconds':>9}{'cpu':>8}{'a second':>10}{'reported':>10}{'wrong':>7}")
    for row in (row for pair in found for row in pair):
        print(
            f"{row.client:8}{row.seconds:9.2f}{row.cpu:8.2f}{row.per_second:10.0f}"
            f"{row.reported:10}{row.wrong:7}"
        )
    ratios = [door.per_second / plain.per_second for plain, door, _ in found]
    keeping = [door.per_second / plain.per_second for plain, _, door in found]
    cpu = [plain.cpu / door.cpu for plain, _, door in found]
    doors = [row for _, *pair in found for row in pair]
    faults = len([path for path in paths(arguments.fetches, 0) if path.startswith("/fault")])
    print(
        json.dumps(
            {
                "fetches": arguments.fetches,
                "faults": faults,
                "reported": min(door.reported for door in doors),
                "wrong": max(door.wrong for door in doors),
                "ratio": round(statistics.median(keeping), 2),
                "ratio_worst": round(min(keeping), 2),
                "ratio_not_keeping": round(statistics.median(ratios), 2),
                "cpu_ratio": round(statistics.median(cpu), 2),
                "door_per_second": round(statistics.median(d.per_second for *_, d in found)),
                "bare_per_second": round(statistics.median(b.per_second for b, *_ in found)),
                "concurrency": arguments.concurrency,
                "rounds": arguments.rounds,
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fetch")
    parser.add_argument("--fetches", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with a_site() as base, tempfile.TemporaryDirectory() as shelf:
        report(list(rounds(base, arguments, Path(shelf))), arguments)


if __name__ == "__main__":
    main()
