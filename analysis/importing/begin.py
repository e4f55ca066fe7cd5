"""To begin an import: the file is kept, its row made, and a worker rung for."""

from typing import IO
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from analysis import queue
from analysis.importing import archives
from analysis.models import UNFINISHED, Collection, Import
from researcher.kit.ids import uuid7
from researcher.kit.refusal import Refusal

ZIP, JSONL = "zip", "jsonl"
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
    head = file.read(4)
    if not head:
        raise Refusal("file_empty", "The file has no bytes: send it again.")
    if head[:2] != b"PK":
        return JSONL
    archive = archives.opened(file)
    if not archives.entries(archive):
        raise Refusal("file_empty", "The archive holds no files.")
    return ZIP
