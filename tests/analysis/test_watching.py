"""What alice watches brings its news into her collection by the real door, each once."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from analysis import leftovers, library, sweeper, tasks, watch_calls, watches
from analysis.models import Call, CallState, Collection, Watch
from analysis.sources.providers.types import ProviderFailed
from researcher.kit.ids import uuid7
from researcher.kit.refusal import Refusal
from tests.analysis.importing.conftest import article
from tests.peers.site import Site, answer, site_in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
PAGE = "<html lang='en'><head><title>{title}</title></head><body><article><p>{text}</p></article>"
ITEM = "<item><title>{title}</title><link>{url}</link></item>"
RSS = "<?xml version='1.0'?><rss version='2.0'><channel><title>Grain</title>{items}</channel></rss>"


@pytest.fixture
def world(settings: Any) -> Iterator[Site]:
    with site_in_thread() as made:
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.FETCH_ALLOW_PRIVATE = ["127.0.0.0/8"]
        settings.FETCH_EVERY_SECONDS = 0.0
        settings.SEARXNG_URL = made.url
        yield made


@pytest.fixture
def grain(alice: User) -> Collection:
    return library.create_collection(owner=alice, name="Grain")


def publish(world: Site, *numbers: int, **more: str) -> None:
    """Articles, and a feed that names them and further paths, the newest first."""
    for number in numbers:
        text = article(number)["text"].replace(" ", ". ", 1)
        world[f"/{number}"] = PAGE.format(title=f"Article {number}", text=text)
    named = {f"/{number}": f"Article {number}" for number in reversed(numbers)} | more
    items = "".join(ITEM.format(title=title, url=world.url + path) for path, title in named.items())
    world["/feed"] = answer(RSS.format(items=items), content_type="application/rss+xml")


def looked(watch: Watch) -> Watch:
    Watch.objects.filter(pk=watch.pk).update(next_at=timezone.now() - timedelta(seconds=1))
    tasks.look_at_watches()
    watch.refresh_from_db()
    return watch


def counts(watch: Watch) -> tuple[int, int, int, int, str]:
    last = (watch.last_found, watch.last_added, watch.last_duplicates, watch.last_rejected)
    return (*last, watch.last_code)


def test_the_news_of_a_feed_become_documents_each_once(world, grain, monkeypatch):
    monkeypatch.setattr("analysis.watching.FRESH_SECONDS", 0)
    publish(world, 1, 2, **{"/gone": "Gone"})
    feed = watches.watch(collection=grain, kind="feed", url=f"{world.url}/feed")
    assert counts(looked(feed)) == (3, 2, 0, 1, "")
    assert feed.taken_until is None
    assert feed.next_at > timezone.now() + timedelta(minutes=50)
    assert sorted(one.name for one in grain.documents.all()) == ["Article 1", "Article 2"]
    gone = feed.items.get(title="Gone")
    assert (gone.code, gone.url) == ("http_404", f"{world.url}/gone")
    # The same article under another address, one that is new, and those of before.
    world["/copy"] = world.answers["/1"]
    publish(world, 1, 2, 3, **{"/copy": "Article 1, again"})
    assert counts(looked(feed)) == (4, 1, 1, 0, "")
    assert feed.items.get(title="Article 1, again").outcome == "duplicate"
    assert grain.documents.count() == 3
    assert world.paths.count("/2") == world.paths.count("/gone") == 1
    source = grain.documents.get(name="Article 3").source
    assert (source.url, source.title) == (f"{world.url}/3", "Article 3")


def test_what_a_query_finds_is_added_too(world, grain):
    publish(world, 1)
    results = [{"url": f"{world.url}/1", "title": "Article 1"}]
    world["/search"] = {"results": results, "unresponsive_engines": []}
    query = watches.watch(collection=grain, kind="query", query="wheat", providers=("searxng",))
    assert counts(looked(query)) == (1, 1, 0, 0, "")
    assert grain.documents.get().name == "Article 1"


class TestFailures:
    def test_a_feed_that_fails_says_why_and_is_asked_later_each_time(self, world, grain):
        feed = watches.watch(collection=grain, kind="feed", url=f"{world.url}/nowhere")
        looked(feed)
        assert (feed.failures, feed.last_found) == (1, 0)
        assert feed.last_code
        assert feed.last_detail
        looked(feed)
        assert feed.failures == 2
        assert feed.next_at > timezone.now() + timedelta(minutes=200)

    def test_what_is_no_feed_is_said_to_be_none(self, world, grain):
        world["/feed"] = "<html>no feed</html>"
        feed = watches.watch(collection=grain, kind="feed", url=f"{world.url}/feed")
        assert looked(feed).last_code == "malformed"

    def test_a_pause_is_never_shorter_than_asked_nor_longer_than_a_day(self):
        assert timedelta(minutes=50) < watches.pause(60, 0) < timedelta(minutes=70)
        assert watches.pause(60, 50) < timedelta(hours=27)
        assert watches.pause(7 * 24 * 60, 3) > timedelta(days=6)


class TestClaims:
    def test_one_worker_has_it_until_it_is_put_down(self, grain):
        feed = watches.watch(collection=grain, kind="feed", url="https://example.com/feed")
        mine = watches.claim()
        assert mine == feed
        assert watches.claim() is None
        watches.put_down(mine, watches.Look(found=1))
        feed.refresh_from_db()
        assert (feed.last_found, feed.taken_until) == (1, None)

    def test_one_whose_worker_is_gone_is_taken_again_and_he_writes_no_more(self, grain):
        feed = watches.watch(collection=grain, kind="feed", url="https://example.com/feed")
        gone = watches.claim()
        Watch.objects.update(taken_until=timezone.now() - timedelta(seconds=1))
        assert watches.claim() == feed
        watches.put_down(gone, watches.Look(found=9))
        feed.refresh_from_db()
        assert (feed.last_found, feed.last_code, feed.failures) == (0, "interrupted", 1)

    def test_the_sweeper_rings_for_what_is_due(self, grain):
        feed = watches.watch(collection=grain, kind="feed", url="https://example.com/feed")
        OrmQ.objects.all().delete()
        sweeper.sweep()
        assert OrmQ.objects.filter(key="jobs").count() == 1
        OrmQ.objects.all().delete()
        Watch.objects.filter(pk=feed.pk).update(next_at=timezone.now() + timedelta(hours=1))
        sweeper.sweep()
        assert not OrmQ.objects.exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "feed"}, "bad_watch"),
        ({"kind": "feed", "url": "https://example.com/f", "query": "wheat"}, "bad_watch"),
        ({"kind": "query", "url": "https://example.com/f"}, "bad_watch"),
        ({"kind": "query", "query": "  "}, "bad_watch"),
        ({"kind": "feed", "url": "ftp://example.com/f"}, "bad_url"),
        ({"kind": "feed", "url": "https://example.com/f", "every_minutes": 14}, "bad_interval"),
        ({"kind": "query", "query": "wheat", "every_minutes": 59}, "bad_interval"),
        ({"kind": "query", "query": "wheat", "providers": ("nobody",)}, "unknown_provider"),
    ],
)
def test_what_cannot_be_watched_is_refused(grain, given, code):
    with pytest.raises(Refusal) as caught:
        watches.watch(collection=grain, **given)
    assert caught.value.code == code
    assert not Watch.objects.exists()


def test_where_nothing_may_reach_out_nothing_is_watched(grain, settings):
    feed = watches.watch(collection=grain, kind="feed", url="https://example.com/feed")
    settings.EGRESS = "documents"
    assert looked(feed).last_code == "blocked"
    with pytest.raises(Refusal, match="egress_not_allowed"):
        watches.watch(collection=grain, kind="feed", url="https://example.com/feed")


class TestMoney:
    @pytest.fixture
    def query(self, world, grain, settings) -> Watch:
        settings.SEARCH_PRICES = {"searxng": Decimal("0.004")}
        world["/search"] = {"results": [], "unresponsive_engines": []}
        return watches.watch(collection=grain, kind="query", query="wheat", providers=("searxng",))

    def test_what_a_watch_buys_is_in_the_ledger_of_its_owner(self, query, alice):
        looked(query)
        looked(query)
        calls = Call.objects.filter(owner=alice, analysis=None, kind="search", role="searxng")
        assert [(one.state, one.cost) for one in calls] == [(CallState.DONE, Decimal("0.004"))] * 2

    def test_the_day_of_the_owner_binds_it(self, query, world, settings):
        settings.USER_DAILY_COST = Decimal("0.006")
        assert looked(query).last_code == ""
        assert looked(query).last_code == "budget_spent"
        assert world.paths.count("/search") == 1

    def test_a_refusal_costs_nothing(self, query, world):
        world["/search"] = answer({"detail": "no"}, 403)
        assert looked(query).last_code == "denied"
        assert [(one.state, one.cost) for one in Call.objects.all()] == [(CallState.REFUSED, 0)]

    def test_what_is_free_is_not_counted(self, query, settings):
        settings.SEARCH_PRICES, settings.USER_DAILY_COST = {}, Decimal(0)
        assert looked(query).last_code == ""
        assert not Call.objects.exists()

    def test_what_a_lost_look_has_begun_is_counted_as_lost_by_the_next(self, query):
        watch_calls._begin(watches.claim(), "searxng", Decimal("0.004"), uuid7())
        assert watches.claim() is None
        assert Call.objects.get().state == CallState.STARTED
        now = timezone.now()
        Watch.objects.update(taken_until=now - timedelta(seconds=1))
        Call.objects.update(started_at=now - timedelta(seconds=200))
        assert watches.claim() == query
        call = Call.objects.get()
        assert (call.state, call.error_code) == (CallState.LOST, "interrupted")
        assert call.finished_at is not None

    def test_what_the_look_of_a_deleted_watch_has_begun_is_lost_in_the_end(self, query):
        watch_calls._begin(watches.claim(), "searxng", Decimal("0.004"), uuid7())
        query.delete()
        assert leftovers.end_calls() == 0
        Call.objects.update(started_at=timezone.now() - timedelta(hours=2))
        assert leftovers.end_calls() == 1
        call = Call.objects.get()
        assert (call.state, call.error_code) == (CallState.LOST, "orphaned")
        assert call.finished_at is not None
        assert leftovers.end_calls() == 0

    def test_two_looks_at_one_moment_do_not_pass_the_cap_together(self, query, settings):
        settings.USER_DAILY_COST = Decimal("0.006")
        claimed, begun, ends = watches.claim(), Event(), list[str]()

        def buy() -> None:
            begun.wait()
            try:
                watch_calls._begin(claimed, "searxng", Decimal("0.004"), uuid7())
                ends.append("bought")
            except ProviderFailed as failed:
                ends.append(failed.code)
            finally:
                connection.close()

        threads = [Thread(target=buy) for _ in range(4)]
        for one in threads:
            one.start()
        begun.set()
        for one in threads:
            one.join()
        assert sorted(ends) == ["bought", *["budget_spent"] * 3]
