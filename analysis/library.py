"""A user's library: his documents in collections."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from analysis.models import Collection, Document, Membership
from researcher.kit.refusal import Refusal
from researcher.kit.text import clean, unprintable

MOST_COLLECTIONS = 1000
NAME_LENGTH = 200


@transaction.atomic
def create_collection(*, owner: User, name: str, description: str = "") -> Collection:
    """A collection without documents. Raises Refusal (name_taken, name_required, ...)."""
    if Collection.objects.visible_to(owner).count() >= MOST_COLLECTIONS:
        detail = f"You have {MOST_COLLECTIONS} collections: delete one that you do not need."
        raise Refusal("too_many_collections", detail)
    collection = Collection(owner=owner, name=_name(name), description=clean(description))
    return _saved(collection)


@transaction.atomic
def change_collection(
    *, collection: Collection, name: str | None = None, description: str | None = None
) -> Collection:
    """Give it another name or description. Raises Refusal as `create_collection`."""
    if name is not None:
        collection.name = _name(name)
    if description is not None:
        collection.description = clean(description)
    return _saved(collection)


def _name(text: str) -> str:
    if bad := unprintable(text):
        detail = f"The name contains {bad}, which cannot be printed: remove it."
        raise Refusal("invalid_name", detail)
    name = " ".join(clean(text).split())
    if not 1 <= len(name) <= NAME_LENGTH:
        raise Refusal("invalid_name", f"A name has 1 to {NAME_LENGTH} characters.")
    return name


def _saved(collection: Collection) -> Collection:
    try:
        with transaction.atomic():
            collection.save()
    except IntegrityError:
        detail = f"You have a collection named “{collection.name}” already: choose another name."
        raise Refusal("name_taken", detail) from None
    return collection


@transaction.atomic
def delete_collection(*, collection: Collection) -> None:
    """Take the collection away; its documents stay."""
    collection.delete()


@transaction.atomic
def add_documents(*, collection: Collection, documents: Sequence[UUID]) -> int:
    """Put documents of its owner into it; how many of them are new there. Raises Refusal."""
    ids = list(dict.fromkeys(documents))
    mine = Document.objects.filter(owner_id=collection.owner_id, pk__in=ids)
    known = set(mine.values_list("pk", flat=True))
    if missing := [pk for pk in ids if pk not in known]:
        raise Refusal("document_not_found", f"There is no document {missing[0]}.")
    before = collection.members.count()
    Membership.objects.bulk_create(
        (Membership(collection=collection, document_id=pk) for pk in ids), ignore_conflicts=True
    )
    return collection.members.count() - before


def remove_document(*, collection: Collection, document: UUID) -> None:
    """Take a document out; it stays in the library. Raises Refusal."""
    if not collection.members.filter(document_id=document).delete()[0]:
        raise Refusal("document_not_found", f"There is no document {document} in it.")


def documents_of(owner: User, collections: Sequence[UUID]) -> list[Document]:
    """The documents of these collections in their order, each and each file once.

    Raises Refusal (collection_not_found).
    """
    mine = Collection.objects.visible_to(owner).filter(pk__in=collections)
    known = set(mine.values_list("pk", flat=True))
    found: dict[UUID, Document] = {}
    for pk in collections:
        if pk not in known:
            raise Refusal("collection_not_found", f"There is no collection {pk}.")
        members = Membership.objects.filter(collection_id=pk).select_related("document")
        for member in members.order_by("pk"):
            found.setdefault(member.document.source_id, member.document)
    return list(found.values())
