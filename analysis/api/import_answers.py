"""What the doors tell of imports."""

from datetime import datetime
from uuid import UUID

from analysis.api.document_answers import ReadingFailure
from analysis.models import Import, ImportItem, ImportStatus, Outcome
from researcher.kit.frozen import Frozen


class ImportAnswer(Frozen):
    """An import and how far it has come; `total` is null until its items were counted.

    `done` is the sum of `added`, `duplicates` (near-duplicates among them) and `rejected`.
    """

    id: UUID
    collection: UUID
    name: str
    format: str
    status: ImportStatus
    total: int | None
    done: int
    added: int
    duplicates: int
    rejected: int
    failure: ReadingFailure | None
    created_at: datetime
    finished_at: datetime | None


class ImportItemAnswer(Frozen):
    """What became of a line or a file, counted from 1, and why.

    `document` is the one that it became, or that it is a duplicate of; `similarity` (0 to 1) is
    the share of its text that stands there too.
    """

    number: int
    name: str
    outcome: Outcome
    code: str
    detail: str
    document: UUID | None
    similarity: float | None


def import_answer(job: Import) -> ImportAnswer:
    failure = ReadingFailure(code=job.failure_code, detail=job.failure_detail)
    return ImportAnswer(
        id=job.pk,
        collection=job.collection_id,
        name=job.name,
        format=job.format,
        status=ImportStatus(job.status),
        total=job.total,
        done=job.done,
        added=job.added,
        duplicates=job.duplicates,
        rejected=job.rejected,
        failure=failure if job.failure_code else None,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def item_answer(item: ImportItem) -> ImportItemAnswer:
    return ImportItemAnswer(
        number=item.number,
        name=item.name,
        outcome=Outcome(item.outcome),
        code=item.code,
        detail=item.detail,
        document=item.document_id,
        similarity=item.similarity,
    )
