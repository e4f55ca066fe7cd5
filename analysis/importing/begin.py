"""To begin an import: the file is kept, its row made, and a worker rung for."""

from typing import IO
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from analysis import queue
from analysis.importing import archives
from analysis.models import UNFINISHED, Collection, Import
from analysis.sources.reading.encoding import is_binary
from analysis.sources.reading.signature import OFFICE, kind_by_signature
from analysis.sources.reading.types import Unreadable
from researcher.kit.ids import uuid7
from researcher.kit.refusal import Refusal

ZIP, JSONL = "zip", "jsonl"
HEAD = 4096
WANTED = "What is imported is a ZIP of documents, or a file of JSON lines."
# A limit against one user's filling the queue of all.
MOST_UNFINISHED = 10


def begin(
    *, collection: Collection, name: str, file: IO[bytes], keep_near_duplicates: bool = False
) -> Import:
    """Keep the file and ring for a worker. Raises Refusal (file_empty, archive_too_large, ...).

    A ZIP is told by its bytes; everything else is taken for lines of JSON.
    """
    _refuse_many(collection)
    kind = _format(file)
    pk = uuid7()
    file.seek(0)
    # The bytes first: a row never names a file that is not there.
    stored = default_storage.save(place_of(pk), File(file))
    return _made(
        id=pk,
        collection=collection,
        name=name[-255:],
        file=stored,
        format=kind,
        keep_near_duplicates=keep_near_duplicates,
    )


def place_of(pk: UUID) -> str:
    return f"imports/{pk}"


@transaction.atomic
def _made(**columns: object) -> Import:
    job = Import.objects.create(**columns)
    queue.ring_import()
    return job


def _refuse_many(collection: Collection) -> None:
    waiting = Import.objects.filter(
        collection__owner_id=collection.owner_id, status__in=UNFINISHED
    ).count()
    if waiting >= MOST_UNFINISHED:
        detail = f"{waiting} imports of yours are not finished: wait for one of them."
        raise Refusal("too_many_imports", detail)


def _format(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Refusal("file_empty", "The file has no bytes: send it again.")
    if not head.startswith(b"PK"):
        _refuse_binary(head)
        return JSONL
    archive = archives.opened(file)
    if not archives.entries(archive):
        raise Refusal("file_empty", "The archive holds no files.")
    if OFFICE.keys() & set(archive.namelist()):
        raise _single()
    return ZIP


def _refuse_binary(head: bytes) -> None:
    """Every line of it would be rejected, one by one."""
    try:
        is_document = kind_by_signature(head) is not None
    except Unreadable as other:
        raise Refusal("import_not_lines", f"{other.detail} {WANTED}") from None
    if is_document:
        raise _single()
    if is_binary(head):
        raise Refusal("import_not_lines", f"This is a binary file of an unknown kind. {WANTED}")


def _single() -> Refusal:
    detail = f"This is a single document: upload it as one, or in a ZIP. {WANTED}"
    return Refusal("import_not_lines", detail)
