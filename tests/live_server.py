"""A real Daphne on loopback, over a database of its own that is Django's default meanwhile."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from researcher.env import BASE_DIR
from tests.databases import folder, own_database
from tests.servers import LOOPBACK, dies_with_us, free_port

PATIENCE_SECONDS = 30.0


class LiveServer:
    """Where it listens, and its process."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], database_url: str) -> None:
        self.origin = f"http://{LOOPBACK}:{port}"
        self.port = port
        self.database_url = database_url
        self.process = psutil.Process(process.pid)

    def socket_url(self, path: str) -> str:
        return f"ws://{LOOPBACK}:{self.port}{path}"

    @property
    def resident_mb(self) -> float:
        return float(self.process.memory_info().rss) / 2**20

    def growth_while(self, work: Callable[[], object]) -> float:
        """By how many MiB it grows until a moment after the work."""
        time.sleep(0.5)
        before = self.resident_mb
        work()
        time.sleep(0.5)
        return self.resident_mb - before

    @property
    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def live_server(application: str = "researcher.asgi:application") -> Iterator[LiveServer]:
    """A Daphne over an `own_database()`; its channel layer is on Redis if REDIS_URL says so."""
    with own_database() as url, server_over(url, application) as server:
        yield server


@contextmanager
def server_over(url: str, application: str = "researcher.asgi:application") -> Iterator[LiveServer]:
    """A Daphne over a database that is there."""
    with folder("live") as place, _daphne(application, url, place) as server:
        yield server


def cookie_of(user: User) -> dict[str, str]:
    """The header by which a browser in which the user has logged in is known."""
    browser = Client()
    browser.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"Cookie": f"{name}={browser.cookies[name].value}"}


@contextmanager
def _daphne(application: str, url: str, folder: Path) -> Iterator[LiveServer]:
    port = free_port()
    ours = {"DATABASE_URL": url, "DATA_DIR": str(folder), "PROCESS_ROLE": "web"}
    secret = {"SECRET_KEY": settings.SECRET_KEY}  # so that our sessions are its sessions
    with (folder / "daphne.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "daphne", "-v0", "-b", LOOPBACK, "-p", str(port), application],
            cwd=BASE_DIR,
            env={**os.environ, **ours, **secret},
            stdout=log,
            stderr=log,
            preexec_fn=dies_with_us(signal.SIGTERM),
        )
    try:
        _wait_until_it_answers(port, process, folder / "daphne.log")
        yield LiveServer(port, process, url)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            urlopen(f"http://{LOOPBACK}:{port}/", timeout=5).close()
        except HTTPError:
            return  # it answers
        except OSError as error:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"Daphne did not start: {error}\n{log.read_text()}") from error
            time.sleep(0.05)
        else:
            return
