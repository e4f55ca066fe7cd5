"""The bells of the cluster. A ring may come twice, late or never: rows hold the truth."""

from django_q.tasks import async_task

DRIVE = "analysis.tasks.drive"
READ = "analysis.tasks.read_sources"
IMPORT = "analysis.tasks.import_files"
WATCH = "analysis.tasks.look_at_watches"


def ring_drive() -> None:
    """Ask for a drive; inside a transaction the ring is part of it."""
    async_task(DRIVE, cluster="drive")


def ring_read() -> None:
    """Ask for what was uploaded to be read."""
    async_task(READ, cluster="jobs")


def ring_import() -> None:
    """Ask for what was sent to be imported."""
    async_task(IMPORT, cluster="jobs")


def ring_watch() -> None:
    """Ask for what is watched and due to be looked at."""
    async_task(WATCH, cluster="jobs")
