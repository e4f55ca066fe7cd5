"""The rows of what is watched: feeds and saved queries that bring documents into a collection."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from analysis.models.imports import Outcome
from analysis.models.library import Collection
from analysis.models.sources import Document
from researcher.kit.ids import uuid7


class WatchKind(models.TextChoices):
    FEED = "feed", "Feed"
    QUERY = "query", "Query"


class WatchQuerySet(models.QuerySet["Watch"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(collection__owner_id=user.pk)

    def due(self) -> Self:
        """What is to be looked at now, and nobody does who still lives."""
        free = Q(taken_until=None) | Q(taken_until__lt=Now())
        return self.filter(free, next_at__lte=Now())


class Watch(models.Model):
    """A feed or a saved query; `last_` is what the last look at it gave."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="watches")
    kind = models.CharField(max_length=8, choices=WatchKind.choices)
    url = models.URLField(max_length=2000, blank=True)
    query = models.CharField(max_length=500, blank=True)
    providers = models.JSONField(default=list, help_text="Their names; none means all.")
    every_minutes = models.PositiveIntegerField()

    next_at = models.DateTimeField(db_index=True)
    taken_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveBigIntegerField(default=0, help_text="Grows with every claim.")
    failures = models.PositiveIntegerField(default=0, help_text="In a row, until now.")
    last_at = models.DateTimeField(null=True, blank=True)
    last_found = models.PositiveIntegerField(default=0)
    last_added = models.PositiveIntegerField(default=0)
    last_duplicates = models.PositiveIntegerField(default=0)
    last_rejected = models.PositiveIntegerField(default=0)
    last_code = models.CharField(max_length=40, blank=True)
    last_detail = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.CheckConstraint(
                name="watch_has_url_or_query",
                condition=Q(kind="feed", query="") & ~Q(url="")
                | Q(kind="query", url="") & ~Q(query=""),
            )
        ]

    def __str__(self) -> str:
        return self.url or self.query


class WatchItem(models.Model):
    """What became of one address that a watch has found; it is not looked at again."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="items")
    url = models.URLField(max_length=2000)
    key = models.CharField(max_length=64, help_text="The hash of the url in its canonical form.")
    title = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="watch_items"
    )
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_item_per_address", fields=["watch", "key"])
        ]

    def __str__(self) -> str:
        return f"{self.title or self.url}: {self.outcome}"
