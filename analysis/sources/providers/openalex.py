"""OpenAlex: the open catalogue of scholarly works (developers.openalex.org)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import (
    Shape,
    address,
    asked_json,
    bare_doi,
    base,
    day,
    plain,
    record,
)
from analysis.sources.providers.types import Found, Kind, Search

MOST_AUTHORS = 50


class Named(Shape):
    display_name: str | None = ""


class Authorship(Shape):
    author: Named = Named()


class Place(Shape):
    landing_page_url: str | None = ""
    pdf_url: str | None = ""
    source: Named | None = None


class Work(Shape):
    id: str
    doi: str | None = ""
    display_name: str | None = ""
    publication_date: str | None = None
    language: str | None = ""
    is_retracted: bool = False
    authorships: tuple[Authorship, ...] = ()
    primary_location: Place | None = None
    best_oa_location: Place | None = None
    abstract_inverted_index: Mapping[str, tuple[int, ...]] | None = None


class Answer(Shape):
    results: tuple[Work, ...]


@dataclass(frozen=True)
class OpenAlex:
    base: str
    mailto: str = ""
    key: str = field(default="", repr=False)
    name: str = "openalex"
    label: str = "OpenAlex"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        url = address(
            f"{self.base}/works",
            search=search.query,
            per_page=min(search.limit, 50),
            filter=_window(search),
            mailto=self.mailto,
            api_key=self.key,
        )
        ask = Ask(url=url, conduct=False, every_seconds=0.1)
        answer = await asked_json(self.label, ask, Answer, door, egress)
        return [_found(one, rank) for rank, one in enumerate(answer.results, 1)]


def _window(search: Search) -> str:
    window = {"from_publication_date": search.since, "to_publication_date": search.until}
    return ",".join(f"{name}:{day}" for name, day in window.items() if day)


def _found(work: Work, rank: int) -> Found:
    place, open_place = work.primary_location or Place(), work.best_oa_location or Place()
    abstract = plain(_abstract(work.abstract_inverted_index or {}), 20_000)
    title, publisher = plain(work.display_name), plain((place.source or Named()).display_name)
    authors = _authors(work)
    facts = {
        "Authors": ", ".join(authors),
        "Published in": publisher,
        "Published on": work.publication_date or "",
    }
    return Found(
        provider="openalex",
        kind=Kind.SCHOLARLY,
        rank=rank,
        title=title,
        url=work.doi or place.landing_page_url or work.id,
        file_url=open_place.pdf_url or "",
        snippet=abstract[:1000],
        authors=authors,
        publisher=publisher,
        published_on=day(work.publication_date),
        doi=bare_doi(work.doi),
        language=work.language or "",
        is_retracted=work.is_retracted,
        text=record(title, facts, abstract),
    )


def _authors(work: Work) -> tuple[str, ...]:
    names = (plain(one.author.display_name) for one in work.authorships[:MOST_AUTHORS])
    return tuple(name for name in names if name)


def _abstract(index: Mapping[str, tuple[int, ...]]) -> str:
    """The words of an abstract, which comes as the places of each word, in their order."""
    placed = {at: word for word, places in index.items() for at in places}
    return " ".join(placed[at] for at in sorted(placed))


def configured() -> OpenAlex:
    place = base("openalex", "https://api.openalex.org")
    return OpenAlex(place, settings.CONTACT_EMAIL, settings.OPENALEX_API_KEY)
