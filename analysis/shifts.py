"""Tasks at work show signs of life, so that a hung cluster can be told from a busy one."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.db.models.functions import Now

from analysis.models import Shift, Worker

logger = logging.getLogger(__name__)

# The environment variable by which a task knows the `manage.py work` above it.
WORKER_ID = "RESEARCHER_WORKER_ID"
NOBODY = UUID(int=0)
BEAT_SECONDS = 2.0


@contextmanager
def shift(cluster: str) -> Iterator[Shift]:
    """A row for as long as the block runs, seen anew every two seconds from a thread."""
    row, over = _begin(cluster), threading.Event()
    beat = threading.Thread(target=_beat, args=(row, over), daemon=True, name="beat")
    beat.start()
    try:
        yield row
    except Exception:
        # Told here, because the queue tells it with words of documents in one line.
        logger.exception("a task of the cluster %s failed", cluster)
        raise
    finally:
        over.set()
        beat.join()
        Shift.objects.filter(pk=row.pk).delete()


def _begin(cluster: str) -> Shift:
    worker = Worker.objects.filter(pk=os.environ.get(WORKER_ID) or NOBODY).first()
    host = socket.gethostname()
    return Shift.objects.create(worker=worker, cluster=cluster, host=host, pid=os.getpid())


def _beat(row: Shift, over: threading.Event) -> None:
    try:
        while not over.wait(BEAT_SECONDS):
            _show_life(row)
    finally:
        connection.close()  # this thread's own, which ends with it


def _show_life(row: Shift) -> None:
    try:
        Shift.objects.filter(pk=row.pk).update(seen_at=Now())
    except DatabaseError:
        pass  # away for now: the next beat tries again
    finally:
        close_old_connections()


def is_told_to_stop(row: Shift) -> bool:
    """True once `manage.py work` wants this task to put down its work."""
    return Shift.objects.filter(pk=row.pk, is_draining=True).exists()
