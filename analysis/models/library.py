"""The rows of a user's library: documents in collections."""

from django.conf import settings
from django.db import models

from analysis.models.owned import OwnedQuerySet
from analysis.models.sources import Document
from researcher.kit.ids import uuid7


class Collection(models.Model):
    """Documents of one user under one name; an analysis can use it whole."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="collections"
    )
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=1000, blank=True)
    documents = models.ManyToManyField(
        Document, through="Membership", related_name="collections", blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_collection_per_name", fields=["owner", "name"])
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A document stands in a collection, once."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="members")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="memberships")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_membership_per_document", fields=["collection", "document"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} in {self.collection_id}"
