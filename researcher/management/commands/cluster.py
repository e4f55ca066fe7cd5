"""manage.py cluster: one django-q2 cluster that does not outlive the `manage.py work` above it."""

import os
import signal
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

# Loaded before the first fork, so that the processes share what it brings.
from analysis import tasks  # noqa: F401
from researcher.kit import memory
from researcher.processes import end_with_parent

_forker: int | None = None


class Command(BaseCommand):
    help = "Started by `manage.py work`, once for each cluster."

    def handle(self, *args: Any, **options: Any) -> None:
        end_with_parent(signal.SIGKILL)
        # What it forks is told politely, so that a worker puts down its runs before it ends.
        os.register_at_fork(before=_note_forker, after_in_child=_end_with_forker)
        memory.settle()
        call_command("qcluster")


def _note_forker() -> None:
    global _forker
    _forker = os.getpid()


def _end_with_forker() -> None:
    end_with_parent(parent=_forker)
