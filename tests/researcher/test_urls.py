"""Every door, and who gets through it: a door that is not in the table fails a test."""

import io
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from rest_framework.test import APIClient

from analysis import library, services, watches
from analysis.importing.begin import begin
from analysis.models import (
    Analysis,
    Collection,
    Document,
    Import,
    Source,
    SourcePage,
    SourceStatus,
    StageOutput,
    Status,
    Watch,
)
from analysis.types import Stage
from tests.analysis.sources.reading import files
from tests.reports.drafts import make_draft
from tests.templates_app.factories import make_template

# Whose door it is: anybody's, every user's, or of the one to whom the row belongs.
ANYBODY, USERS, OWNERS = "anybody", "users", "owner"
METHODS = ("get", "post", "put", "patch", "delete")

DOORS = {
    ("api", "get"): ANYBODY,
    ("schema", "get"): ANYBODY,
    ("docs", "get"): ANYBODY,
    ("tokens", "post"): ANYBODY,
    ("session", "get"): ANYBODY,
    ("session", "post"): ANYBODY,
    ("session", "delete"): ANYBODY,
    ("current-token", "delete"): USERS,
    ("me", "get"): USERS,
    ("templates", "get"): USERS,
    ("template", "get"): USERS,
    ("template-version", "get"): USERS,
    ("analyses", "get"): USERS,
    ("analyses", "post"): USERS,
    ("analyses-validate", "post"): USERS,
    ("documents", "get"): USERS,
    ("documents", "post"): USERS,
    ("providers", "get"): USERS,
    ("research-search", "get"): USERS,
    ("collections", "get"): USERS,
    ("collections", "post"): USERS,
    ("library-search", "get"): USERS,
    ("collection", "get"): OWNERS,
    ("collection", "patch"): OWNERS,
    ("collection", "delete"): OWNERS,
    ("collection-documents", "post"): OWNERS,
    ("collection-document", "delete"): OWNERS,
    ("imports", "get"): OWNERS,
    ("imports", "post"): OWNERS,
    ("import", "get"): OWNERS,
    ("import-cancel", "post"): OWNERS,
    ("watches", "get"): OWNERS,
    ("watches", "post"): OWNERS,
    ("watch", "get"): OWNERS,
    ("watch", "delete"): OWNERS,
    ("watch-items", "get"): OWNERS,
    ("import-items", "get"): OWNERS,
    ("analysis", "get"): OWNERS,
    ("analysis-events", "get"): OWNERS,
    ("analysis-cancel", "post"): OWNERS,
    ("analysis-duplicate", "post"): OWNERS,
    ("analysis-plan", "get"): OWNERS,
    ("analysis-plan", "put"): OWNERS,
    ("analysis-plan-approve", "post"): OWNERS,
    ("analysis-pause", "post"): OWNERS,
    ("analysis-resume", "post"): OWNERS,
    ("analysis-retry", "post"): OWNERS,
    ("reports", "get"): USERS,
    ("report", "get"): OWNERS,
    ("report-download", "get"): OWNERS,
    ("document", "get"): OWNERS,
    ("document", "delete"): OWNERS,
    ("document-file", "get"): OWNERS,
    ("document-page", "get"): OWNERS,
    ("analysis-sources", "get"): OWNERS,
    ("source-text", "get"): OWNERS,
    ("source-page", "get"): OWNERS,
}
# Django's own, behind its own log-in.
NOT_OURS = "admin/"


class Rows(NamedTuple):
    """What alice has."""

    analysis: Analysis
    document: Document
    collection: Collection
    job: Import
    watch: Watch


def doors(patterns: list[URLPattern | URLResolver], below: str = "") -> Iterator[tuple[str, str]]:
    """Every route by its name (or, without one, its path) with each of its methods."""
    for pattern in patterns:
        path = below + str(pattern.pattern)
        if path == NOT_OURS:
            continue
        if isinstance(pattern, URLResolver):
            yield from doors(pattern.url_patterns, path)
        else:
            view = getattr(pattern.callback, "view_class", None) or pattern.callback.cls
            for method in METHODS:
                if hasattr(view, method):
                    yield pattern.name or path, method


def test_every_door_is_in_the_table():
    known = {(name, method) for name, method in DOORS} | {
        ("api", method) for method in METHODS if method != "get"
    }
    assert set(doors(get_resolver().url_patterns)) - known == set()
    assert set(DOORS) - set(doors(get_resolver().url_patterns)) == set()


