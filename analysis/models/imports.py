"""The rows of bulk imports; what must survive a crash of the worker stands here."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from analysis.models.library import Collection
from analysis.models.sources import Document, Source
from researcher.kit.ids import uuid7


class Fingerprint(models.Model):
    """By what the text of a source is known again, also when a few of its words differ."""

    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    text_sha256 = models.CharField(max_length=64)
    shingles = models.BinaryField(help_text="A MinHash of its runs of words.")
    numbers = models.BinaryField(help_text="The hashes of the numbers in it, in order.")

    def __str__(self) -> str:
        return f"{self.source_id} {self.text_sha256[:12]}"


class ImportStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


UNFINISHED = (ImportStatus.QUEUED, ImportStatus.RUNNING)


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(collection__owner_id=user.pk)

    def due(self) -> Self:
        """What waits for a worker: unfinished, and nobody has it who still lives."""
        free = Q(taken_until=None) | Q(taken_until__lt=Now())
        return self.filter(free, status__in=UNFINISHED)


class Import(models.Model):
    """Many documents from one file into one collection.

    A worker that has it (by `fence`) writes one batch after another, each in one transaction
    that also moves `place`: whoever goes on after a crash begins behind the last whole batch.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="imports")
    name = models.CharField(max_length=255)
    file = models.CharField(max_length=200, help_text="Its name in the file storage.")
    format = models.CharField(max_length=8, help_text="zip or jsonl.")
    keep_near_duplicates = models.BooleanField(default=False)

    status = models.CharField(
        max_length=16, choices=ImportStatus.choices, default=ImportStatus.QUEUED
    )
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=500, blank=True)
    fence = models.PositiveBigIntegerField(default=0, help_text="Grows with every claim.")
    taken_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0, help_text="Claims without progress.")
    place = models.PositiveBigIntegerField(default=0, help_text="The byte or entry to go on at.")
    number = models.PositiveIntegerField(
        default=0, help_text="The last line or entry that is done."
    )

    total = models.PositiveIntegerField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_finished_at_iff_ended",
                condition=Q(
                    status__in=["completed", "failed", "cancelled"], finished_at__isnull=False
                )
                | Q(status__in=["queued", "running"], finished_at__isnull=True),
            )
        ]
        indexes = [
            # Used by the sweeper: the few rows that wait for a worker.
            models.Index(
                name="import_due",
                fields=["created_at"],
                condition=Q(status__in=["queued", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.status})"

    @property
    def done(self) -> int:
        return self.added + self.duplicates + self.rejected


class Outcome(models.TextChoices):
    ADDED = "added", "Added"
    DUPLICATE = "duplicate", "Duplicate"
    NEAR_DUPLICATE = "near_duplicate", "Near-duplicate"
    REJECTED = "rejected", "Rejected"


class ImportItem(models.Model):
    """What became of one line or entry of an import."""

    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField(help_text="The line or the entry, from 1.")
    name = models.CharField(max_length=255)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    # The document that it became, or that it is a duplicate of.
    document = models.ForeignKey(
        Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="import_items"
    )
    similarity = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_item_per_number", fields=["job", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}: {self.outcome}"
