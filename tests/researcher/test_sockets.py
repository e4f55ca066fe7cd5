"""Who is at the other end, told by cookie or token alone."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.utils import timezone
from knox.models import get_token_model

from researcher.sockets import user_of
from tests.live_server import cookie_of

NOBODY = AnonymousUser()


def scope(headers: Mapping[str, str]) -> dict[str, Any]:
    return {"headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()]}


def token_of(user: User, **more: Any) -> dict[str, str]:
    _, token = get_token_model().objects.create(user=user, **more)
    return {"Authorization": f"Token {token}"}


def test_a_browser_is_known_by_its_session(alice: User):
    assert user_of(scope(cookie_of(alice))) == alice


def test_a_program_is_known_by_its_token(alice: User):
    assert user_of(scope(token_of(alice))) == alice


def test_who_shows_nothing_is_nobody(db: None):
    assert user_of(scope({})) == NOBODY


@pytest.mark.parametrize(
    "cookie", ["", "sessionid=", "sessionid=nosuchsession", "sessionid=../../etc", "x=\x00;;="]
)
def test_a_cookie_that_we_never_gave_is_nobodys(db: None, cookie: str):
    assert user_of(scope({"Cookie": cookie})) == NOBODY


@pytest.mark.parametrize(
    "authorization",
    ["", "Token", "Token ", "Token nosuchtoken", "Basic YTpi", "Token a b", "Token é"],
)
def test_a_token_that_we_never_gave_is_nobodys(db: None, authorization: str):
    assert user_of(scope({"Authorization": authorization})) == NOBODY


def test_a_bad_token_is_not_made_good_by_a_cookie(alice: User):
    assert user_of(scope({**cookie_of(alice), "Authorization": "Token wrong"})) == NOBODY


def test_two_cookie_headers_are_ambiguous(alice: User, bob: User):
    both = [*scope(cookie_of(alice))["headers"], *scope(cookie_of(bob))["headers"]]
    assert user_of({"headers": both}) == NOBODY


def test_a_deactivated_user_is_nobody(alice: User):
    cookie, token = cookie_of(alice), token_of(alice)
    User.objects.update(is_active=False)
    assert user_of(scope(cookie)) == user_of(scope(token)) == NOBODY


def test_a_new_password_ends_the_old_sessions(alice: User):
    cookie = cookie_of(alice)
    alice.set_password("another")
    alice.save()
    assert user_of(scope(cookie)) == NOBODY
    assert Session.objects.count() == 1  # looking changes nothing


def test_a_new_secret_keeps_sessions_of_the_old_one(alice: User, settings: Any):
    cookie = cookie_of(alice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    session = Session.objects.get()
    settings.SECRET_KEY = "a new secret"
    assert user_of(scope(cookie)) == alice
    assert Session.objects.get() == session


def test_sessions_and_tokens_expire(alice: User):
    cookie, token = cookie_of(alice), token_of(alice, expiry=timedelta(seconds=-1))
    Session.objects.update(expire_date=timezone.now())
    assert user_of(scope(cookie)) == user_of(scope(token)) == NOBODY
