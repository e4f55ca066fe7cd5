"""Alice sends a POST again, at once or later, and it is done once."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction
from django.urls import path
from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient

from researcher.kit import idempotency
from researcher.kit.idempotency import idempotent, purge
from researcher.kit.models import IdempotencyKey
from researcher.kit.problems import Problem
from researcher.kit.serializers import Door, StrictJSON

pytestmark = [pytest.mark.urls(__name__), pytest.mark.servers]


class Groups(Door):
    """Makes a group; its name is unique in the database, so doing it twice would fail."""

    parser_classes = [StrictJSON, MultiPartParser]

    @idempotent
    def post(self, request: Request) -> Response:
        group = Group.objects.create(name=request.data["name"])
        if request.data.get("fails"):
            raise Problem("refused", "Not like this.")
        answer = {"id": group.pk, "name": group.name, "kept": {"b": 1, "a": 2.50}}
        return Response(answer, status=202, headers={"Location": f"/groups/{group.pk}/"})


class Others(Groups):
    pass


urlpatterns = [path("groups/", Groups.as_view()), path("others/", Others.as_view())]


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def send(user, body: dict, key: str | None = "key-1", address: str = "/groups/"):
    headers = {} if key is None else {"Idempotency-Key": key}
    return signed_in(user).post(address, body, format="json", headers=headers)


def test_the_same_post_again_is_answered_again_and_done_once(alice):
    first, second = send(alice, {"name": "a"}), send(alice, {"name": "a"})
    assert first.status_code == second.status_code == 202
    assert first.content == second.content
    assert first["Location"] == second["Location"] == f"/groups/{first.json()['id']}/"
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Group.objects.count() == 1


def test_the_spacing_and_order_of_json_make_no_other_request(alice):
    send(alice, {"name": "a", "x": 1})
    client = signed_in(alice)
    body = '{ "x":1,   "name":"a" }'
    again = client.post(
        "/groups/", body, content_type="application/json", headers={"Idempotency-Key": "key-1"}
    )
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "address"), [({"name": "b"}, "/groups/"), ({"name": "a"}, "/others/")]
)
def test_the_same_key_with_another_request_is_refused(alice, body, address):
    send(alice, {"name": "a"})
    response = send(alice, body, address=address)
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert Group.objects.count() == 1


def test_an_error_keeps_neither_what_was_made_nor_the_key(alice):
    refused = send(alice, {"name": "a", "fails": True})
    assert (refused.status_code, Group.objects.count()) == (400, 0)
    assert not IdempotencyKey.objects.exists()
    assert send(alice, {"name": "a"}).status_code == 202


def test_without_a_key_every_post_is_a_new_one(alice):
    assert send(alice, {"name": "a"}, key=None).status_code == 202
    assert send(alice, {"name": "b"}, key=None).status_code == 202
    assert not IdempotencyKey.objects.exists()


def test_the_key_of_another_user_is_another_key(alice, bob):
    mine, theirs = send(alice, {"name": "a"}), send(bob, {"name": "b"})
    assert (mine.json()["name"], theirs.json()["name"]) == ("a", "b")
    assert "Idempotent-Replayed" not in theirs


@pytest.mark.parametrize("key", ["", "k" * 256, "two\nlines", "schlüssel", "a\x00b", "\x7f"])
def test_a_key_is_1_to_255_printable_ascii_characters(alice, key):
    response = send(alice, {"name": "a"}, key=key)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_invalid")
    assert not Group.objects.exists()


def test_the_longest_key_and_a_blank_within_are_fine(alice):
    assert send(alice, {"name": "a"}, key="k " + "k" * 253).status_code == 202


def upload(user, content: bytes, name: str = "a.txt"):
    form = {"name": "a", "file": io.BytesIO(content)}
    form["file"].name = name
    headers = {"Idempotency-Key": "key-1"}
    return signed_in(user).post("/groups/", form, format="multipart", headers=headers)


def test_a_file_is_compared_by_its_bytes(alice):
    first, same, other = upload(alice, b"one"), upload(alice, b"one"), upload(alice, b"two")
    assert (first.status_code, same["Idempotent-Replayed"]) == (202, "true")
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_file_under_another_name_is_another_request(alice):
    upload(alice, b"one")
    assert upload(alice, b"one", "b.txt").status_code == 422


def test_a_key_is_forgotten_after_a_day(alice, bob):
    send(alice, {"name": "a"})
    send(bob, {"name": "b"})
    long_ago = timezone.now() - timedelta(hours=25)
    IdempotencyKey.objects.filter(owner=alice).update(created_at=long_ago)
    assert purge() == 1
    assert IdempotencyKey.objects.get().owner == bob


def test_an_old_key_that_nobody_purged_yet_is_free_again(alice):
    send(alice, {"name": "a"})
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send(alice, {"name": "b"}).json()["name"] == "b"
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_parallel_posts_with_one_key_one_is_done_and_all_are_answered_alike(alice):
    together = Barrier(50)

    def one(_: int):
        together.wait()
        try:
            response = send(alice, {"name": "a"})
            return response.status_code, response.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as threads:
        answers = set(threads.map(one, range(50)))
    assert len(answers) == 1
    status, body = answers.pop()
    assert (status, json.loads(body)["name"]) == (202, "a")
    assert Group.objects.count() == IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_the_first_is_told_to_come_back(alice, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets all writers wait, whatever their key")
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.1)
    with transaction.atomic(), ThreadPoolExecutor(1) as threads:
        IdempotencyKey.objects.create(owner=alice, key="key-1", method="POST", path="/groups/")

        def impatient():
            try:
                return send(alice, {"name": "a"})
            finally:
                connections.close_all()

        response = threads.submit(impatient).result()
        transaction.set_rollback(True)
    assert (response.status_code, response.json()["code"]) == (409, "request_in_progress")
    assert response["Retry-After"] == "1"
    assert send(alice, {"name": "a"}).status_code == 202
