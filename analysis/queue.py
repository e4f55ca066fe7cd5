"""The two bells of the cluster. A ring may come twice, late or never: rows hold the truth."""

from django_q.tasks import async_task

DRIVE = "analysis.tasks.drive"
READ = "analysis.tasks.read_sources"


def ring_drive() -> None:
    """Ask for a drive; inside a transaction the ring is part of it."""
    async_task(DRIVE, cluster="drive")


def ring_read() -> None:
    """Ask for what was uploaded to be read."""
    async_task(READ, cluster="jobs")
