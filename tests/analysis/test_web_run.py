"""Whole runs of alice's that reach out to a site on loopback, by the real door and journal."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from analysis import plans, services, tasks
from analysis.models import Analysis, Call, CallState, Document, Status
from analysis.reach import Reach
from analysis.types import Collection, Stage
from analysis.web_types import Egress, EgressMode
from tests.peers.brain import brain
from tests.peers.model import PeerThread
from tests.peers.site import Site, answer, site_in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TOPIC = "Northwind Foods revenue and margin"
WEB = Egress(mode=EgressMode.WEB)
ARTICLE = """<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>
{body}</article></body></html>"""
QUARTER = """<p>Revenue of Northwind Foods rose 8.3% to $412.6 million in the third quarter of
2024. Gross margin of Northwind Foods narrowed to 31.2% from 33.5% because wheat and energy prices
rose faster than the selling prices of the company.</p>"""
RISKS = """<p>The main risk of Northwind Foods is a further rise in energy prices, which the company
hedges only in part. Demand for bread of Northwind Foods could decline if wheat prices stay
high.</p>"""
ABSTRACT = "Northwind Foods margin fell when wheat prices rose, and its revenue rose all the same."


@pytest.fixture
def world(settings: Any) -> Iterator[Site]:
    """SearXNG, OpenAlex and some pages, all on one loopback site; no other provider is on."""
    with site_in_thread() as made:
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.FETCH_ALLOW_PRIVATE = ["127.0.0.0/8"]
        settings.FETCH_EVERY_SECONDS = 0.0
        settings.DRIVE_IDLE_SECONDS = 0.3
        settings.SEARXNG_URL = made.url
        settings.PROVIDER_URLS = {"openalex": made.url}
        settings.PROVIDERS_OFF = ["wikipedia", "crossref", "arxiv", "pubmed", "edgar"]
        settings.PROVIDERS_OFF += ["edgar_facts", "world_bank", "gdelt"]
        _publish(made)
        yield made


def _publish(world: Site) -> None:
    world["/q3"] = ARTICLE.format(title="Northwind Foods: third quarter", body=QUARTER)
    world["/risks"] = ARTICLE.format(title="What could hurt Northwind Foods", body=RISKS)
    paths = {"/q3": "Third quarter", "/gone": "Gone", "/risks": "Risks"}
    results = [{"url": f"{world.url}{path}", "title": title} for path, title in paths.items()]
    world["/search"] = {"results": results, "unresponsive_engines": []}
    work = {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.1234/wheat.5",
        "display_name": "Wheat and the margin of Northwind Foods",
        "publication_date": "2024-05-06",
        "is_retracted": True,
        "authorships": [{"author": {"display_name": "Ada Baker"}}],
        "primary_location": {"source": {"display_name": "Journal of Cereals"}},
        "abstract_inverted_index": _index(ABSTRACT),
    }
    world["/works"] = {"results": [work]}


def _index(text: str) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for at, word in enumerate(text.split()):
        index.setdefault(word, []).append(at)
    return index


def driven(owner: User, template: str, reach: Reach, *documents: Document) -> Analysis:
    made = services.submit(
        owner=owner,
        template=template,
        topic=TOPIC,
        options_given={},
        documents=[one.pk for one in documents],
        reach=reach,
    )
    tasks.drive()
    made.refresh_from_db()
    return made


def told(analysis: Analysis, kind: str) -> list[dict[str, Any]]:
    return [event.body for event in analysis.events.filter(type=kind).order_by("seq")]


def collection(analysis: Analysis) -> Collection:
    row = analysis.stage_outputs.get(stage=Stage.COLLECTION)
    return Collection.model_validate(row.output)


def test_a_plan_says_what_its_searches_will_cost(
    alice: User, template: str, world: Site, settings: Any
) -> None:
    settings.SEARCH_PRICES = {"searxng": Decimal("0.01")}
    analysis = driven(alice, template, Reach(WEB))

    estimate = plans.plan_of(analysis).estimate
    assert estimate is not None
    spent = sum((call.cost for call in analysis.calls.all()), Decimal(0))
    assert 0 < estimate.cost_least <= spent <= estimate.cost_most


@pytest.mark.servers
def test_a_cited_report_comes_from_the_web(alice: User, template: str, world: Site) -> None:
    analysis = driven(alice, template, Reach(WEB))

    assert analysis.status == Status.COMPLETED, analysis.failure_detail
    sources = {one.url: one for one in collection(analysis).sources}
    assert set(sources) == {
        f"{world.url}/q3",
        f"{world.url}/risks",
        "https://doi.org/10.1234/wheat.5",
    }
    work = sources["https://doi.org/10.1234/wheat.5"]
    assert (work.title, work.author, work.publisher, work.doi, work.is_retracted) == (
        "Wheat and the margin of Northwind Foods",
        "Ada Baker",
        "Journal of Cereals",
        "10.1234/wheat.5",
        True,
    )
    draft = analysis.draft()
    assert draft is not None
    assert any("412.6 million" in quote.text for quote in draft.quotes)
    assert f"{world.url}/q3" in {one.url for one in draft.sources}
    assert any("has been retracted" in one for one in draft.limits)


def test_a_model_writes_of_the_web_as_of_documents(
    alice: User, template: str, world: Site, settings: Any
) -> None:
    with PeerThread(brain=brain) as running:
        settings.ANALYST = "model"
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = running.peer.url, "sk-test-only"
        analysis = driven(alice, template, Reach(WEB))

    assert analysis.status == Status.COMPLETED, analysis.failure_detail
    draft = analysis.draft()
    assert draft is not None
    assert draft.uses_model
    assert f"{world.url}/q3" in {one.url for one in draft.sources}


def test_the_log_tells_what_was_searched_found_read_and_rejected_in_order(
    alice: User, template: str, world: Site
) -> None:
    analysis = driven(alice, template, Reach(WEB))
    kinds = [kind for kind in analysis.events.order_by("seq").values_list("type", flat=True)]
    of_round = [kind for kind in kinds if kind.startswith(("search.", "source."))]

    assert of_round[:5] == ["search.done", *["source.found"] * 4]
    assert sorted(of_round[5:9]) == [*["source.read"] * 3, "source.rejected"]
    first = told(analysis, "search.done")[0]
    assert {one["label"]: one["code"] for one in first["providers"]} == {
        "SearXNG": "",
        "OpenAlex": "",
    }
    [rejected] = told(analysis, "source.rejected")
    assert (rejected["url"], rejected["code"]) == (f"{world.url}/gone", "http_404")


def test_no_document_text_leaves_the_house(
    alice: User, template: str, document: Document, world: Site
) -> None:
    driven(alice, template, Reach(WEB), document)
    sent = " ".join(one.get("q", one.get("search", "")) for one in world.queries)

    assert "Northwind Foods" in sent
    assert not any(word in sent for word in ("412.6", "hedges", "closure", "Lyon"))


@pytest.mark.servers
def test_what_was_asked_is_found_again_by_a_copy(alice: User, template: str, world: Site) -> None:
    first = driven(alice, template, Reach(WEB))
    asked = len(world.asked)
    copy = services.duplicate(analysis=first, by=alice)
    tasks.drive()

    assert len(world.asked) == asked > 0
    assert collection(copy) == collection(first)
    calls = Call.objects.filter(kind__in=["search", "fetch"])
    assert set(calls.values_list("state", flat=True)) == {CallState.DONE}
    assert set(calls.values_list("replays", flat=True)) == {1}


@pytest.mark.servers
def test_another_user_finds_nothing_that_alice_asked(
    alice: User, bob: User, template: str, world: Site
) -> None:
    driven(alice, template, Reach(WEB))
    searched = world.paths.count("/search")
    driven(bob, template, Reach(WEB))

    assert world.paths.count("/search") == 2 * searched


def test_other_hosts_are_out_of_reach(
    alice: User, template: str, document: Document, world: Site
) -> None:
    reach = Reach(Egress(mode=EgressMode.HOSTS, hosts=("sec.gov",)))
    analysis = driven(alice, template, reach, document)

    assert analysis.status == Status.COMPLETED, analysis.failure_detail
    assert world.asked == []
    assert {one.code for one in collection(analysis).providers} == {"blocked"}
    draft = analysis.draft()
    assert draft is not None
    assert (
        "Not asked, because this analysis may not reach them: SearXNG, OpenAlex."
    ) in draft.methodology


def test_a_listed_host_is_reached(alice: User, template: str, world: Site) -> None:
    reach = Reach(Egress(mode=EgressMode.HOSTS, hosts=("127.0.0.1",)))

    assert driven(alice, template, reach).status == Status.COMPLETED


def test_documents_only_asks_nobody(
    alice: User, template: str, document: Document, world: Site
) -> None:
    assert driven(alice, template, Reach(), document).status == Status.COMPLETED
    assert world.asked == []


def test_when_all_providers_are_down_the_documents_carry_the_report(
    alice: User, template: str, document: Document, world: Site
) -> None:
    world["/search"] = answer({"detail": "no"}, 403)
    world["/works"] = answer({"error": "no"}, 401)
    analysis = driven(alice, template, Reach(WEB), document)

    assert analysis.status == Status.COMPLETED, analysis.failure_detail
    draft = analysis.draft()
    assert draft is not None
    assert any(
        "SearXNG: it refused the key, skipped; OpenAlex: it refused the key, skipped;"
        " 0 of 2 providers answered." in one
        for one in draft.methodology
    )


def test_without_anything_the_run_fails_with_a_sentence(
    alice: User, template: str, world: Site
) -> None:
    world["/search"] = answer({"detail": "no"}, 403)
    world["/works"] = {"results": []}
    analysis = driven(alice, template, Reach(WEB))

    assert (analysis.status, analysis.failure_code) == (Status.FAILED, "no_readable_documents")
    assert "SearXNG answered 403" in analysis.failure_detail


def test_what_the_user_names_is_read(alice: User, template: str, world: Site) -> None:
    world["/search"] = {"results": []}
    world["/works"] = {"results": []}
    analysis = driven(alice, template, Reach(WEB, (), (f"{world.url}/risks",)))

    assert [one.url for one in collection(analysis).sources] == [f"{world.url}/risks"]
    assert analysis.status == Status.COMPLETED


def test_only_the_named_providers_are_asked(alice: User, template: str, world: Site) -> None:
    driven(alice, template, Reach(WEB, ("openalex",)))

    assert "/search" not in world.paths
    assert "/works" in world.paths
