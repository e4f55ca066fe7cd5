"""Wikipedia: articles by its own search (mediawiki.org/wiki/API:Search)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sources.door.types import Ask, Door, Egress
from analysis.sources.providers.asking import Shape, address, asked_json, base, plain
from analysis.sources.providers.types import Found, Kind, ProviderFailed, Search

LANGUAGE = re.compile(r"[a-z]{2,3}")
MOST, LONGEST = 10, 300


class Page(Shape):
    title: str
    index: int
    fullurl: str
    extract: str | None = ""
    pagelanguage: str | None = ""


class Query(Shape):
    pages: tuple[Page, ...] = ()


class Fault(Shape):
    code: str
    info: str = ""


class Answer(Shape):
    """Without a `query` nothing was found; an error comes with status 200."""

    query: Query | None = None
    error: Fault | None = None
    batchcomplete: bool = False


@dataclass(frozen=True)
class Wikipedia:
    """`base` has the language of the edition in place of "{language}", if it is anywhere."""

    base: str
    name: str = "wikipedia"
    label: str = "Wikipedia"

    async def search(self, search: Search, door: Door, egress: Egress) -> Sequence[Found]:
        language = search.language if LANGUAGE.fullmatch(search.language) else "en"
        url = address(
            f"{self.base.replace('{language}', language)}/w/api.php",
            action="query",
            generator="search",
            gsrsearch=search.words[:LONGEST],
            gsrlimit=min(search.limit, MOST),
            prop="info|extracts",
            inprop="url",
            exintro=1,
            explaintext=1,
            exlimit="max",
            format="json",
            formatversion=2,
        )
        ask = Ask(url=url, conduct=False, every_seconds=0.2)
        answer = await asked_json(self.label, ask, Answer, door, egress)
        if answer.error:
            raise _failed(answer.error)
        pages = sorted(answer.query.pages if answer.query else (), key=lambda page: page.index)
        return [_found(one, rank) for rank, one in enumerate(pages, 1)]


def _failed(fault: Fault) -> ProviderFailed:
    code = "limited" if fault.code in ("ratelimited", "maxlag") else "bad_query"
    return ProviderFailed(code, f"Wikipedia answered {plain(fault.code, 40)}.")


def _found(page: Page, rank: int) -> Found:
    return Found(
        provider="wikipedia",
        kind=Kind.REFERENCE,
        rank=rank,
        title=page.title,
        url=page.fullurl,
        snippet=plain(page.extract),
        publisher="Wikipedia",
        language=page.pagelanguage or "",
    )


def configured() -> Wikipedia:
    return Wikipedia(base("wikipedia", "https://{language}.wikipedia.org"))
