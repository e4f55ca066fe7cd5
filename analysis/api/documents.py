"""Documents: upload them, see what reading them gave, quote them, take them away."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analysis import services
from analysis.api import sources
from analysis.api.caching import revalidated
from analysis.api.document_answers import (
    DocumentAnswer,
    PageAnswer,
    PageQuote,
    RefusedFile,
    Upload,
    all_refused,
    document_answer,
)
from analysis.api.filters import DocumentFilter
from analysis.api.requests import PageQuery, UploadRequest
from analysis.models import Document, Source
from researcher.kit.idempotency import idempotent
from researcher.kit.problems import Problem
from researcher.kit.refusal import Refusal
from researcher.kit.serializers import Door
from researcher.kit.text import file_name

MEGABYTE = 1024 * 1024


class Documents(Door, ListAPIView[Document]):
    queryset = Document.objects.none()
    filter_backends = [DjangoFilterBackend]
    filterset_class = DocumentFilter
    parser_classes = [MultiPartParser]

    def get_queryset(self) -> QuerySet[Document]:
        mine: QuerySet[Document] = Document.objects.visible_to(self.request.user)
        return mine.select_related("source")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before anything looks into the body: even the check for CSRF would read it whole.
        _refuse_length(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(operation_id="documents_list", responses=DocumentAnswer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """My documents, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(
            [document_answer(document).model_dump(mode="json") for document in page]
        )

    @extend_schema(
        operation_id="documents_create",
        request={"multipart/form-data": UploadRequest},
        responses={201: Upload},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Upload one or more files; they are read in the background."""
        asked = UploadRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        files, descriptions = asked.validated_data["files"], asked.validated_data["descriptions"]
        _refuse_counts(len(files), len(descriptions))
        upload = _uploaded(cast(User, request.user), files, descriptions or [""] * len(files))
        if not upload.documents:
            raise all_refused(upload.errors)
        return Response(upload.model_dump(mode="json"), status=201)


@method_decorator(revalidated, name="dispatch")
class DocumentView(Door):
    @extend_schema(operation_id="documents_retrieve", responses=DocumentAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        """A document and what reading it gave."""
        return Response(document_answer(mine(request, pk)).model_dump(mode="json"))

    @extend_schema(
        operation_id="documents_destroy",
        responses={204: OpenApiResponse(description="It is gone from your documents.")},
    )
    @transaction.atomic
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take it away, unless an analysis that is not finished uses it.

        What finished analyses quote from it stays with them.
        """
        document = get_object_or_404(_mine(request).select_for_update(of=("self",)), pk=pk)
        services.delete_document(document=document)
        return Response(status=204)


class DocumentFile(Door):
    @extend_schema(
        operation_id="documents_file",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> FileResponse:
        """The file as it was uploaded."""
        document = mine(request, pk)
        file = default_storage.open(document.source.file)
        # Never shown by the browser on our origin: it may be a page with scripts of its own.
        return FileResponse(
            file,
            as_attachment=True,
            filename=document.name,
            content_type=document.source.media_type or "application/octet-stream",
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, no-cache",
            },
        )


@method_decorator(revalidated, name="dispatch")
class DocumentPage(Door):
    query = PageQuery

    @extend_schema(operation_id="documents_page", responses=PageAnswer)
    def get(self, request: Request, pk: UUID, number: int) -> Response:
        """The text of a page; with `start` and `end` also that quote and its place in a PDF."""
        document, asked = mine(request, pk), self.asked()
        text = sources.page_text(document.source, number)
        span = _span(asked, text)
        answer = PageAnswer(
            document=document.pk,
            page=number,
            pages=document.source.pages_count,
            text=text,
            quote=_quote(document.source, number, text, *span) if span else None,
        )
        return Response(answer.model_dump(mode="json"))


def mine(request: Request, pk: UUID) -> Document:
    """The document, if it is the caller's; else it is not there."""
    return get_object_or_404(_mine(request).select_related("source"), pk=pk)


def _mine(request: Request) -> QuerySet[Document]:
    return cast("QuerySet[Document]", Document.objects.visible_to(request.user))


# --- uploading --------------------------------------------------------------------------


def _refuse_length(request: Request) -> None:
    most = settings.UPLOAD_MAX_FILES * settings.UPLOAD_MAX_MB + 1
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit() and int(length[:18]) > most * MEGABYTE:
        detail = f"An upload may have at most {most} MB: send fewer files at once."
        raise Problem("body_too_large", detail, status=413)


def _refuse_counts(files: int, descriptions: int) -> None:
    if files > settings.UPLOAD_MAX_FILES:
        detail = f"{files} files are too many: send at most {settings.UPLOAD_MAX_FILES} at once."
        raise Problem("too_many_files", detail, attr="files")
    if descriptions not in (0, files):
        detail = (
            f"There are {files} files and {descriptions} descriptions: send as many descriptions "
            "in the same order (an empty one is fine), or none."
        )
        raise Problem("descriptions_mismatch", detail, attr="descriptions")


def _uploaded(owner: User, files: "list[UploadedFile[bytes]]", descriptions: list[str]) -> Upload:
    kept: list[DocumentAnswer] = []
    refused: list[RefusedFile] = []
    for index, (file, description) in enumerate(zip(files, descriptions, strict=True)):
        try:
            kept.append(document_answer(_keep(owner, file, description)))
        except Refusal as refusal:
            name = file_name(str(file.name))
            refused.append(
                RefusedFile(index=index, name=name, code=refusal.code, detail=refusal.detail)
            )
    return Upload(documents=tuple(kept), errors=tuple(refused))


def _keep(owner: User, file: "UploadedFile[bytes]", description: str) -> Document:
    # Looked at before the file is in memory; the service looks again.
    if (file.size or 0) > settings.UPLOAD_MAX_MB * MEGABYTE:
        raise Refusal("file_too_large", f"A file may have at most {settings.UPLOAD_MAX_MB} MB.")
    return services.add_document(
        owner=owner, name=str(file.name), content=file.read(), description=description
    )


# --- quoting ----------------------------------------------------------------------------


def _span(asked: dict[str, int], text: str) -> tuple[int, int] | None:
    if not asked:
        return None
    start, end = asked.get("start", -1), asked.get("end", -1)
    if not 0 <= start < end <= len(text):
        detail = f"Give both start and end, with 0 <= start < end <= {len(text)} on this page."
        raise Problem("invalid_range", detail)
    return start, end


def _quote(source: Source, number: int, text: str, start: int, end: int) -> PageQuote:
    boxes = sources.boxes(source, number, start, end)
    return PageQuote(start=start, end=end, text=text[start:end], boxes=tuple(boxes))
