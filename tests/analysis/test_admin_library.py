"""Staff see collections, imports and watches, and why something was not added; read only."""

import io

import pytest
from django.contrib.auth.models import User
from django.test import Client

from analysis import library, watches
from analysis.importing import batches, claims
from analysis.importing.begin import begin
from analysis.models import Collection

pytestmark = pytest.mark.servers


@pytest.fixture
def office(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def grain(alice: User) -> Collection:
    return library.create_collection(owner=alice, name="Grain")


def shown(office: Client, kind: str, pk: object) -> str:
    for address in (f"/admin/analysis/{kind}/", f"/admin/analysis/{kind}/{pk}/change/"):
        response = office.get(address)
        assert response.status_code == 200
    page = response.content.decode()
    assert 'name="_save"' not in page
    return page


def test_an_import_says_what_was_not_added_and_why(office, grain):
    begin(collection=grain, name="a.jsonl", file=io.BytesIO(b"{}"))
    job = claims.claim()
    items = [batches.Item(1, "line 1", code="text_missing", detail="No <text> in it.")]
    batches.write(
        job, batches.Batch(0, 2, 1, items), batches.decide(job, batches.Shelf(), items), {}
    )
    page = shown(office, "import", job.pk)
    assert "No &lt;text&gt; in it." in page
    assert "Running" in page


def test_a_collection_and_a_watch_are_shown(office, grain):
    watch = watches.watch(collection=grain, kind="feed", url="https://example.com/feed")
    claimed = watches.claim()
    watches.put_down(claimed, watches.Look(code="malformed", detail="This is no feed."))
    assert "Grain" in shown(office, "collection", grain.pk)
    assert "malformed: This is no feed." in shown(office, "watch", watch.pk)
