"""Tavily: a search of the web for machines (docs.tavily.com, POST /search)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, asked_json, base, day, plain
from analysis.sources.providers.hosts import kind_of
from analysis.sources.providers.types import Found, Search

MOST, LONGEST = 20, 400


class Result(Shape):
    url: str
    title: str | None = ""
    content: str | None = ""
    published_date: str | None = None


class Answer(Shape):
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Tavily:
    base: str
    key: str = field(repr=False)
    name: str = "tavily"
    label: str = "Tavily"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        ask = Ask(
            url=f"{self.base}/search",
            method="POST",
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
            body=json.dumps(_asked(search)).encode(),
            conduct=False,
            every_seconds=0.2,
        )
        answer = await asked_json(self.label, ask, Answer, door, egress)
        return [_found(one, rank) for rank, one in enumerate(answer.results, 1)]


def _asked(search: Search) -> dict[str, object]:
    window = {"start_date": search.since, "end_date": search.until}
    return {
        "query": search.query[:LONGEST],
        "max_results": min(search.limit, MOST),
        "search_depth": "basic",
        **({"include_domains": list(search.hosts)} if search.hosts else {}),
        **{name: day.isoformat() for name, day in window.items() if day},
    }


def _found(result: Result, rank: int) -> Found:
    return Found(
        provider="tavily",
        kind=kind_of(result.url),
        rank=rank,
        title=plain(result.title),
        url=result.url,
        snippet=plain(result.content),
        published_on=day(result.published_date),
    )


def configured() -> Tavily | None:
    key = settings.TAVILY_API_KEY
    return Tavily(base("tavily", "https://api.tavily.com"), key) if key else None
