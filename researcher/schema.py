"""Whether the database has the tables that this code needs."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def unapplied() -> set[tuple[str, str]]:
    """The migrations (app, name) that this code has and the database has not."""
    return _migrations_of_code() - set(MigrationRecorder(connection).applied_migrations())


@cache
def _migrations_of_code() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).graph.nodes)
