"""The rows of what is read: sources, their pages, and the documents of users."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from analysis.models.owned import OwnedQuerySet
from researcher.kit.ids import uuid7


class SourceStatus(models.TextChoices):
    UNREAD = "unread", "Not read yet"
    READ = "read", "Read"
    UNREADABLE = "unreadable", "Unreadable"


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Only what a document or an analysis of theirs leads to; a source belongs to nobody."""
        mine = Q(documents__owner_id=user.pk) | Q(analyses__owner_id=user.pk)
        return self.filter(mine).distinct()


class Source(models.Model):
    """The bytes of one file or page, stored once by their hash, and what reading them gave."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    file = models.CharField(max_length=200, help_text="Its name in the file storage.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    status = models.CharField(
        max_length=16, choices=SourceStatus.choices, default=SourceStatus.UNREAD
    )
    taken_until = models.DateTimeField(
        null=True, blank=True, help_text="Somebody is reading it, at most until then."
    )
    media_type = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=500, blank=True)
    published_on = models.DateField(null=True, blank=True)
    as_of = models.DateField(null=True, blank=True, help_text="The date its content speaks of.")
    language = models.CharField(max_length=16, blank=True)
    pages_count = models.PositiveIntegerField(default=0)
    characters = models.PositiveBigIntegerField(default=0)
    warnings = models.JSONField(default=list, help_text='A list of {"code", "detail"}.')
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=500, blank=True)
    url = models.URLField(
        max_length=2000, blank=True, help_text="Where it was fetched; none for an upload."
    )
    canonical_url = models.URLField(
        max_length=2000, blank=True, help_text="The address that the page wants to be known by."
    )
    site = models.CharField(max_length=300, blank=True)
    doi = models.CharField(max_length=300, blank=True, db_index=True)
    fetched_at = models.DateTimeField(auto_now_add=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unreadable_source_says_why",
                condition=~Q(status="unreadable") | ~Q(failure_code=""),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.sha256[:12]


class SourcePage(models.Model):
    """The stored text of one page; a quote is a pair of offsets into it, so it never changes."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_page_per_number", fields=["source", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.source_id} p. {self.number}"


class ForwardIndex(models.Model):
    """The passages of a source and their terms, so that no run has to work them out again."""

    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, primary_key=True, related_name="forward_index"
    )
    rules = models.PositiveSmallIntegerField(help_text="By which it was made.")
    content = models.BinaryField(help_text="As analysis.pipeline.forward packs it.")

    def __str__(self) -> str:
        return f"{self.source_id} by rules {self.rules}"


class Document(models.Model):
    """A file that a user uploaded, under the name and description that they gave it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="documents"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=255)
    description = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class HostTurn(models.Model):
    """When a place of the web (a host, with its port) may be asked next, by whichever process."""

    place = models.CharField(max_length=300, primary_key=True)
    next_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.place
