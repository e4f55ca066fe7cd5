"""Brave Search: an index of the web of its own (api-dashboard.search.brave.com/docs)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, address, asked_json, base, day, plain
from analysis.sources.providers.hosts import kind_of, on_hosts
from analysis.sources.providers.types import Found, Search

MOST, LONGEST, MOST_WORDS = 20, 400, 50
# It refuses a question (422) in a language by any name but its own.
LANGUAGES = {"ja": "jp", "no": "nb", "pt": "pt-br", "zh": "zh-hans"}


class Profile(Shape):
    long_name: str | None = ""
    name: str | None = ""


class Result(Shape):
    url: str
    title: str | None = ""
    description: str | None = ""
    page_age: str | None = None
    language: str | None = ""
    profile: Profile | None = None


class Web(Shape):
    results: tuple[Result, ...] = ()


class Answer(Shape):
    """Without `web` there is no result; `type` tells an answer from anything else."""

    type: str
    web: Web | None = None


@dataclass(frozen=True)
class Brave:
    base: str
    key: str = field(repr=False)
    name: str = "brave"
    label: str = "Brave"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        url = address(
            f"{self.base}/res/v1/web/search",
            q=_query(search),
            count=min(search.limit, MOST),
            search_lang=LANGUAGES.get(search.language, search.language),
            text_decorations="false",
            result_filter="web",
            freshness=_window(search),
        )
        headers = {"X-Subscription-Token": self.key, "Accept": "application/json"}
        # The smallest plan allows one request a second.
        ask = Ask(url=url, headers=headers, conduct=False, every_seconds=1.0)
        # A wrong key is a 422 too, and the likelier of the two.
        answer = await asked_json(self.label, ask, Answer, door, egress, denied=(422,))
        results = answer.web.results if answer.web else ()
        return [_found(one, rank) for rank, one in enumerate(results, 1)]


def _query(search: Search) -> str:
    """As many words and letters as it takes, the hosts among them."""
    hosts = on_hosts(search.hosts)
    words = search.query[: LONGEST - len(hosts)].split()
    return " ".join(words[: MOST_WORDS - len(hosts.split())]) + hosts


def _window(search: Search) -> str:
    if not (search.since or search.until):
        return ""
    return f"{search.since or '1990-01-01'}to{search.until or '2100-01-01'}"


def _found(result: Result, rank: int) -> Found:
    profile = result.profile or Profile()
    return Found(
        provider="brave",
        kind=kind_of(result.url),
        rank=rank,
        title=plain(result.title),
        url=result.url,
        snippet=plain(result.description),
        publisher=plain(profile.long_name or profile.name),
        published_on=day(result.page_age),
        language=result.language or "",
    )


def configured() -> Brave | None:
    key = settings.BRAVE_API_KEY
    return Brave(base("brave", "https://api.search.brave.com"), key) if key else None
