"""Databases of their own, that are Django's default meanwhile; made once and copied."""

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

from asgiref.local import Local
from django.core.management import call_command
from django.db import connections

from researcher.env import env
from researcher.settings import SQLITE_OPTIONS
from tests.servers import create_database, drop_database, temporary_folder


@contextmanager
def own_database() -> Iterator[str]:
    """A new migrated database that is the default of all threads meanwhile; its URL.

    On PostgreSQL if DATABASE_URL says so, else an SQLite file. Its rows are committed, so other
    threads and processes see them; tests that share it make users and analyses of their own.
    """
    with _fresh_database() as url, default_database(url):
        yield url


def installed(folder: Path) -> dict[str, str]:
    """A fresh installation on SQLite, its tables and catalogue in place; its environment."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_catalogued(), folder / "db.sqlite3")
    return {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}


def prepare(url: str, *commands: str) -> None:
    """Run commands of manage.py on a database, without a process for each."""
    with default_database(url):
        for command in commands:
            call_command(command, verbosity=0)


@contextmanager
def default_database(url: str) -> Iterator[None]:
    """Make all threads of this process use this database, with new connections."""
    chosen = env.db_url_config(url) | {"CONN_MAX_AGE": 0}
    if chosen["ENGINE"].endswith("sqlite3"):
        chosen |= {"OPTIONS": SQLITE_OPTIONS}
    before, opened = connections.settings["default"], connections._connections
    connections.settings["default"] = connections.configure_settings({"default": chosen})["default"]
    connections._connections = Local(connections.thread_critical)
    try:
        yield
    finally:
        connections.close_all()
        connections.settings["default"], connections._connections = before, opened


@contextmanager
def _fresh_database() -> Iterator[str]:
    server_url = os.environ.get("DATABASE_URL", "")
    if not server_url.startswith("postgres"):
        with folder("live") as place:
            yield f"sqlite:///{shutil.copy(_migrated(), place / 'live.sqlite3')}"
        return
    name = f"live_{uuid4().hex}"
    url = create_database(server_url, name)
    prepare(url, "migrate")
    yield url
    drop_database(server_url, name)  # with FORCE: threads may still be connected


@cache
def _migrated() -> Path:
    """An SQLite file with all tables; a copy costs less than the migrations."""
    path = _kept("migrated") / "db.sqlite3"
    prepare(f"sqlite:///{path}", "migrate")
    return path


@cache
def _catalogued() -> Path:
    """The same with the templates of the catalogue."""
    path = Path(shutil.copy(_migrated(), _kept("catalogued")))
    prepare(f"sqlite:///{path}", "load_catalogue")
    return path


def _kept(name: str) -> Path:
    """A folder that goes with this process."""
    folder = temporary_folder(name)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """A folder for as long as the block."""
    place = temporary_folder(name)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
