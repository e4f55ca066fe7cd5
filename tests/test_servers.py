"""The servers that other tests stand on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests.servers import PostgreSQL, Redis, create_database, drop_database, temporary_folder

pytestmark = pytest.mark.slow

SHOW = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL']); raise SystemExit(7)"
HOLD = """
import time
from tests.servers import PostgreSQL, Redis, create_database, drop_database, temporary_folder
with PostgreSQL() as database, Redis() as layer:
    print(database.process.pid, layer.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    with PostgreSQL() as server:
        yield server


def rows_of(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


def test_a_command_is_given_both_servers_and_its_exit_code_is_kept():
    command = [sys.executable, "-m", "tests.servers", "--", "python", "-c", SHOW]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    database_url, redis_url = done.stdout.split()
    assert database_url.startswith("postgresql://postgres@127.0.0.1:")
    assert redis_url.startswith("redis://127.0.0.1:")
    assert done.returncode == 7
    assert "PostgreSQL 18" in done.stderr
    with pytest.raises(redis.ConnectionError), redis.Redis.from_url(redis_url) as client:
        client.ping()


def test_without_a_command_it_says_how_it_is_used():
    done = subprocess.run(
        [sys.executable, "-m", "tests.servers"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "usage:" in done.stderr


@pytest.mark.parametrize("end", [PostgreSQL.stop, PostgreSQL.kill])
def test_what_was_committed_is_there_after_a_restart(postgresql: PostgreSQL, end):
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (name text)")
        connection.execute("INSERT INTO kept VALUES ('wheat')")
    before = len(rows_of(postgresql.url, "SELECT * FROM kept"))
    end(postgresql)
    with pytest.raises(psycopg.OperationalError):
        rows_of(postgresql.url, "SELECT 1")
    postgresql.start()
    assert len(rows_of(postgresql.url, "SELECT * FROM kept")) == before


def test_a_database_is_made_and_dropped_though_somebody_is_connected(postgresql: PostgreSQL):
    url = create_database(postgresql.url, "another")
    with psycopg.connect(url) as connection:
        drop_database(postgresql.url, "another")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_redis_comes_back_on_its_port():
    with Redis() as server, redis.Redis.from_url(server.url) as client:
        assert client.ping()
        server.kill()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        server.start()
        assert client.ping()


def test_a_server_that_cannot_start_says_why():
    class Wrong(Redis):
        def command(self):
            return [*super().command(), "--no-such-option", "1"]

    with pytest.raises(RuntimeError, match="no-such-option"), Wrong():
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal")
def test_no_server_outlives_who_started_it():
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert holder.stdout
    pids = [int(pid) for pid in holder.stdout.readline().split()]
    assert all(psutil.pid_exists(pid) for pid in pids)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    ends = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in pids):
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_what_a_killed_owner_left_behind_is_swept_up():
    holder = subprocess.run(
        [sys.executable, "-c", "from tests.servers import *; print(temporary_folder('left'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    left = Path(holder.stdout.strip())
    assert left.is_dir()
    ours = temporary_folder("left")
    assert not left.exists()
    assert ours.is_dir()
    ours.rmdir()
