"""Exa: a search of the web by meaning (exa.ai/docs, POST /search)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, asked_json, base, day, plain
from analysis.sources.providers.hosts import kind_of
from analysis.sources.providers.types import Found, Search

# The contents of so many results are in the price of a search; each further one is paid for.
MOST = 10


class Result(Shape):
    url: str
    title: str | None = ""
    publishedDate: str | None = None
    author: str | None = ""
    highlights: tuple[str, ...] | None = ()


class Answer(Shape):
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Exa:
    base: str
    key: str = field(repr=False)
    name: str = "exa"
    label: str = "Exa"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        ask = Ask(
            url=f"{self.base}/search",
            method="POST",
            headers={"x-api-key": self.key, "Content-Type": "application/json"},
            body=json.dumps(_asked(search)).encode(),
            conduct=False,
            every_seconds=0.2,
        )
        answer = await asked_json(self.label, ask, Answer, door, egress)
        return [_found(one, rank) for rank, one in enumerate(answer.results, 1)]


def _asked(search: Search) -> dict[str, object]:
    window = {"startPublishedDate": search.since, "endPublishedDate": search.until}
    return {
        "query": search.query,
        "numResults": min(search.limit, MOST),
        "type": "auto",
        "contents": {"highlights": True},
        **({"includeDomains": list(search.hosts)} if search.hosts else {}),
        **{name: f"{day.isoformat()}T00:00:00.000Z" for name, day in window.items() if day},
    }


def _found(result: Result, rank: int) -> Found:
    author = plain(result.author, 200)
    return Found(
        provider="exa",
        kind=kind_of(result.url),
        rank=rank,
        title=plain(result.title),
        url=result.url,
        snippet=plain(" ".join(result.highlights or ())),
        authors=(author,) if author else (),
        published_on=day(result.publishedDate),
    )


def configured() -> Exa | None:
    key = settings.EXA_API_KEY
    return Exa(base("exa", "https://api.exa.ai"), key) if key else None
