"""Processes that a command starts for itself and surely stops again."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models.functions import Now

from analysis.models import Worker
from researcher.env import BASE_DIR

PR_SET_PDEATHSIG = 1
START_SECONDS = 30.0
STOP_SECONDS = 30.0
# A worker that has shown no sign of life for this long is not counted on.
SILENCE = timedelta(seconds=15)


class NotStarted(Exception):
    """A process that was to listen ended or stayed silent."""


def free_port(preferred: int) -> int:
    """`preferred` if nobody listens there, else a port that the system picks."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise NotStarted("No port of 127.0.0.1 is free.")


@contextmanager
def web(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The web server on 127.0.0.1:port, up when the block begins and gone when it ends."""
    server = ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0"]
    limits = ["--websocket_timeout", "-1", "--websocket-max-message-size", "65536"]
    command = [*server, *limits, "researcher.asgi:application"]
    with _running(command, role="web") as process:
        _wait_for_port(port, process)
        yield process


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes] | None]:
    """A worker: the one that is running already, or one started for this block."""
    if worker_is_alive():
        yield None
        return
    with _running(["manage.py", "work", "-v", "0"], role="work") as process:
        yield process


def worker_is_alive() -> bool:
    return Worker.objects.filter(seen_at__gt=Now() - SILENCE).exists()


@contextmanager
def _running(arguments: list[str], *, role: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"PROCESS_ROLE": role}
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env=environment,
        # A session of its own: Ctrl-C reaches only this command, which then stops it in order.
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    try:
        yield process
    finally:
        _stop(process)


def end_with_parent(how: signal.Signals = signal.SIGTERM, parent: int | None = None) -> None:
    """Ask Linux to send us a signal when our parent dies, however it dies (prctl(2)).

    A `parent` that died before we asked sends none, so then we send it ourselves.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), how)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NotStarted(f"The web server does not listen on port {port}.")
