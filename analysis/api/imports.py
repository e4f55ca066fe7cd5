"""Imports: send many documents at once, watch how far they have come, see what became of each."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.api import collections
from analysis.api.caching import revalidated
from analysis.api.documents import MEGABYTE
from analysis.api.import_answers import ImportAnswer, ImportItemAnswer, import_answer, item_answer
from analysis.api.requests import ImportItemsQuery, ImportRequest
from analysis.importing import claims
from analysis.importing.begin import begin
from analysis.models import Import, ImportItem, Outcome
from researcher.kit.idempotency import idempotent
from researcher.kit.pagination import CursorPages
from researcher.kit.problems import Problem
from researcher.kit.serializers import Door, Nothing
from researcher.kit.text import file_name


class Imports(Door, ListAPIView[Import]):
    queryset = Import.objects.none()
    parser_classes = [MultiPartParser]

    def get_queryset(self) -> QuerySet[Import]:
        return collections.mine(self.request, self.kwargs["pk"]).imports.all()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before anything looks into the body.
        _refuse_length(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(operation_id="imports_list", responses=ImportAnswer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The imports into a collection of mine, the newest first."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(
            [import_answer(job).model_dump(mode="json") for job in page]
        )

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": ImportRequest},
        responses={202: ImportAnswer},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Import a ZIP of documents, or lines of JSON, in the background."""
        collection = collections.mine(request, pk)
        asked = ImportRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        job = begin(
            collection=collection,
            name=file_name(str(file.name)),
            file=file,
            keep_near_duplicates=asked.validated_data["keep_near_duplicates"],
        )
        place = reverse("import", args=[collection.pk, job.pk])
        answer = import_answer(job).model_dump(mode="json")
        return Response(answer, status=202, headers={"Location": place})


@method_decorator(revalidated, name="dispatch")
class ImportView(Door):
    @extend_schema(operation_id="imports_retrieve", responses=ImportAnswer)
    def get(self, request: Request, pk: UUID, job: UUID) -> Response:
        """How far an import has come."""
        return Response(import_answer(mine(request, pk, job)).model_dump(mode="json"))


class CancelImport(Door):
    @extend_schema(operation_id="imports_cancel", request=None, responses=ImportAnswer)
    @idempotent
    def post(self, request: Request, pk: UUID, job: UUID) -> Response:
        """End it now. What was added stays in the collection."""
        Nothing(data=request.data).is_valid(raise_exception=True)
        ended = claims.cancel(job=mine(request, pk, job))
        return Response(import_answer(ended).model_dump(mode="json"))


class ItemPages(CursorPages):
    ordering = "number"


class ImportItems(Door, ListAPIView[ImportItem]):
    queryset = ImportItem.objects.none()
    pagination_class = ItemPages
    query = ImportItemsQuery

    @extend_schema(operation_id="imports_items", responses=ImportItemAnswer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What became of each line or file of an import, in its order."""
        outcomes = self.asked().get("outcome") or Outcome.values
        job = mine(request, kwargs["pk"], kwargs["job"])
        page = self.paginate_queryset(job.items.filter(outcome__in=outcomes)) or []
        return self.get_paginated_response(
            [item_answer(item).model_dump(mode="json") for item in page]
        )


def mine(request: Request, pk: UUID, job: UUID) -> Import:
    """The import, if its collection is the caller's; else it is not there."""
    return get_object_or_404(Import.objects.visible_to(request.user), pk=job, collection_id=pk)


def _refuse_length(request: Request) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.IMPORT_MAX_MB + 1
    if length.isascii() and length.isdigit() and int(length[:18]) > most * MEGABYTE:
        detail = f"A file to import may have at most {settings.IMPORT_MAX_MB} MB: send it in parts."
        raise Problem("body_too_large", detail, status=413)
