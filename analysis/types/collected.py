"""What data-collection leaves: sources, their pages, and what could not be used."""

from datetime import date, datetime
from uuid import UUID

from analysis.web_types import Kind, ProviderOutcome
from researcher.kit.frozen import Frozen


class Page(Frozen):
    number: int
    text: str


class SourceRef(Frozen):
    """One stored source as the report names it; `key` is opaque and stable within a run.

    `as_of` is the date that the content speaks of (a period's end, else its publication);
    `subject` names whom or what it is about: figures of two subjects are never compared;
    `superseded_by` is the key of the newer vintage of the same document, where there is one;
    `canonical_url`, `site` and `doi` are what a page says of itself, unless the record of the
    `provider` that found it says more; `publisher` and `is_retracted` are its record's words.
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
    provider: str = ""
    kind: Kind | None = None
    publisher: str = ""
    is_retracted: bool = False


class Rejection(Frozen):
    """A document or page that could not be used, and why in plain words."""

    name: str
    code: str
    detail: str
    url: str = ""


class Collection(Frozen):
    """What there is to read; `searched` are the queries to the web, `providers` what they gave."""

    sources: tuple[SourceRef, ...]
    rejected: tuple[Rejection, ...] = ()
    searched: tuple[str, ...] = ()
    providers: tuple[ProviderOutcome, ...] = ()
