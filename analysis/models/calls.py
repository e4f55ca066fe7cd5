"""The journal of paid and slow calls."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from analysis.models.runs import Analysis
from researcher.kit.ids import uuid7


class CallState(models.TextChoices):
    STARTED = "started", "Started"
    DONE = "done", "Done"
    # Paid and kept, but of no use: never replayed.
    INVALID = "invalid", "Invalid answer"
    # The provider said no; nothing was paid.
    REFUSED = "refused", "Refused"
    # Nobody knows whether it was executed, so its reservation counts as spent.
    LOST = "lost", "Lost"


class Call(models.Model):
    """The journal: one attempt of one paid or slow call.

    It is found again by its owner and the hash of its request, so what was paid is never bought
    twice. While it is started, and for ever when it is lost, its reservation counts as spent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calls"
    )
    analysis = models.ForeignKey(
        Analysis, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls"
    )
    fence = models.PositiveBigIntegerField(help_text="The claim of the run that began it.")
    kind = models.CharField(max_length=16, help_text="model, search or fetch.")
    role = models.CharField(max_length=24, blank=True, help_text="What a model was asked to be.")
    model = models.CharField(max_length=100, blank=True)
    section = models.CharField(max_length=64, blank=True)
    request_hash = models.CharField(max_length=64)
    repair = models.PositiveSmallIntegerField(default=0, help_text="0 is the first question.")
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.STARTED)
    answer = models.JSONField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    finish_reason = models.CharField(max_length=24, blank=True)
    replays = models.PositiveIntegerField(default=0, help_text="How often it was found again.")
    reserved_tokens = models.PositiveIntegerField(default=0)
    reserved_cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_cached = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_flight_per_request",
                fields=["owner", "request_hash", "repair"],
                condition=Q(state__in=["started", "done"]),
            ),
            models.CheckConstraint(
                name="call_finished_at_iff_ended",
                condition=Q(state="started", finished_at__isnull=True)
                | ~Q(state="started") & Q(finished_at__isnull=False),
            ),
        ]
        indexes = [
            # What was asked of a model in the last minute, and when it last said "too many".
            models.Index(name="call_of_model", fields=["model", "started_at"]),
            models.Index(
                name="call_limited",
                fields=["model", "finished_at"],
                condition=Q(error_code="rate_limited"),
            ),
            # What a user has spent today.
            models.Index(name="call_of_owner", fields=["owner", "started_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.request_hash[:12]} {self.state}"

    @property
    def seconds(self) -> float | None:
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None
