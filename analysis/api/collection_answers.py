"""What the doors tell of collections."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from analysis.models import Collection
from analysis.search import FoundPassage
from researcher.kit.frozen import Frozen


class CollectionAnswer(Frozen):
    """A collection; `documents` counts what stands in it."""

    id: UUID
    name: str
    description: str
    documents: int
    created_at: datetime


class Added(Frozen):
    """How many of the documents are new in the collection, and how many stand in it now."""

    added: int
    documents: int


class LibraryAnswer(Frozen):
    """The passages of my documents that say most about `q`, best first."""

    q: str
    collection: UUID | None
    passages: tuple[FoundPassage, ...]


def counted(collections: "QuerySet[Collection]") -> "QuerySet[Collection]":
    return collections.annotate(documents_count=Count("members"))


def collection_answer(collection: Collection) -> CollectionAnswer:
    count = getattr(collection, "documents_count", None)
    return CollectionAnswer(
        id=collection.pk,
        name=collection.name,
        description=collection.description,
        documents=collection.members.count() if count is None else count,
        created_at=collection.created_at,
    )
