"""Orders that lie in a folder: what a process does to itself once it comes to a named point.

The harness arms a point; the first process that reaches it takes the order and obeys it. Taking
is the removal of a file, so an order is obeyed once whoever comes.
"""

import asyncio
import os
import signal
import time
from pathlib import Path

FOLDER = "FAULTS_DIR"
# How many seconds the clock of a process is wrong, and whether it loses every second ring.
CLOCK, HALF_DEAF = "FAULTS_CLOCK", "FAULTS_HALF_DEAF"
KILL, STOP, HOLD = "kill", "stop", "hold"
HOLD_SECONDS = 1.0
IN_FLIGHT_SECONDS = 0.1
LANDING_SECONDS = 0.3

STAGES = ("planning", "data-collection", "processing", "ai-analysis", "report-creation")
ASKING = ("planning", "processing", "ai-analysis", "report-creation")
AROUND_A_CALL = ("before", "flight", "answered", "paying", "paid")
AROUND_A_COMMIT = ("worked", "inside", "committed")
POINTS = (
    "claiming",
    "claimed",
    *(f"{point}:{stage}" for stage in ASKING for point in AROUND_A_CALL),
    "reading:data-collection",
    "read:data-collection",
    *(f"{point}:{stage}" for stage in STAGES for point in AROUND_A_COMMIT),
)
# Inside a transaction nobody else can write, so no user can come between.
OPEN_POINTS = tuple(
    p for p in POINTS if p.partition(":")[0] not in {"claiming", "paying", "inside"}
)


def folder() -> Path:
    return Path(os.environ[FOLDER])


def arm(point: str, order: str) -> None:
    (folder() / "reached").unlink(missing_ok=True)
    (folder() / point).write_text(order)


def disarm() -> None:
    for path in folder().iterdir():
        if path.is_file():
            path.unlink(missing_ok=True)


def note_role(role: str) -> None:
    """What this process is in its cluster: "drive worker", "jobs pusher" ..."""
    roles = folder() / "roles"
    roles.mkdir(exist_ok=True)
    (roles / str(os.getpid())).write_text(role)


def role_of(pid: int) -> str:
    path = folder() / "roles" / str(pid)
    return path.read_text() if path.exists() else ""


def reached_by() -> int | None:
    """The process that obeyed the last order; None while nobody has."""
    path = folder() / "reached"
    return int(path.read_text() or 0) or None if path.exists() else None


def is_armed(point: str) -> bool:
    return (folder() / point).exists()


def taken(point: str) -> str:
    """The order of a point, now ours alone; empty if there is none."""
    path = folder() / point
    try:
        order = path.read_text()
        path.unlink()
    except FileNotFoundError:
        return ""
    (folder() / "reached").write_text(str(os.getpid()))
    return order


def obey(order: str) -> None:
    if order == KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == STOP:
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(LANDING_SECONDS)  # another thread may be the one that it stops first
    elif order == HOLD:
        time.sleep(HOLD_SECONDS)


def reach(point: str) -> None:
    obey(taken(point))


async def come_to(point: str) -> None:
    """As `reach`, for a coroutine: to hold is not to hold its neighbours."""
    order = taken(point)
    if order == HOLD:
        await asyncio.sleep(HOLD_SECONDS)
    else:
        obey(order)
