"""manage.py: Django's command line, which says in a line what is the matter with the database."""

import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line
from django.db import DatabaseError

from researcher import schema

UNUSABLE = 2


def run(arguments: Sequence[str]) -> None:
    """Run the command. Without a database that answers and has its tables it ends with 2.

    Any other failure, and every one with --traceback, is told as Django tells it.
    """
    try:
        execute_from_command_line(list(arguments))
    except DatabaseError as failure:
        advice = _advice(failure)
        if advice is None or "--traceback" in arguments:
            raise
        print(advice, file=sys.stderr)
        sys.exit(UNUSABLE)


def _advice(failure: DatabaseError) -> str | None:
    """What is to be done so that the command can run, if that is known."""
    try:
        missing = schema.unapplied()
    except DatabaseError:
        reason = " ".join(str(failure).split())
        return f"The database cannot be asked ({reason}): start it, or correct DATABASE_URL."
    if missing:
        return f"{len(missing)} migrations are missing: run `manage.py migrate` first."
    return None
