"""Crossref: what publishers register about their works, retractions too (api.crossref.org)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from pydantic import Field

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import (
    Shape,
    address,
    asked_json,
    bare_doi,
    base,
    day_of,
    plain,
    record,
)
from analysis.sources.providers.types import Found, Kind, Search

# What an update can be that takes a work back.
RETRACTIONS = frozenset({"retraction", "partial_retraction", "withdrawal", "removal"})
MOST_AUTHORS = 50


class Author(Shape):
    given: str | None = ""
    family: str | None = ""
    name: str | None = ""


class Dated(Shape):
    date_parts: tuple[tuple[int | None, ...], ...] = Field(default=(), alias="date-parts")


class Update(Shape):
    type: str = ""
    DOI: str = ""


class Link(Shape):
    URL: str
    content_type: str | None = Field(default="", alias="content-type")


class Relation(Shape):
    retracted_by: tuple[object, ...] = Field(default=(), alias="is-retracted-by")


class Item(Shape):
    DOI: str
    title: tuple[str, ...] | None = ()
    author: tuple[Author, ...] | None = ()
    publisher: str | None = ""
    container: tuple[str, ...] | None = Field(default=(), alias="container-title")
    issued: Dated | None = None
    URL: str | None = ""
    abstract: str | None = ""
    language: str | None = ""
    link: tuple[Link, ...] | None = ()
    update_to: tuple[Update, ...] | None = Field(default=(), alias="update-to")
    updated_by: tuple[Update, ...] | None = Field(default=(), alias="updated-by")
    relation: Relation | None = None


class Message(Shape):
    items: tuple[Item, ...]


class Answer(Shape):
    message: Message


@dataclass(frozen=True)
class Crossref:
    base: str
    mailto: str = ""
    name: str = "crossref"
    label: str = "Crossref"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        """Works; a notice of retraction is none, but marks the work that it takes back."""
        query = {"query.bibliographic": search.query, "filter": _window(search)}
        rows = min(search.limit, 50)
        url = address(f"{self.base}/works", **query, rows=rows, mailto=self.mailto)
        ask = Ask(url=url, conduct=False, every_seconds=0.2)
        items = (await asked_json(self.label, ask, Answer, door, egress)).message.items
        taken_back = {doi for one in items for doi in _takes_back(one)}
        works = [one for one in items if not _takes_back(one)]
        return [_found(one, rank, taken_back) for rank, one in enumerate(works, 1)]


def _window(search: Search) -> str:
    window = {"from-pub-date": search.since, "until-pub-date": search.until}
    return ",".join(f"{name}:{day}" for name, day in window.items() if day)


def _takes_back(item: Item) -> list[str]:
    """The DOIs of the works that this item, a notice, takes back."""
    updates = item.update_to or ()
    return [bare_doi(one.DOI) for one in updates if one.type.lower() in RETRACTIONS]


def _found(item: Item, rank: int, taken_back: set[str]) -> Found:
    title, doi = plain(" ".join((item.title or ())[:1])), bare_doi(item.DOI)
    authors, abstract = _authors(item), plain(item.abstract, 20_000)
    published = day_of(*_parts(item.issued))
    facts = {"Authors": ", ".join(authors), "Published in": _journal(item)}
    return Found(
        provider="crossref",
        kind=Kind.SCHOLARLY,
        rank=rank,
        title=title,
        url=f"https://doi.org/{doi}" if doi else item.URL or "",
        file_url=next((one.URL for one in item.link or () if _is_pdf(one)), ""),
        snippet=abstract[:1000],
        authors=authors,
        publisher=_journal(item),
        published_on=published,
        doi=doi,
        language=item.language or "",
        is_retracted=doi in taken_back or _is_retracted(item, title),
        text=record(title, facts, abstract),
    )


def _is_retracted(item: Item, title: str) -> bool:
    """By a notice of its publisher or of Retraction Watch, or as publishers mark its title."""
    named = any(one.type.lower() in RETRACTIONS for one in item.updated_by or ())
    related = bool(item.relation and item.relation.retracted_by)
    return named or related or title.upper().startswith("RETRACTED")


def _is_pdf(link: Link) -> bool:
    return link.content_type == "application/pdf"


def _journal(item: Item) -> str:
    return plain(" ".join((item.container or ())[:1]) or item.publisher)


def _authors(item: Item) -> tuple[str, ...]:
    names = (
        plain(one.name or f"{one.given or ''} {one.family or ''}")
        for one in (item.author or ())[:MOST_AUTHORS]
    )
    return tuple(name for name in names if name)


def _parts(dated: Dated | None) -> tuple[int | None, ...]:
    parts = dated.date_parts[0] if dated and dated.date_parts else ()
    return parts[:3] or (None,)


def configured() -> Crossref:
    return Crossref(base("crossref", "https://api.crossref.org"), settings.CONTACT_EMAIL)
