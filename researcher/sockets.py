"""Who is at the other end of a WebSocket: the owner of a session cookie or of an API token."""

from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    load_backend,
)
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare
from knox.auth import TokenAuthentication
from knox.settings import knox_settings
from rest_framework.exceptions import AuthenticationFailed

from researcher.kit.closing import Application, Receive, Scope, Send, refuse
from researcher.kit.refusal import Refusal
from researcher.kit.rows import rows
from researcher.origins import header

User = AbstractBaseUser | AnonymousUser


class Authentication:
    """Gives the consumer `await scope["authenticate"]()`: who it is, at every call anew.

    The consumer asks after it has accepted, so a slow database never fails the handshake, and
    asks again while the socket is open.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        authenticate = partial(rows, user_of, scope)
        await self.application({**scope, "authenticate": authenticate}, receive, send)


def user_of(scope: Scope) -> User:
    """The user of the token, if there is an Authorization header, else of the session."""
    authorization = header(scope, "authorization")
    if authorization is not None:
        return _token_user(authorization) or AnonymousUser()
    cookies = parse_cookie(header(scope, "cookie") or "")
    return _session_user(cookies.get(settings.SESSION_COOKIE_NAME, "")) or AnonymousUser()


def _token_user(authorization: str) -> AbstractBaseUser | None:
    prefix, _, token = authorization.strip().partition(" ")
    if prefix.lower() != knox_settings.AUTH_HEADER_PREFIX.lower() or not token.isascii():
        return None
    try:
        user, _ = TokenAuthentication().authenticate_credentials(token.strip().encode())
    except AuthenticationFailed:
        return None
    return user  # type: ignore[no-any-return]


def _session_user(key: str) -> AbstractBaseUser | None:
    """As Django's `get_user`, but it never changes the session: no cookie could follow it."""
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore(key)
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    pk = get_user_model()._meta.pk.to_python(session[SESSION_KEY])
    user = load_backend(session[BACKEND_SESSION_KEY]).get_user(pk)  # None for an inactive one
    return user if user and _is_current(user, session.get(HASH_SESSION_KEY, "")) else None


def _is_current(user: Any, session_hash: str) -> bool:
    """False once the password was changed."""
    valid = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, known) for known in valid)


async def not_there(scope: Scope, receive: Receive, send: Send) -> None:
    """The last route: a path that leads nowhere."""
    detail = f"There is no socket at {scope['path'][:200]}: use /ws/analyses/<id>/."
    await refuse(receive, send, Refusal("not_found", detail))
