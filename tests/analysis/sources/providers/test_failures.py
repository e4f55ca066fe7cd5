"""Every provider that fails says which of a few things happened, and tells no key."""

from collections.abc import Callable

import pytest

from analysis.sources import providers
from analysis.sources.door.types import Egress
from analysis.sources.providers.arxiv import ArXiv
from analysis.sources.providers.brave import Brave
from analysis.sources.providers.crossref import Crossref
from analysis.sources.providers.edgar import Edgar
from analysis.sources.providers.edgar_facts import EdgarFacts
from analysis.sources.providers.exa import Exa
from analysis.sources.providers.feeds import Feeds
from analysis.sources.providers.gdelt import Gdelt
from analysis.sources.providers.openalex import OpenAlex
from analysis.sources.providers.pubmed import PubMed
from analysis.sources.providers.searxng import SearXNG
from analysis.sources.providers.tavily import Tavily
from analysis.sources.providers.types import Provider, ProviderFailed, Search
from analysis.sources.providers.wikipedia import Wikipedia
from analysis.sources.providers.world_bank import WorldBank
from tests.analysis.sources.providers.conftest import WEB
from tests.analysis.sources.providers.door import OpenDoor
from tests.peers.site import Answer, Site, answer

KEY = "key-of-ours"
MAKERS: dict[str, Callable[[str], Provider]] = {
    "searxng": SearXNG,
    "tavily": lambda url: Tavily(url, KEY),
    "brave": lambda url: Brave(url, KEY),
    "exa": lambda url: Exa(url, KEY),
    "wikipedia": Wikipedia,
    "openalex": lambda url: OpenAlex(url, "", KEY),
    "crossref": Crossref,
    "arxiv": ArXiv,
    "pubmed": lambda url: PubMed(url, "", KEY),
    "edgar": lambda url: Edgar(url, "Us"),
    "edgar_facts": lambda url: EdgarFacts(url, url, "Us"),
    "world_bank": WorldBank,
    "gdelt": Gdelt,
    "feeds": lambda url: Feeds((f"{url}/feed",)),
}
SEARCH = Search(query="GDP growth of Poland", subject="Poland GDP")
STATUSES = [
    (429, "limited"),
    (500, "failed"),
    (503, "failed"),
    (401, "denied"),
    (403, "denied"),
    (402, "quota"),
    (432, "quota"),
    (400, "bad_query"),
]


class Everywhere(dict[str, Answer]):
    """The same answer at every path."""

    def __init__(self, told: Answer) -> None:
        self.told = told

    def get(self, path: str, default: Answer | None = None) -> Answer:  # type: ignore[override]
        return self.told


def test_every_provider_is_tried_here() -> None:
    assert set(MAKERS) == set(providers.PROVIDERS)


async def failure(name: str, server: Site, door: OpenDoor, told: Answer) -> ProviderFailed:
    server.answers = Everywhere(told)  # type: ignore[assignment]
    with pytest.raises(ProviderFailed) as failed:
        await MAKERS[name](server.url).search(SEARCH, door, WEB)
    assert KEY not in str(failed.value)
    assert server.url not in str(failed.value)
    return failed.value


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(("status", "code"), STATUSES)
async def test_a_status_is_told_by_what_it_means(
    name: str, status: int, code: str, server: Site, door: OpenDoor
) -> None:
    body = {"error": {"code": "X", "detail": f"you sent {KEY}"}}
    told = answer(body, status, retry_after="7")
    failed = await failure(name, server, door, told)

    assert (failed.code, str(status) in failed.detail) == (code, True)


async def test_brave_says_422_to_a_wrong_key(server: Site, door: OpenDoor) -> None:
    body = {"type": "ErrorResponse", "error": {"code": "SUBSCRIPTION_TOKEN_INVALID"}}
    assert (await failure("brave", server, door, answer(body, 422))).code == "denied"


async def test_who_wants_to_know_who_asks_is_told_by_a_setting(
    server: Site, door: OpenDoor
) -> None:
    assert "CONTACT_EMAIL" in (await failure("edgar", server, door, answer("No", 403))).detail


async def test_a_searxng_as_installed_says_what_to_switch_on(server: Site, door: OpenDoor) -> None:
    failed = await failure("searxng", server, door, answer("Forbidden", 403))
    assert (failed.code, "search.formats" in failed.detail) == ("denied", True)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("body", [b"", b'{"results": [', b"<html><p>Hello", b"[]", b'"x"'])
async def test_what_is_not_its_answer_is_malformed(
    name: str, body: bytes, server: Site, door: OpenDoor
) -> None:
    failed = await failure(name, server, door, answer(body))

    assert failed.code in ("malformed", "bad_query")
    assert name == "gdelt" or failed.code == "malformed"


@pytest.mark.parametrize("name", MAKERS)
async def test_one_that_does_not_answer_is_unreachable(
    name: str, server: Site, door: OpenDoor
) -> None:
    door.client.timeout = 0.05
    assert (await failure(name, server, door, answer({}, seconds=0.5))).code == "unreachable"


@pytest.mark.parametrize("name", MAKERS)
async def test_what_may_not_be_reached_is_not_asked(
    name: str, server: Site, door: OpenDoor
) -> None:
    with pytest.raises(ProviderFailed) as failed:
        await MAKERS[name](server.url).search(SEARCH, door, Egress())

    assert (failed.value.code, server.asked) == ("blocked", [])


EMPTY: dict[str, object] = {
    "searxng": {"results": []},
    "tavily": {"results": []},
    "brave": {"type": "search"},
    "exa": {"results": []},
    "wikipedia": {"batchcomplete": True},
    "openalex": {"meta": {"count": 0}, "results": []},
    "crossref": {"status": "ok", "message": {"items": []}},
    "arxiv": '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>',
    "pubmed": {"esearchresult": {"count": "0", "idlist": []}},
    "edgar": {"hits": {"total": {"value": 0}, "hits": []}},
    "edgar_facts": {},
    "world_bank": [{"page": 1, "total": 0}, None],
    "gdelt": {},
    "feeds": "<rss><channel><title>x</title></channel></rss>",
}


@pytest.mark.parametrize("name", MAKERS)
async def test_nothing_found_is_an_answer(name: str, server: Site, door: OpenDoor) -> None:
    server.answers = Everywhere(answer(EMPTY[name]))  # type: ignore[assignment]

    assert list(await MAKERS[name](server.url).search(SEARCH, door, WEB)) == []
