"""The rows of a run. What must always hold is a named constraint."""

from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from analysis.models.owned import OwnedQuerySet
from analysis.models.sources import Document, Source
from analysis.models.workers import Shift
from analysis.types import Brief, Draft, Stage
from researcher.kit.ids import uuid7
from templates_app.models import TemplateVersion

# The version of what the pipeline stores, and those that this code can still go on with. It is
# raised whenever runs of before could not be gone on with as they are.
PIPELINE_VERSION = 1
KNOWN_VERSIONS = (1,)


class Status(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    AWAITING_INPUT = "awaiting_input", "Awaiting input"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def is_final(self) -> bool:
        return self in FINAL


FINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})


class AnalysisQuerySet(OwnedQuerySet):
    def waiting(self) -> Self:
        """Queued, or running with a lease that has run out."""
        return self.filter(
            Q(status=Status.QUEUED) | Q(status=Status.RUNNING, lease_until__lt=Now())
        )

    def due(self) -> Self:
        """What waits for a worker that runs this code; a newer version's waits for newer ones."""
        return self.waiting().filter(pipeline_version__in=KNOWN_VERSIONS)

    def outdated(self) -> Self:
        """What waits for code that is no more."""
        return self.waiting().filter(pipeline_version__lt=min(KNOWN_VERSIONS))


class Analysis(models.Model):
    """One run. Only `lifecycle` writes `status`; only a worker with the current fence writes on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="analyses"
    )
    template_version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, related_name="analyses"
    )
    documents = models.ManyToManyField(Document, related_name="analyses", blank=True)
    # What it read: its owner may see these also when the documents were deleted since.
    sources = models.ManyToManyField(Source, related_name="analyses", blank=True)
    topic = models.CharField(max_length=2000)
    brief_json = models.JSONField()
    analyst = models.CharField(max_length=40)
    pipeline_version = models.PositiveIntegerField(default=PIPELINE_VERSION)

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.QUEUED)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=500, blank=True)
    last_seq = models.PositiveIntegerField(default=0)

    fence = models.PositiveBigIntegerField(default=0, help_text="Grows with every claim.")
    lease_until = models.DateTimeField(null=True, blank=True)
    shift = models.ForeignKey(
        Shift, on_delete=models.SET_NULL, null=True, blank=True, related_name="analyses"
    )
    attempts = models.PositiveIntegerField(default=0, help_text="Claims without progress.")
    max_attempts = models.PositiveIntegerField(default=3)
    # What the run may spend at most; None leaves it to the caps of the deployment.
    budget_tokens = models.PositiveIntegerField(null=True, blank=True)
    budget_cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    priority = models.SmallIntegerField(default=0, help_text="Higher goes first.")

    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    compacted_at = models.DateTimeField(null=True, blank=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "analyses"
        constraints = [
            models.CheckConstraint(
                name="analysis_finished_at_iff_final",
                condition=Q(status__in=["completed", "failed", "cancelled"])
                & Q(finished_at__isnull=False)
                | ~Q(status__in=["completed", "failed", "cancelled"]) & Q(finished_at__isnull=True),
            ),
            models.CheckConstraint(
                name="analysis_lease_iff_running",
                condition=Q(status="running", lease_until__isnull=False)
                | ~Q(status="running") & Q(lease_until__isnull=True),
            ),
            models.CheckConstraint(
                name="analysis_failure_iff_failed",
                condition=Q(status="failed") & ~Q(failure_code="")
                | ~Q(status="failed") & Q(failure_code=""),
            ),
        ]
        indexes = [
            # Used by the claim and by the sweeper: the few rows that wait for a worker.
            models.Index(
                name="analysis_due",
                fields=["queued_at"],
                condition=Q(status__in=["queued", "running"]),
            ),
            # Without it SQLite reads the whole table for what is due, five times a second.
            models.Index(name="analysis_by_status", fields=["status", "finished_at"]),
            models.Index(name="analysis_of_owner", fields=["owner", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.topic[:60]} ({self.status})"

    @cached_property
    def brief(self) -> Brief:
        return Brief.model_validate(self.brief_json)

    def draft(self) -> Draft | None:
        """The finished report, or None while there is none."""
        row = self.stage_outputs.filter(stage=Stage.REPORT).first()
        return Draft.model_validate(row.output) if row else None


class StageOutput(models.Model):
    """What a finished stage left; a run that is resumed reads it instead of working again."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="stage_outputs")
    stage = models.CharField(max_length=24, choices=[(s.value, s.value) for s in Stage])
    output = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_output_per_stage", fields=["analysis", "stage"])
        ]

    def __str__(self) -> str:
        return f"{self.analysis_id} {self.stage}"


class EventQuerySet(models.QuerySet["Event"]):
    def after(self, seq: int) -> Self:
        return self.filter(seq__gt=seq).order_by("seq")


class Event(models.Model):
    """One line of an analysis's log: numbered 1, 2, 3 ... without gaps.

    It is never changed, but long after the end a row of steps may be compacted into its last
    event, which then `covers` the numbers of all.
    """

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=32)
    body = models.JSONField(default=dict)
    covers_from = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_event_per_seq", fields=["analysis", "seq"])
        ]

    def __str__(self) -> str:
        return f"{self.analysis_id} #{self.seq} {self.type}"

    def as_message(self) -> dict[str, Any]:
        """The event as every door shows it."""
        head = {"type": self.type, "seq": self.seq, "analysis_id": str(self.analysis_id)}
        covers = {} if self.covers_from is None else {"covers": [self.covers_from, self.seq]}
        return {**head, "created_at": _iso(self.created_at), **covers, **self.body}


def _iso(moment: Any) -> str:
    return str(moment.isoformat()).replace("+00:00", "Z")
