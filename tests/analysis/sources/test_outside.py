"""What one run asks outside is journaled: found again when it worked, else asked again."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from analysis import lifecycle, services
from analysis.journal import Journal
from analysis.models import Analysis, Call, CallState, Shift, Source
from analysis.reach import Reach
from analysis.sources import fetch
from analysis.sources.outside import Outside
from analysis.types import Rejection, SourceRef
from analysis.web_types import Egress, EgressMode, Found, Kind, Search
from researcher.kit.children import Children
from researcher.kit.pool import children
from tests.peers.site import Site, answer, site

pytestmark = pytest.mark.django_db(transaction=True)

WEB = Egress(mode=EgressMode.WEB)
ASKED = [Search(query="wheat"), Search(query="bread")]
PAGE = """<html lang="en"><head><title>Bread | Northwind</title>
<meta property="og:site_name" content="Northwind Foods"></head><body><article><h1>Bread</h1>
<p>Northwind Foods bakes bread in eleven plants and sells it in Poland and France.</p>
<p>Wheat became dear in the third quarter, and bread with it.</p></article></body></html>"""


@pytest.fixture
async def world(settings: Any) -> AsyncIterator[Site]:
    async with site() as made:
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.FETCH_ALLOW_PRIVATE = ["127.0.0.0/8"]
        settings.FETCH_EVERY_SECONDS = 0.0
        settings.SEARXNG_URL = made.url
        settings.PROVIDER_URLS = {"crossref": made.url}
        yield made


@pytest.fixture
async def pool() -> AsyncIterator[Children]:
    made = children(1)
    yield made
    await made.close()


def claimed(owner: User, template: str, drive: Shift, egress: Egress = WEB) -> Analysis:
    reach = Reach(egress, ("searxng", "crossref"))
    made = services.submit(
        owner=owner, template=template, topic="wheat", options_given={}, reach=reach
    )
    run = lifecycle.claim(made.pk, drive)
    assert run is not None
    return run


@pytest.fixture
def run(alice: User, template: str, drive: Shift) -> Analysis:
    return claimed(alice, template, drive)


@pytest.fixture
async def outside(run: Analysis, world: Site, pool: Children) -> AsyncIterator[Outside]:
    door = fetch.door()
    yield Outside(run.brief, WEB, Journal(run), door, pool)
    await door.close()


def found(url: str, **facts: Any) -> Found:
    given = {"provider": "searxng", "kind": Kind.WEB, "rank": 1, "title": "Bread"}
    return Found(**{**given, "url": url, **facts})


@sync_to_async
def states(kind: str) -> list[str]:
    return list(
        Call.objects.filter(kind=kind).order_by("started_at").values_list("state", flat=True)
    )


async def test_a_search_is_asked_once_and_found_again(outside: Outside, world: Site) -> None:
    world["/search"] = {"results": [{"url": "https://a.example/", "title": "A"}]}
    world["/works"] = {"message": {"items": []}}
    first = await outside.search(ASKED)
    asked = len(world.asked)

    assert await outside.search(ASKED) == first
    assert (len(world.asked), asked) == (4, 4)
    assert [one.url for one in first.found] == ["https://a.example/"]


async def test_a_provider_that_failed_is_asked_again_by_a_run_that_goes_on_and_the_other_is_not(
    outside: Outside, world: Site
) -> None:
    world["/search"] = {"results": []}
    world["/works"] = answer({"status": "failed"}, 403)
    first = await outside.search(ASKED)
    world["/works"] = {"message": {"items": []}}
    again = Outside(outside.brief, WEB, outside.journal, outside.door, outside.children)
    second = await again.search(ASKED)

    assert [one.code for one in first.outcomes] == ["", "denied"]
    assert [one.code for one in second.outcomes] == ["", ""]
    assert world.paths.count("/search") == 2


async def test_why_a_page_is_none_is_said_in_a_sentence(outside: Outside, world: Site) -> None:
    world["/loop"] = answer("", 302, location="/loop")
    told = await outside.fetch(found(f"{world.url}/loop"))

    assert isinstance(told, Rejection)
    assert (told.code, told.detail[:16]) == ("too_many_redirects", "127.0.0.1 sends ")


@pytest.mark.parametrize(("status", "asked"), [(402, 1), (403, 1), (404, 4)])
async def test_a_provider_that_wants_to_be_left_alone_holds_up_no_further_round(
    outside: Outside, world: Site, status: int, asked: int
) -> None:
    world["/search"] = {"results": []}
    world["/works"] = answer({"status": "failed"}, status)
    first = await outside.search(ASKED)
    second = await outside.search([Search(query="rye"), Search(query="oats")])

    assert [one.provider for one in first.outcomes if one.code] == ["crossref"]
    assert world.paths.count("/works") == asked
    assert len(second.outcomes) == (1 if asked == 1 else 2)


@pytest.mark.slow
async def test_a_page_becomes_a_source_with_its_own_words_on_itself(
    outside: Outside, world: Site
) -> None:
    world["/bread"] = PAGE
    source = await outside.fetch(found(f"{world.url}/bread", title=""))
    again = await outside.fetch(found(f"{world.url}/bread", title=""))

    assert isinstance(source, SourceRef)
    assert (source.url, source.publisher) == (f"{world.url}/bread", "Northwind Foods")
    assert source.title.startswith("Bread")
    assert again == source
    assert world.paths == ["/bread"]


@pytest.mark.slow
async def test_a_record_is_a_source_without_any_request(outside: Outside, world: Site) -> None:
    record = found(
        "https://doi.org/10.1234/x",
        kind=Kind.SCHOLARLY,
        doi="10.1234/x",
        authors=("Ada Baker", "Bo Miller"),
        publisher="Journal of Cereals",
        text="Bread\nAuthors: Ada Baker, Bo Miller\n\nBread is baked of wheat.\n",
    )
    source = await outside.fetch(record)

    assert isinstance(source, SourceRef)
    assert (source.author, source.publisher) == ("Ada Baker, Bo Miller", "Journal of Cereals")
    assert (source.url, source.doi) == ("https://doi.org/10.1234/x", "10.1234/x")
    assert world.asked == []


@pytest.mark.slow
async def test_the_full_text_goes_before_the_record_and_the_record_stands_in_for_it(
    outside: Outside, world: Site
) -> None:
    world["/full"] = PAGE
    text = "Bread\n\nBread is baked of wheat.\n"
    facts = {"kind": Kind.SCHOLARLY, "doi": "10.1/x", "text": text}
    full = await outside.fetch(
        found("https://doi.org/10.1/x", file_url=f"{world.url}/full", **facts)
    )
    gone = await outside.fetch(
        found("https://doi.org/10.1/x", file_url=f"{world.url}/gone", **facts)
    )

    assert isinstance(full, SourceRef)
    assert isinstance(gone, SourceRef)
    assert (full.media_type, gone.media_type) == ("text/html", "text/plain")
    assert full.url == gone.url == "https://doi.org/10.1/x"


@pytest.mark.slow
async def test_what_is_gone_stays_gone_and_what_is_busy_is_tried_again(
    outside: Outside, world: Site
) -> None:
    gone = found(f"{world.url}/gone")
    for _ in range(2):
        rejected = await outside.fetch(gone)
        assert isinstance(rejected, Rejection)
        assert (rejected.code, rejected.url, rejected.name) == ("http_404", gone.url, "Bread")
    assert world.paths == ["/gone"]

    world["/busy"] = answer("later", 501)
    first = await outside.fetch(found(f"{world.url}/busy"))
    world["/busy"] = PAGE
    second = await outside.fetch(found(f"{world.url}/busy"))

    assert isinstance(first, Rejection)
    assert isinstance(second, SourceRef)
    assert await states("fetch") == [CallState.DONE, CallState.REFUSED, CallState.DONE]


@pytest.mark.slow
async def test_a_source_that_was_deleted_is_fetched_again(outside: Outside, world: Site) -> None:
    world["/bread"] = PAGE
    first = await outside.fetch(found(f"{world.url}/bread"))
    await Source.objects.all().adelete()
    second = await outside.fetch(found(f"{world.url}/bread"))

    assert isinstance(first, SourceRef)
    assert isinstance(second, SourceRef)
    assert first.id != second.id
    assert await states("fetch") == [CallState.INVALID, CallState.DONE]


@pytest.mark.slow
async def test_who_may_reach_less_does_not_find_what_was_fetched_before(
    outside: Outside, world: Site
) -> None:
    world["/bread"] = PAGE
    await outside.fetch(found(f"{world.url}/bread"))
    outside.egress = Egress(mode=EgressMode.HOSTS, hosts=("sec.gov",))
    rejected = await outside.fetch(found(f"{world.url}/bread"))

    assert isinstance(rejected, Rejection)
    assert rejected.code == "egress_blocked"


@pytest.mark.slow
async def test_a_filing_is_asked_for_as_the_sec_wants_it(
    outside: Outside, world: Site, settings: Any
) -> None:
    settings.EDGAR_USER_AGENT = "Northwind research@northwind.example"
    world["/filing"] = PAGE
    await outside.fetch(found(f"{world.url}/filing", provider="edgar", kind=Kind.OFFICIAL))

    assert world.asked[0].headers["user-agent"] == "Northwind research@northwind.example"


class TestMoney:
    """Crossref stands for a provider that costs; SearXNG is free."""

    @pytest.fixture(autouse=True)
    def priced(self, settings: Any, world: Site) -> None:
        settings.SEARCH_PRICES = {"crossref": Decimal("0.004")}
        world["/search"] = {"results": []}
        world["/works"] = {"message": {"items": []}}

    @staticmethod
    async def costs() -> list[Decimal]:
        calls = Call.objects.filter(kind="search", role="crossref").order_by("started_at")
        return [one.cost async for one in calls]

    async def test_what_a_search_costs_is_in_the_ledger(self, outside: Outside) -> None:
        await outside.search(ASKED)

        assert await self.costs() == [Decimal("0.004")] * 2
        free = [one.cost async for one in Call.objects.filter(role="searxng")]
        assert free == [0, 0]

    async def test_without_money_the_paid_are_skipped_and_the_free_go_on(
        self, outside: Outside, world: Site
    ) -> None:
        await Analysis.objects.aupdate(budget_cost=Decimal("0.005"))
        discovery = await outside.search(ASKED)

        outcomes = {one.provider: one for one in discovery.outcomes}
        assert (outcomes["crossref"].code, outcomes["crossref"].answered) == ("budget_spent", 1)
        assert (outcomes["searxng"].code, outcomes["searxng"].answered) == ("", 2)
        assert world.paths.count("/works") == 1

    async def test_what_is_free_goes_on_even_above_the_cap(self, outside: Outside) -> None:
        await outside.search(ASKED)
        await Analysis.objects.aupdate(budget_cost=Decimal("0.001"))
        discovery = await outside.search([Search(query="flour")])

        assert [one.code for one in discovery.outcomes] == ["", "budget_spent"]

    async def test_the_day_of_the_owner_binds_too(self, outside: Outside, settings: Any) -> None:
        settings.USER_DAILY_COST = Decimal("0.003")
        discovery = await outside.search(ASKED)

        assert [one.code for one in discovery.outcomes] == ["", "budget_spent"]

    async def test_a_refusal_costs_nothing_and_a_riddle_counts_as_paid(
        self, outside: Outside, world: Site
    ) -> None:
        world["/works"] = answer({"status": "failed"}, 400)
        await outside.search(ASKED[:1])
        world["/works"] = "<no json>"
        await outside.search(ASKED[:1])

        calls = [one async for one in Call.objects.filter(role="crossref").order_by("started_at")]
        assert [one.state for one in calls] == [CallState.REFUSED, CallState.LOST]
        assert calls[1].reserved_cost == Decimal("0.004")


class TestListedHosts:
    """Pages are on `localhost`, which is listed; the providers on 127.0.0.1, which is not."""

    @pytest.fixture(autouse=True)
    def listed(self, outside: Outside, world: Site) -> None:
        outside.egress = Egress(mode=EgressMode.HOSTS, hosts=("localhost",))
        self.page = f"{world.url.replace('127.0.0.1', 'localhost')}/bread"
        results = [{"url": one, "title": one} for one in ("https://b.example/", self.page)]
        world["/search"] = {"results": results}
        world["/works"] = {"message": {"items": []}}
        world["/bread"] = PAGE

    async def test_a_named_provider_is_asked_and_what_may_be_read_goes_first(
        self, outside: Outside
    ) -> None:
        discovery = await outside.search(ASKED[:1])

        assert [one.code for one in discovery.outcomes] == ["", ""]
        assert [one.url for one in discovery.found] == [self.page, "https://b.example/"]

    async def test_a_search_of_the_whole_web_is_asked_for_pages_of_the_listed_hosts(
        self, outside: Outside, world: Site
    ) -> None:
        await outside.search(ASKED[:1])

        assert f"{ASKED[0].query} site:localhost" in [one.get("q") for one in world.queries]

    async def test_a_provider_that_nobody_named_is_not_asked(
        self, outside: Outside, world: Site
    ) -> None:
        outside.brief = outside.brief.model_copy(update={"providers": ()})
        discovery = await outside.search(ASKED[:1])

        codes = {one.provider: one.code for one in discovery.outcomes}
        assert (codes["searxng"], codes["crossref"]) == ("blocked", "blocked")
        assert world.asked == []

    @pytest.mark.slow
    async def test_only_pages_on_the_listed_hosts_are_read(
        self, outside: Outside, world: Site
    ) -> None:
        """Not even those of the provider itself, nor what it tells of others."""
        record = found("https://doi.org/10.1/x", provider="crossref", text="Bread\n\nOf wheat.\n")
        elsewhere = [found("https://b.example/"), found(f"{world.url}/bread"), record]
        rejected = [await outside.fetch(one) for one in elsewhere]

        assert isinstance(await outside.fetch(found(self.page)), SourceRef)
        assert {one.code for one in rejected if isinstance(one, Rejection)} == {"egress_blocked"}
        assert len([one for one in rejected if isinstance(one, Rejection)]) == 3
