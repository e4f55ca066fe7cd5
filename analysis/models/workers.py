"""The rows by which processes show that they live."""

from django.db import models
from django.db.models.functions import Now

from researcher.kit.ids import uuid7


class Worker(models.Model):
    """One `manage.py work`; its row is its sign of life."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)
    # By the clock of the database, also at first: a worker's own may be wrong.
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class Shift(models.Model):
    """One task at work in a cluster; its row is its sign of life. A drive holds runs by it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    worker = models.ForeignKey(
        Worker, on_delete=models.CASCADE, null=True, blank=True, related_name="shifts"
    )
    cluster = models.CharField(max_length=16, default="drive", help_text="drive or jobs.")
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    is_draining = models.BooleanField(default=False, help_text="Told to put down its work.")
    stall_seconds = models.FloatField(default=0.0, help_text="The longest stall of its loop.")
    started_at = models.DateTimeField(auto_now_add=True)
    # By the clock of the database, also at first: a worker's own may be wrong.
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
