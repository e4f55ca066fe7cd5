"""What reading a file gives: its text page by page, and what is known about it."""

from dataclasses import dataclass, field
from datetime import date

from analysis.types import Page
from researcher.kit.frozen import Frozen
from researcher.kit.refusal import Refusal


class Unreadable(Refusal):
    """The file cannot be used; `detail` says why and what would be accepted."""


class ReadingWarning(Frozen):
    """Something about a file that was read which its reader should know."""

    code: str
    detail: str


class Reading(Frozen):
    """One file as text. `pages` count from 1; their text never changes once it is stored.

    `published_on` is when it came out, `as_of` the date that its content speaks of (a period's
    end, else its publication); `language` is ISO 639-1, or "" where it is not known. What a page
    says of itself: `canonical_url`, the address that it wants to be known by, `site` and `doi`.
    """

    media_type: str
    title: str = ""
    author: str = ""
    published_on: date | None = None
    as_of: date | None = None
    language: str = ""
    canonical_url: str = ""
    site: str = ""
    doi: str = ""
    pages: tuple[Page, ...]
    warnings: tuple[ReadingWarning, ...] = ()


class Box(Frozen):
    """A line of a quote on a PDF page, in points (1/72 inch) from the page's lower left corner.

    The page is taken as it is shown: cropped and turned. `page_width` and `page_height` go along.
    """

    left: float
    bottom: float
    right: float
    top: float
    page_width: float
    page_height: float


@dataclass(frozen=True)
class Extract:
    """What the reader of one format found, before it is checked and dated.

    `stated` is text of the metadata that may speak of dates, `published_on` a date that the
    document itself gives, `created_on` only the file's own (a weak hint).
    """

    pages: list[str]
    title: str = ""
    author: str = ""
    stated: str = ""
    published_on: date | None = None
    created_on: date | None = None
    canonical_url: str = ""
    site: str = ""
    doi: str = ""
    warnings: list[ReadingWarning] = field(default_factory=list)
