"""SearXNG: a metasearch engine that an operator hosts (docs.searxng.org/dev/search_api.html)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, address, asked_json, day, plain
from analysis.sources.providers.hosts import kind_of, on_hosts
from analysis.sources.providers.types import Found, Kind, ProviderFailed, Search

# As it is installed it answers people only.
JSON_IS_OFF = (
    "As installed, SearXNG gives no JSON: list json in search.formats of its settings.yml."
)
KINDS = {"news": Kind.NEWS, "science": Kind.SCHOLARLY}


class Result(Shape):
    url: str
    title: str = ""
    content: str | None = ""
    category: str | None = ""
    publishedDate: str | None = None


class Answer(Shape):
    results: tuple[Result, ...]
    unresponsive_engines: tuple[tuple[str | None, ...], ...] = ()


@dataclass(frozen=True)
class SearXNG:
    base: str
    name: str = "searxng"
    label: str = "SearXNG"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        url = address(
            f"{self.base}/search",
            q=search.query + on_hosts(search.hosts),
            format="json",
            language=search.language,
        )
        ask = Ask(url=url, conduct=False, every_seconds=0.5)
        answer = await self._answer(ask, door, egress)
        if answer.unresponsive_engines and not answer.results:
            engines = ", ".join(one[0] or "" for one in answer.unresponsive_engines if one)
            raise ProviderFailed("failed", f"None of its engines answered: {plain(engines, 200)}.")
        return [_found(one, rank) for rank, one in enumerate(answer.results[: search.limit], 1)]

    async def _answer(self, ask: Ask, door: Door, egress: Egress) -> Answer:
        try:
            return await asked_json(self.label, ask, Answer, door, egress)
        except ProviderFailed as failed:
            if failed.code != "denied":
                raise
            raise ProviderFailed("denied", f"{failed.detail} {JSON_IS_OFF}") from None


def _found(result: Result, rank: int) -> Found:
    return Found(
        provider="searxng",
        kind=KINDS.get(result.category or "") or kind_of(result.url),
        rank=rank,
        title=plain(result.title),
        url=result.url,
        snippet=plain(result.content),
        published_on=day(result.publishedDate),
    )


def configured() -> SearXNG | None:
    return SearXNG(settings.SEARXNG_URL.rstrip("/")) if settings.SEARXNG_URL else None
