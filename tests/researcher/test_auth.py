"""Alice logs in: with a session in her browser, with a token on her machines."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from knox.models import get_token_model
from rest_framework.test import APIClient

pytestmark = pytest.mark.servers
TOKENS = "/api/v1/auth/tokens/"
CURRENT = "/api/v1/auth/tokens/current/"
SESSION = "/api/v1/auth/session/"
ME = "/api/v1/me/"
RIGHT = {"username": "alice", "password": "alice-secret"}
WRONG = {"username": "alice", "password": "bob-secret"}


@pytest.fixture(autouse=True)
def nobody_tried_yet() -> None:
    cache.clear()


def post(address: str, body: dict, client: APIClient | None = None, **headers: str):
    return (client or APIClient()).post(address, body, format="json", headers=headers)


def machine(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


class TestTokens:
    def test_a_token_opens_the_doors_until_it_expires(self, alice):
        response = post(TOKENS, RIGHT)
        assert response.status_code == 201
        client = machine(response.json()["token"])
        assert client.get(ME).json()["username"] == "alice"
        get_token_model().objects.update(expiry=timezone.now() - timedelta(seconds=1))
        assert client.get(ME).status_code == 401

    def test_it_expires_when_it_was_asked_to(self, alice):
        post(TOKENS, RIGHT | {"expires_in_days": 7})
        left = get_token_model().objects.get().expiry - timezone.now()
        assert timedelta(days=6, hours=23) < left < timedelta(days=7, seconds=1)

    @pytest.mark.parametrize("days", [0, -1, 366, "soon", 1.5])
    def test_it_never_lives_for_ever(self, alice, days):
        response = post(TOKENS, RIGHT | {"expires_in_days": days})
        assert response.status_code == 400
        assert response.json()["errors"][0]["attr"] == "expires_in_days"

    def test_only_its_digest_is_stored(self, alice):
        token = post(TOKENS, RIGHT).json()["token"]
        row = get_token_model().objects.get()
        assert token not in (row.digest, row.token_key)
        assert len(row.token_key) < len(token) / 2

    def test_it_can_be_revoked_with_itself(self, alice):
        first, second = (machine(post(TOKENS, RIGHT).json()["token"]) for _ in range(2))
        assert first.delete(CURRENT).status_code == 204
        assert first.get(ME).status_code == 401
        assert second.get(ME).status_code == 200

    def test_a_session_is_no_token_to_revoke(self, alice):
        client = APIClient()
        client.force_login(alice)
        response = client.delete(CURRENT)
        assert (response.status_code, response.json()["code"]) == (400, "token_required")

    def test_a_deactivated_user_is_nobody(self, alice):
        client = machine(post(TOKENS, RIGHT).json()["token"])
        alice.is_active = False
        alice.save()
        assert client.get(ME).status_code == 401
        assert post(TOKENS, RIGHT).status_code == 401


class TestSession:
    def browser(self) -> tuple[APIClient, str]:
        client = APIClient(enforce_csrf_checks=True)
        return client, client.get(SESSION).json()["csrf_token"]

    def test_a_browser_logs_in_and_out(self, alice):
        client, token = self.browser()
        answer = post(SESSION, RIGHT, client, **{"X-CSRFToken": token})
        assert answer.json()["user"]["username"] == "alice"
        assert client.get(ME).json()["username"] == "alice"
        headers = {"X-CSRFToken": answer.json()["csrf_token"]}
        assert client.delete(SESSION, headers=headers).status_code == 204
        assert client.get(SESSION).json()["user"] is None

    def test_nobody_is_logged_in_by_another_site(self, alice):
        client, _ = self.browser()
        assert post(SESSION, RIGHT, client).status_code == 403
        assert client.get(ME).status_code == 401

    def test_a_session_changes_nothing_without_the_csrf_token(self, alice):
        client = APIClient(enforce_csrf_checks=True)
        client.force_login(alice)
        assert client.get(ME).status_code == 200
        assert client.delete(CURRENT).status_code == 403
        assert client.delete(SESSION).status_code == 403

    def test_a_deactivated_user_is_logged_out(self, alice):
        client = APIClient()
        client.force_login(alice)
        alice.is_active = False
        alice.save()
        assert client.get(ME).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("address", [TOKENS, SESSION])
class TestWrongTries:
    def test_an_unknown_user_and_a_wrong_password_are_answered_alike(self, alice, address):
        answers = [post(address, body) for body in (WRONG, {**WRONG, "username": "nobody"})]
        assert [answer.status_code for answer in answers] == [401, 401]
        first, second = ({**answer.json(), "request_id": ""} for answer in answers)
        assert first == second

    def test_after_ten_wrong_ones_a_name_is_closed_for_a_while(self, alice, address):
        for _ in range(10):
            assert post(address, WRONG).status_code == 401
        response = post(address, RIGHT)
        assert (response.status_code, response.json()["code"]) == (429, "too_many_attempts")
        assert 0 < int(response["Retry-After"]) <= 60

    def test_right_ones_are_not_counted(self, alice, address):
        assert {post(address, RIGHT).status_code for _ in range(12)} <= {200, 201}

    def test_one_address_cannot_try_many_names(self, alice, address):
        for number in range(30):
            post(address, {"username": f"user-{number}", "password": "guess"})
        assert post(address, RIGHT, **{"X-Forwarded-For": "10.9.8.7"}).status_code == 429

    def test_a_body_without_a_name_is_a_bad_request(self, address):
        for body in ({}, {"username": 5, "password": "x"}, {"username": "a"}, ["alice"]):
            assert post(address, body).status_code == 400

    @pytest.mark.parametrize("name", ["a" * 151, "a\x00b", "\ud800"])
    def test_a_name_that_nobody_can_have_is_a_bad_request(self, address, name):
        escaped = '{"username": "' + name.encode("unicode_escape").decode() + '", "password": "x"}'
        body = escaped.replace("\\x00", "\\u0000")
        response = APIClient().post(address, body, content_type="application/json")
        assert response.status_code == 400


def test_me_tells_who_i_am_and_nothing_secret(alice):
    client = APIClient()
    client.force_login(alice)
    assert set(client.get(ME).json()) == {
        "id",
        "username",
        "email",
        "first_name",
        "last_name",
        "is_staff",
    }


@pytest.mark.django_db
def test_who_is_not_logged_in_is_told_how(client):
    response = client.get(ME)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token")
    assert response.json()["code"] == "not_authenticated"
