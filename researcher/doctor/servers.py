"""The servers behind us: the database as it is tuned, and Redis."""

import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from analysis.models import Worker
from researcher import health, schema
from researcher.doctor.finding import Finding, error, warning, well

PATIENCE_SECONDS = 5.0
OLDEST_POSTGRESQL = 14
OLDEST_REDIS = 6
# Clocks that are further apart make log lines and waiting times hard to believe (seconds).
CLOCKS_APART = 1.0
# What a web process keeps at most, and each worker process of a cluster (its threads).
WEB_CONNECTIONS = 16
WORKER_CONNECTIONS = 6
CLUSTER_CONNECTIONS = 4
TOO_MANY = 0.8


# --- the database -----------------------------------------------------------------------


def database() -> Iterator[Finding]:
    if (silent := _silence()) is not None:
        yield error(silent, "Start it, or correct DATABASE_URL.")
        return
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()
    if missing := schema.unapplied():
        what = f"{len(missing)} migrations are missing."
        yield error(what, "Run `manage.py migrate`.")


def has_tables() -> bool:
    return _silence() is None and not schema.unapplied()


def _silence() -> str | None:
    """Why the database cannot be asked, if so."""
    looks = {"database": health.CHECKS["database"]}
    found = health.examined(looks, patience=PATIENCE_SECONDS).checks["database"]
    return None if found.ok else f"It cannot be asked. {found.detail}"


def _sqlite() -> Iterator[Finding]:
    yield from journal_faults(str(_value("PRAGMA journal_mode")))
    if settings.DATABASES["default"]["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        what = "SQLite takes its lock late: writers meet `database is locked`."
        yield error(what, "Set transaction_mode to IMMEDIATE in its OPTIONS.")
    hosts = set(_hosts())
    if len(hosts) > 1:
        what = f"Workers of {len(hosts)} hosts share one SQLite file, which breaks it."
        yield error(what, "Work on one host only, or move to PostgreSQL (DATABASE_URL).")
    version = _value("SELECT sqlite_version()")
    yield well(f"SQLite {version} answers: good for one host.")


def journal_faults(mode: str) -> Iterator[Finding]:
    """What is wrong with a mode of SQLite's journal: the file says it, whatever was asked for."""
    if mode != "wal":
        what = f"SQLite keeps its journal as {mode}: readers and writers wait for each other."
        yield error(what, "Put the file on a local disk, where the mode wal works.")


def _postgresql() -> Iterator[Finding]:
    number = int(_value("SHOW server_version_num"))
    version = f"{number // 10_000}.{number % 10_000}"
    if number < OLDEST_POSTGRESQL * 10_000:
        what = f"PostgreSQL {version} is older than Django supports."
        yield error(what, f"Move to {OLDEST_POSTGRESQL} or later.")
    else:
        yield well(f"PostgreSQL {version} answers.")
    yield _connections()
    yield _clocks()


def _connections() -> Finding:
    most = int(_value("SHOW max_connections"))
    workers = max(len(_hosts()), 1)
    needed = WEB_CONNECTIONS + workers * connections_of_worker(settings.WORKERS)
    what = (
        f"max_connections is {most}; one web process and {workers} `manage.py work` "
        f"may take {needed}."
    )
    if needed > TOO_MANY * most:
        return warning(what, "Raise max_connections, or lower WORKERS.")
    return well(what)


def connections_of_worker(workers: int) -> int:
    """The most that one `manage.py work` takes: its parent and two clusters."""
    return 1 + 2 * (CLUSTER_CONNECTIONS + workers * WORKER_CONNECTIONS)


def _clocks() -> Finding:
    before = time.time()
    there = float(_value("SELECT extract(epoch FROM clock_timestamp())"))
    apart = abs(there - (before + time.time()) / 2)
    if apart > CLOCKS_APART:
        what = f"The clocks of this host and of the database are {apart:.1f} s apart."
        return warning(what, "Let both follow a time server (NTP).")
    return well(f"Its clock and ours are {apart:.3f} s apart.")


def _value(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def _hosts() -> list[str]:
    """The host of every worker that has a row; none before the tables are there."""
    if schema.unapplied():
        return []
    return list(Worker.objects.values_list("host", flat=True))


# --- Redis ------------------------------------------------------------------------------


def redis() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        yield well("None is configured: each web process looks by itself, and has its own cache.")
        return
    try:
        version = _redis_version()
    except (RedisError, OSError, ValueError) as failure:
        what = f"It does not answer ({type(failure).__name__}): events come late, nothing is lost."
        yield error(what, "Start it, or correct REDIS_URL.")
        return
    if int(version.partition(".")[0]) < OLDEST_REDIS:
        yield warning(f"Redis {version} is old.", f"Move to {OLDEST_REDIS} or later.")
    else:
        yield well(f"Redis {version} answers.")


def _redis_version() -> str:
    patience = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
    client = Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **patience)
    with client:
        answer: Any = client.info("server")
        return str(answer["redis_version"])
