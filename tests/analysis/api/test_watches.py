"""Alice watches feeds and queries for a collection; bob sees none of it."""

import pytest
from django.contrib.auth.models import User

from analysis import library, watches
from analysis.models import Collection, Watch, WatchItem

pytestmark = pytest.mark.servers
FEED = {"kind": "feed", "url": "https://example.com/feed", "every_minutes": 30}


@pytest.fixture
def grain(alice: User) -> Collection:
    return library.create_collection(owner=alice, name="Grain")


def at(collection: Collection, below: str = "") -> str:
    return f"/api/v1/collections/{collection.pk}/watches/{below}"


def test_one_is_made_told_of_and_deleted(api, grain):
    made = api.post(at(grain), FEED)
    assert made.status_code == 201
    told = made.json()
    assert (told["kind"], told["url"], told["every_minutes"]) == tuple(FEED.values())
    assert (told["last"], told["providers"]) == (None, [])
    assert api.get(made["Location"]).json() == told
    assert api.get(at(grain)).json()["results"] == [told]
    assert api.delete(made["Location"]).status_code == 204
    assert not Watch.objects.exists()


def test_the_last_look_and_what_it_found_are_told(api, grain):
    watch = watches.watch(collection=grain, kind="feed", url=FEED["url"])
    claimed = watches.claim()
    look = watches.Look(found=3, added=1, rejected=1, code="malformed", detail="No feed.")
    watches.put_down(claimed, look)
    WatchItem.objects.create(watch=watch, url="https://a.example", key="k", outcome="added")
    last = api.get(at(grain, f"{watch.pk}/")).json()["last"]
    assert (last["found"], last["added"], last["duplicates"], last["rejected"]) == (3, 1, 0, 1)
    assert last["failure"] == {"code": "malformed", "detail": "No feed."}
    (item,) = api.get(at(grain, f"{watch.pk}/items/")).json()["results"]
    assert (item["url"], item["outcome"], item["document"]) == ("https://a.example", "added", None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"kind": "rumour"}, "invalid_choice"),
        ({**FEED, "every_minutes": 5}, "bad_interval"),
        ({**FEED, "url": "https://"}, "bad_url"),
        ({**FEED, "colour": "red"}, "unknown_field"),
    ],
)
def test_what_makes_no_sense_is_refused(api, grain, refused, body, code):
    assert [error for error, _ in refused(api.post(at(grain), body), 400)] == [code]


@pytest.mark.parametrize("below", ["", "{}/", "{}/items/"])
def test_what_is_not_mine_is_not_there(api, stranger, bob, grain, below):
    watch = api.post(at(grain), FEED).json()["id"]
    assert stranger.get(at(grain, below.format(watch))).status_code == 404
    assert stranger.post(at(grain), FEED).status_code == 404
    assert stranger.delete(at(grain, f"{watch}/")).status_code == 404
    his = library.create_collection(owner=bob, name="His")
    assert stranger.get(at(his, f"{watch}/")).status_code == 404
    assert Watch.objects.count() == 1
