"""The rows that all doors share."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from researcher.kit.ids import uuid7

KEPT = timedelta(hours=24)


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def expired(self) -> Self:
        return self.filter(created_at__lt=timezone.now() - KEPT)


class IdempotencyKey(models.Model):
    """A key that a client sent with a POST, and the answer that the POST was given.

    The row is written in the transaction of what the POST made: both are there, or neither.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="idempotency_keys"
    )
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    body_sha256 = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(default=0)
    response_headers = models.JSONField(default=dict)
    # Text, not JSON: a replay is the same to the byte.
    response_body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_answer_per_owner_and_key", fields=["owner", "key"])
        ]
        indexes = [models.Index(name="idempotency_key_age", fields=["created_at"])]

    def __str__(self) -> str:
        return f"{self.key} {self.method} {self.path}"
