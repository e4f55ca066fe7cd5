"""What the admin must not offer, even to a superuser."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from knox.models import get_token_model
from rest_framework.test import APIClient


@pytest.fixture
def office(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.mark.parametrize(
    "place", ["", "schedule/", "schedule/add/", "ormq/", "success/", "failure/", "task/"]
)
def test_the_queue_is_not_there(office, place):
    assert office.get(f"/admin/django_q/{place}").status_code == 404


@pytest.mark.parametrize("place", ["", "idempotencykey/"])
def test_the_kept_answers_of_users_are_not_there(office, place):
    assert office.get(f"/admin/kit/{place}").status_code == 404


def test_a_token_is_revoked_but_never_made_or_read(office, alice):
    row, token = get_token_model().objects.create(alice)
    place = f"/admin/knox/authtoken/{row.pk}/"
    shown = office.get("/admin/knox/authtoken/").content.decode()
    assert "alice" in shown
    assert token not in shown
    assert token not in office.get(f"{place}change/").content.decode()
    assert office.get("/admin/knox/authtoken/add/").status_code == 403
    office.post(f"{place}delete/", {"post": "yes"})
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.get("/api/v1/me/").status_code == 401


def test_who_is_no_staff_does_not_get_in(alice):
    client = Client()
    client.force_login(alice)
    response = client.get("/admin/")
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/")


def test_the_start_page_opens(office):
    assert office.get("/admin/").status_code == 200
