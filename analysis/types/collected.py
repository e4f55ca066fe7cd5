"""What data-collection leaves: sources, their pages, and what could not be used."""

from datetime import date, datetime
from uuid import UUID

from researcher.kit.frozen import Frozen


class Page(Frozen):
    number: int
    text: str


class SourceRef(Frozen):
    """One stored source as the report names it; `key` is opaque and stable within a run.

    `as_of` is the date that the content speaks of (a period's end, else its publication);
    `subject` names whom or what it is about: figures of two subjects are never compared;
    `superseded_by` is the key of the newer vintage of the same document, where there is one;
    `canonical_url`, `site` and `doi` are what a page says of itself.
    """

    key: str
    id: UUID
    document_id: UUID | None = None
    name: str
    description: str = ""
    title: str = ""
    author: str = ""
    url: str = ""
    canonical_url: str = ""
    site: str = ""
    doi: str = ""
    media_type: str
    language: str = ""
    pages: int
    characters: int
    sha256: str
    fetched_at: datetime
    published_on: date | None = None
    as_of: date | None = None
    subject: str = ""
    superseded_by: str | None = None


class Rejection(Frozen):
    """A document or page that could not be used, and why in plain words."""

    name: str
    code: str
    detail: str


class Collection(Frozen):
    sources: tuple[SourceRef, ...]
    rejected: tuple[Rejection, ...] = ()
