"""One django-q2 cluster as a group of processes that is started, stopped and killed as one."""

import contextlib
import os
import signal
import subprocess
import sys

from django.utils import timezone

from analysis import sweeper
from researcher.env import BASE_DIR


class Cluster:
    """`manage.py cluster` in a session of its own, so that all it forked can be found again."""

    def __init__(self, name: str, worker_id: str) -> None:
        self.name, self.worker_id = name, worker_id
        # How long after its start it may leave rings lying.
        self.patience = sweeper.STALE
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.started_at = timezone.now()
        return subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, str(BASE_DIR / "manage.py"), "cluster"],
            env=os.environ
            | {
                "Q_CLUSTER_NAME": self.name,
                "PROCESS_ROLE": "work",
                "RESEARCHER_WORKER_ID": self.worker_id,
            },
            start_new_session=True,
        )

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def restart(self) -> None:
        """Start anew; what the old one left behind is killed first."""
        self.kill()
        self.process = self._start()

    def ask_to_stop(self) -> None:
        """SIGTERM to the main process only: to the group it would kill tasks and hang it."""
        if self.is_alive():
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to the whole group, also to orphans of a main process that is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
