"""Collections: keep documents together, search them, use them whole in an analysis."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from analysis import library, search
from analysis.api.caching import revalidated
from analysis.api.collection_answers import (
    Added,
    CollectionAnswer,
    LibraryAnswer,
    collection_answer,
    counted,
)
from analysis.api.requests import (
    CollectionChange,
    CollectionDocumentsRequest,
    CollectionRequest,
    LibraryQuery,
)
from analysis.models import Collection
from researcher.kit.idempotency import idempotent
from researcher.kit.serializers import Door


class Collections(Door, ListAPIView[Collection]):
    queryset = Collection.objects.none()

    def get_queryset(self) -> QuerySet[Collection]:
        return counted(Collection.objects.visible_to(self.request.user))

    @extend_schema(operation_id="collections_list", responses=CollectionAnswer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """My collections, the newest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([_told(collection) for collection in page])

    @extend_schema(
        operation_id="collections_create",
        request=CollectionRequest,
        responses={201: CollectionAnswer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a collection; its name is its own among mine."""
        asked = CollectionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        owner = cast(User, request.user)
        collection = library.create_collection(owner=owner, **asked.validated_data)
        place = reverse("collection", args=[collection.pk])
        return Response(_told(collection), status=201, headers={"Location": place})


@method_decorator(revalidated, name="dispatch")
class CollectionView(Door):
    @extend_schema(operation_id="collections_retrieve", responses=CollectionAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        """A collection; its documents are `GET /documents/?collection=<id>`."""
        return Response(_told(mine(request, pk)))

    @extend_schema(
        operation_id="collections_update", request=CollectionChange, responses=CollectionAnswer
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Give it another name or description."""
        asked = CollectionChange(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = library.change_collection(collection=mine(request, pk), **asked.validated_data)
        return Response(_told(changed))

    @extend_schema(
        operation_id="collections_destroy",
        responses={204: OpenApiResponse(description="It is gone; its documents are not.")},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take the collection away; its documents stay."""
        library.delete_collection(collection=mine(request, pk))
        return Response(status=204)


class CollectionDocuments(Door):
    @extend_schema(
        operation_id="collections_documents_add",
        request=CollectionDocumentsRequest,
        responses=Added,
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Put documents of mine into it; one that stands there already is no error."""
        collection = mine(request, pk)
        asked = CollectionDocumentsRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        added = library.add_documents(collection=collection, **asked.validated_data)
        answer = Added(added=added, documents=collection.members.count())
        return Response(answer.model_dump(mode="json"))


class CollectionDocument(Door):
    @extend_schema(
        operation_id="collections_documents_remove",
        responses={204: OpenApiResponse(description="It is out of the collection.")},
    )
    def delete(self, request: Request, pk: UUID, document: UUID) -> Response:
        """Take a document out of it; the document stays in my library."""
        library.remove_document(collection=mine(request, pk), document=document)
        return Response(status=204)


class LibrarySearch(Door):
    query = LibraryQuery

    @extend_schema(operation_id="library_search", responses=LibraryAnswer)
    def get(self, request: Request) -> Response:
        """Search the text of my documents, or of those in one collection."""
        asked = self.asked()
        pk = asked.get("collection")
        collection = mine(request, pk) if pk else None
        found = search.passages(
            owner=cast(User, request.user),
            query=asked["q"],
            limit=asked["limit"],
            collection=collection,
        )
        answer = LibraryAnswer(q=asked["q"], collection=pk, passages=tuple(found))
        return Response(answer.model_dump(mode="json"))


def mine(request: Request, pk: UUID) -> Collection:
    """The collection, if it is the caller's; else it is not there."""
    collection: Collection = get_object_or_404(
        counted(Collection.objects.visible_to(request.user)), pk=pk
    )
    return collection


def _told(collection: Collection) -> dict[str, Any]:
    return collection_answer(collection).model_dump(mode="json")
