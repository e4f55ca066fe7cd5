"""What the doors tell of documents."""

from datetime import date, datetime
from uuid import UUID

from analysis.models import Document, SourceStatus
from analysis.sources.reading.types import Box, ReadingWarning
from researcher.kit.frozen import Frozen
from researcher.kit.problems import STATUSES, Fault, Problem, summary


class ReadingFailure(Frozen):
    """Why a file cannot be read, and what would be accepted."""

    code: str
    detail: str


class DocumentAnswer(Frozen):
    """A document and what reading it gave; while it is `unread` there are no pages yet."""

    id: UUID
    name: str
    description: str
    size: int
    status: SourceStatus
    media_type: str
    pages: int
    characters: int
    language: str
    title: str
    author: str
    published_on: date | None
    as_of: date | None
    warnings: tuple[ReadingWarning, ...]
    failure: ReadingFailure | None
    created_at: datetime


class RefusedFile(Frozen):
    """A file that was not kept: `index` counts the files of the request from 0."""

    index: int
    name: str
    code: str
    detail: str


class Upload(Frozen):
    """What became of each file: a bad one does not lose the others."""

    documents: tuple[DocumentAnswer, ...]
    errors: tuple[RefusedFile, ...]


class PageQuote(Frozen):
    """The words text[start:end] of a page; `boxes` are their lines on the page of a PDF."""

    start: int
    end: int
    text: str
    boxes: tuple[Box, ...]


class PageAnswer(Frozen):
    """The stored text of a page; offsets count its characters (Unicode code points)."""

    document: UUID
    page: int
    pages: int
    text: str
    quote: PageQuote | None


def document_answer(document: Document) -> DocumentAnswer:
    source = document.source
    failure = ReadingFailure(code=source.failure_code, detail=source.failure_detail)
    return DocumentAnswer(
        id=document.pk,
        name=document.name,
        description=document.description,
        size=source.size,
        status=SourceStatus(source.status),
        media_type=source.media_type,
        pages=source.pages_count,
        characters=source.characters,
        language=source.language,
        title=source.title,
        author=source.author,
        published_on=source.published_on,
        as_of=source.as_of,
        warnings=tuple(ReadingWarning.model_validate(warning) for warning in source.warnings),
        failure=failure if source.failure_code else None,
        created_at=document.created_at,
    )


def all_refused(errors: tuple[RefusedFile, ...]) -> Problem:
    """The problem of an upload of which nothing was kept."""
    faults = [Fault(error.code, error.detail, f"files.{error.index}") for error in errors]
    codes = {error.code for error in errors}
    code = codes.pop() if len(codes) == 1 else "files_refused"
    return Problem(code, summary(faults), status=STATUSES.get(code), faults=faults)
