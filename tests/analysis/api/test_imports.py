"""Alice sends many documents at once and watches what becomes of them; bob sees nothing."""

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from analysis import library
from analysis.importing import batches, claims
from analysis.models import Collection, Import
from tests.analysis.importing.conftest import article, jsonl, zipped

pytestmark = pytest.mark.servers


@pytest.fixture
def grain(alice: User) -> Collection:
    return library.create_collection(owner=alice, name="Grain")


@pytest.fixture
def send(api, grain):
    def post(content: bytes, name: str = "a.jsonl", **fields: object):
        file = SimpleUploadedFile(name, content)
        return api.post(at(grain), {"file": file, **fields}, format="multipart")

    return post


def at(collection: Collection, below: str = "") -> str:
    return f"/api/v1/collections/{collection.pk}/imports/{below}"


def test_it_is_taken_in_and_told_of_at_once(send, api, grain):
    answer = send(jsonl(article(1)), "C:\\news\\articles.jsonl")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["name"], told["format"], told["status"]) == ("articles.jsonl", "jsonl", "queued")
    assert (told["total"], told["done"], told["failure"]) == (None, 0, None)
    assert api.get(answer["Location"]).json() == told
    assert api.get(at(grain)).json()["results"] == [told]
    assert send(zipped({"a.txt": b"a"}), "a.jsonl").json()["format"] == "zip"


def test_each_item_is_told_in_its_order_and_can_be_filtered(send, api, grain):
    send(b"{}")
    job = claims.claim()
    items = [batches.Item(n, f"line {n}", code="line_not_json", detail="No.") for n in (3, 1, 2)]
    batch = batches.Batch(0, 9, 3, items)
    batches.write(job, batch, batches.decide(job, batches.Shelf(), items), {})
    items_at = at(grain, f"{job.pk}/items/")
    told = api.get(f"{items_at}?limit=2").json()
    assert [one["number"] for one in told["results"]] == [1, 2]
    assert [one["number"] for one in api.get(told["next"]).json()["results"]] == [3]
    assert told["results"][0] == {
        "number": 1,
        "name": "line 1",
        "outcome": "rejected",
        "code": "line_not_json",
        "detail": "No.",
        "document": None,
        "similarity": None,
    }
    assert api.get(f"{items_at}?outcome=added&outcome=duplicate").json()["results"] == []
    assert api.get(f"{items_at}?outcome=lost").status_code == 400


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "status", "code"),
        [
            (b"", 400, "file_empty"),
            (b"PK\x03\x04 cut off", 400, "archive_unreadable"),
            (zipped({}), 400, "file_empty"),
            (zipped({"a.txt": b"0" * (20 << 20)}), 413, "archive_too_large"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", 400, "import_not_lines"),
            (zipped({"word/document.xml": b"<w/>"}), 400, "import_not_lines"),
            (b"MZ\x90\x00\x03\x00", 400, "import_not_lines"),
            (bytes(range(256)) * 20, 400, "import_not_lines"),
        ],
    )
    def test_a_file_that_cannot_be_imported(self, send, refused, content, status, code):
        errors = refused(send(content), status)
        assert [error for error, _ in errors] == [code]
        assert not Import.objects.exists()

    def test_a_body_that_is_too_large(self, send, refused, settings):
        settings.IMPORT_MAX_MB = 0
        assert refused(send(b"a" * (2 << 20)), 413) == [("body_too_large", None)]

    def test_a_body_without_a_file_or_with_more(self, api, send, grain):
        assert api.post(at(grain), {}, format="multipart").status_code == 400
        assert send(b"{}", colour="red").status_code == 400
        assert api.post(at(grain), {"file": "x"}).status_code == 415


def test_a_post_that_is_sent_again_is_done_once(api, grain):
    answers = [
        api.post(
            at(grain),
            {"file": SimpleUploadedFile("a.jsonl", b"{}")},
            format="multipart",
            HTTP_IDEMPOTENCY_KEY="k",
        ).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert Import.objects.count() == 1


class TestCancelled:
    def test_it_ends_at_once_and_again_is_the_same(
        self, send, api, grain, django_capture_on_commit_callbacks
    ):
        job = send(jsonl(article(1))).json()["id"]
        file = Import.objects.get().file
        with django_capture_on_commit_callbacks(execute=True):
            first = api.post(at(grain, f"{job}/cancel/"))
        assert (first.status_code, first.json()["status"]) == (200, "cancelled")
        assert first.json()["finished_at"]
        assert api.post(at(grain, f"{job}/cancel/")).json() == first.json()
        assert not default_storage.exists(file)
        assert claims.claim() is None

    def test_what_has_ended_cannot_be_cancelled(self, send, api, grain, refused):
        job = send(jsonl(article(1))).json()["id"]
        claims.complete(claims.claim())
        assert refused(api.post(at(grain, f"{job}/cancel/")), 409) == [("invalid_state", None)]
        assert Import.objects.get().status == "completed"

    def test_it_takes_no_body_and_no_stranger(self, send, api, stranger, grain):
        job = send(jsonl(article(1))).json()["id"]
        assert api.post(at(grain, f"{job}/cancel/"), {"a": 1}, format="json").status_code == 400
        assert stranger.post(at(grain, f"{job}/cancel/")).status_code == 404
        assert Import.objects.get().status == "queued"


@pytest.mark.parametrize("below", ["", "{}/", "{}/items/"])
def test_what_is_not_mine_is_not_there(send, stranger, bob, grain, below):
    job = send(b"{}").json()["id"]
    assert stranger.get(at(grain, below.format(job))).status_code == 404
    his = library.create_collection(owner=bob, name="His")
    assert stranger.get(at(his, f"{job}/")).status_code == 404


def test_a_stranger_cannot_import_into_it(stranger, grain):
    file = SimpleUploadedFile("a.jsonl", b"{}")
    answer = stranger.post(at(grain), {"file": file}, format="multipart")
    assert answer.status_code == 404
    assert not Import.objects.exists()