@pytest.fixture
def rows(alice: User) -> Rows:
    make_template()
    content = files.pdf("Wheat")
    document = services.add_document(owner=alice, name="a.pdf", content=content)
    Source.objects.update(media_type="application/pdf", status=SourceStatus.READ)
    SourcePage.objects.create(source=document.source, number=1, text="Wheat")
    collection = library.create_collection(owner=alice, name="Grain")
    library.add_documents(collection=collection, documents=[document.pk])
    job = begin(collection=collection, name="a.jsonl", file=io.BytesIO(b"{}"))
    watch = watches.watch(collection=collection, kind="feed", url="https://example.com/feed")
    return Rows(completed(alice), document, collection, job, watch)


def completed(owner: User) -> Analysis:
    analysis = services.submit(owner=owner, template="quarterly", topic="Wheat", options_given={})
    output = make_draft().model_dump(mode="json")
    StageOutput.objects.create(analysis=analysis, stage=Stage.REPORT, output=output)
    row = Analysis.objects.filter(pk=analysis.pk)
    row.update(status=Status.COMPLETED, finished_at=timezone.now())
    return row.get()


def knock(user: User | None, name: str, method: str, rows: Rows) -> int:
    client = APIClient()
    if user is not None:
        client.force_login(user)
    response = getattr(client, method)(address(name, rows))
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert "wheat" not in response.content.decode().lower()
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def address(name: str, rows: Rows) -> str:
    kwargs = {
        "template": {"slug": "quarterly"},
        "template-version": {"slug": "quarterly", "number": 1},
        "document-page": {"pk": rows.document.pk, "number": 1},
        "collection-document": {"pk": rows.collection.pk, "document": rows.document.pk},
        "imports": {"pk": rows.collection.pk},
        "watches": {"pk": rows.collection.pk},
        "watch": {"pk": rows.collection.pk, "watch": rows.watch.pk},
        "watch-items": {"pk": rows.collection.pk, "watch": rows.watch.pk},
        "import": {"pk": rows.collection.pk, "job": rows.job.pk},
        "import-items": {"pk": rows.collection.pk, "job": rows.job.pk},
        "import-cancel": {"pk": rows.collection.pk, "job": rows.job.pk},
        "source-text": {"pk": rows.document.source_id},
        "source-page": {"pk": rows.document.source_id, "number": 1},
    }.get(name)
    if kwargs is None and name.startswith("collection") and name != "collections":
        kwargs = {"pk": rows.collection.pk}
    if kwargs is None and name.startswith("document") and name != "documents":
        kwargs = {"pk": rows.document.pk}
    if kwargs is None and DOORS[name, method_of(name)] == OWNERS:
        kwargs = {"pk": rows.analysis.pk}
    return reverse(name, kwargs=kwargs)


def method_of(name: str) -> str:
    return next(method for one, method in DOORS if one == name)


@pytest.mark.parametrize(("name", "method"), DOORS)
class TestDoors:
    @pytest.mark.servers
    def test_the_owner_gets_through(self, alice, rows, name, method):
        assert knock(alice, name, method, rows) not in (401, 403, 404, 405, 500)

    @pytest.mark.servers
    def test_a_stranger_sees_nothing_of_hers(self, bob, rows, name, method):
        status = knock(bob, name, method, rows)
        assert (status == 404) == (DOORS[name, method] == OWNERS)
        assert Document.objects.filter(pk=rows.document.pk).exists()
        assert rows.collection.documents.exists()
        assert Analysis.objects.get(pk=rows.analysis.pk).status == Status.COMPLETED

    def test_staff_have_no_more_here_than_others(self, staff, rows, name, method):
        status = knock(staff, name, method, rows)
        assert (status == 404) == (DOORS[name, method] == OWNERS)

    def test_who_is_not_logged_in_is_told_so(self, rows, name, method):
        status = knock(None, name, method, rows)
        assert (status == 401) == (DOORS[name, method] != ANYBODY)

    def test_who_was_deactivated_is_nobody(self, alice, rows, name, method):
        client = APIClient()
        client.force_login(alice)
        User.objects.filter(pk=alice.pk).update(is_active=False)
        status = getattr(client, method)(address(name, rows)).status_code
        assert (status == 401) == (DOORS[name, method] != ANYBODY)
