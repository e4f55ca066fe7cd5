"""Watches: have a feed or a saved query bring documents into a collection."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from analysis import watches
from analysis.api import collections
from analysis.api.caching import revalidated
from analysis.api.requests import WatchRequest
from analysis.api.watch_answers import (
    WatchAnswer,
    WatchItemAnswer,
    watch_answer,
    watch_item_answer,
)
from analysis.models import Watch, WatchItem
from researcher.kit.idempotency import idempotent
from researcher.kit.pagination import CursorPages
from researcher.kit.serializers import Door


class Watches(Door, ListAPIView[Watch]):
    queryset = Watch.objects.none()

    def get_queryset(self) -> QuerySet[Watch]:
        return collections.mine(self.request, self.kwargs["pk"]).watches.all()

    @extend_schema(operation_id="watches_list", responses=WatchAnswer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is watched for a collection of mine, the newest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(
            [watch_answer(watch).model_dump(mode="json") for watch in page]
        )

    @extend_schema(
        operation_id="watches_create", request=WatchRequest, responses={201: WatchAnswer}
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Watch a feed or a query; the first look is soon."""
        collection = collections.mine(request, pk)
        asked = WatchRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        watch = watches.watch(collection=collection, **asked.validated_data)
        place = reverse("watch", args=[collection.pk, watch.pk])
        answer = watch_answer(watch).model_dump(mode="json")
        return Response(answer, status=201, headers={"Location": place})


@method_decorator(revalidated, name="dispatch")
class WatchView(Door):
    @extend_schema(operation_id="watches_retrieve", responses=WatchAnswer)
    def get(self, request: Request, pk: UUID, watch: UUID) -> Response:
        """A watch and what its last look gave."""
        return Response(watch_answer(mine(request, pk, watch)).model_dump(mode="json"))

    @extend_schema(
        operation_id="watches_destroy",
        responses={204: OpenApiResponse(description="It is watched no more.")},
    )
    def delete(self, request: Request, pk: UUID, watch: UUID) -> Response:
        """Watch it no more; the documents that it brought stay."""
        mine(request, pk, watch).delete()
        return Response(status=204)


class ItemPages(CursorPages):
    ordering = "-seen_at"


class WatchItems(Door, ListAPIView[WatchItem]):
    queryset = WatchItem.objects.none()
    pagination_class = ItemPages

    @extend_schema(operation_id="watches_items", responses=WatchItemAnswer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What became of each address that a watch found, the newest first."""
        items = mine(request, kwargs["pk"], kwargs["watch"]).items.all()
        page = self.paginate_queryset(items) or []
        return self.get_paginated_response(
            [watch_item_answer(item).model_dump(mode="json") for item in page]
        )


def mine(request: Request, pk: UUID, watch: UUID) -> Watch:
    """The watch, if its collection is the caller's; else it is not there."""
    return get_object_or_404(Watch.objects.visible_to(request.user), pk=watch, collection_id=pk)
