"""Who is there: a session for browsers, a token for machines."""

import hashlib
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.middleware.csrf import get_token
from drf_spectacular.utils import OpenApiResponse, extend_schema
from knox.models import get_token_model
from rest_framework import exceptions, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle
from rest_framework.views import APIView

from researcher.kit.problems import Problem
from researcher.kit.serializers import Door, StrictSerializer, Text

TOKEN_DAYS = 30
LONGEST_TOKEN_DAYS = 365
WRONG = "The username or the password is wrong."


# --- how often one may try ----------------------------------------------------------------


class WrongTries(SimpleRateThrottle):
    """Counts only the log-ins that failed, so that many good ones are no problem."""

    def throttle_success(self) -> bool:
        return True

    def count(self, request: Request, view: APIView) -> None:
        if self.allow_request(request, view) and self.key is not None:
            super().throttle_success()


class FromOneAddress(WrongTries):
    rate = "30/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        # Without a proxy that is known to be there, X-Forwarded-For is what anybody writes.
        proxied = api_settings.NUM_PROXIES is not None
        address = self.get_ident(request) if proxied else request.META["REMOTE_ADDR"]
        return f"wrong-tries-from:{address}"


class ForOneName(WrongTries):
    """From anywhere, whether there is such a user or not."""

    rate = "10/min"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        name = request.data.get("username") if isinstance(request.data, dict) else None
        if not isinstance(name, str):
            return None
        return f"wrong-tries-for:{hashlib.sha256(name.encode()).hexdigest()}"


# --- what goes in and out -----------------------------------------------------------------


class CredentialsSerializer(StrictSerializer):
    username = Text(max_length=150)
    password = Text(max_length=1000, trim_whitespace=False, style={"input_type": "password"})


class TokenRequestSerializer(CredentialsSerializer):
    expires_in_days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_TOKEN_DAYS, default=TOKEN_DAYS
    )


class TokenSerializer(serializers.Serializer[Any]):
    """A new token; it is shown this once and cannot be read again."""

    token = serializers.CharField(help_text="Send it as `Authorization: Token <token>`.")
    expires_at = serializers.DateTimeField()


class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "username", "email", "first_name", "last_name", "is_staff"]
        read_only_fields = fields


class SessionSerializer(serializers.Serializer[Any]):
    """Who is logged in, if anybody is, and what a POST must send as `X-CSRFToken`."""

    user = UserSerializer(allow_null=True)
    csrf_token = serializers.CharField()


# --- views ------------------------------------------------------------------------------


class LogIn(Door):
    """A door that takes a username and a password, and not too many wrong ones."""

    permission_classes = [AllowAny]

    def get_throttles(self) -> list[BaseThrottle]:
        return [FromOneAddress(), ForOneName()] if self.request.method == "POST" else []

    def known(self, request: Request, credentials: dict[str, Any]) -> User:
        """The user of these credentials. Raises AuthenticationFailed.

        One text tells of an unknown name, a wrong password and an inactive user, and Django
        hashes in each case, so that they take the same time.
        """
        names = ("username", "password")
        user = authenticate(request._request, **{name: credentials[name] for name in names})
        if isinstance(user, User):
            return user
        for throttle in (FromOneAddress(), ForOneName()):
            throttle.count(request, self)
        raise exceptions.AuthenticationFailed(WRONG)


class Tokens(LogIn):
    """Tokens for machines. The answer is never kept, so an Idempotency-Key is of no use here."""

    authentication_classes = []

    @extend_schema(
        operation_id="tokens_create",
        request=TokenRequestSerializer,
        responses={201: TokenSerializer},
    )
    def post(self, request: Request) -> Response:
        """Exchange a username and password for a token that expires."""
        asked = TokenRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = self.known(request, asked.validated_data)
        expiry = timedelta(days=asked.validated_data["expires_in_days"])
        row, token = get_token_model().objects.create(user, expiry=expiry)
        return Response({"token": token, "expires_at": _iso(row.expiry)}, status=201)


class CurrentToken(Door):
    @extend_schema(
        operation_id="tokens_current_destroy",
        responses={204: OpenApiResponse(description="The token is worth nothing any more.")},
    )
    def delete(self, request: Request) -> Response:
        """Revoke the token that this request was made with."""
        if not isinstance(request.auth, get_token_model()):
            detail = "This request was made with a session: send the token that shall be revoked."
            raise Problem("token_required", detail)
        request.auth.delete()
        return Response(status=204)


class Session(LogIn):
    """The session of a browser. Every change needs the CSRF token that GET hands out."""

    authentication_classes = [SessionAuthentication]

    @extend_schema(operation_id="session_retrieve", responses=SessionSerializer)
    def get(self, request: Request) -> Response:
        """Say who is logged in; sets the CSRF cookie."""
        return Response(_session(request))

    @extend_schema(
        operation_id="session_create",
        request=CredentialsSerializer,
        responses={200: SessionSerializer},
    )
    def post(self, request: Request) -> Response:
        """Log in."""
        SessionAuthentication().enforce_csrf(request)
        asked = CredentialsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = self.known(request, asked.validated_data)
        login(request._request, user)
        request.user = user
        return Response(_session(request))

    @extend_schema(
        operation_id="session_destroy",
        responses={204: OpenApiResponse(description="Nobody is logged in any more.")},
    )
    def delete(self, request: Request) -> Response:
        """Log out."""
        SessionAuthentication().enforce_csrf(request)
        logout(request._request)
        return Response(status=204)


class Me(Door):
    @extend_schema(operation_id="me_retrieve", responses=UserSerializer)
    def get(self, request: Request) -> Response:
        """Say who I am."""
        return Response(UserSerializer(cast(User, request.user)).data)


def _session(request: Request) -> dict[str, Any]:
    user = UserSerializer(request.user).data if isinstance(request.user, User) else None
    return {"user": user, "csrf_token": get_token(request._request)}


def _iso(moment: Any) -> str:
    return str(serializers.DateTimeField().to_representation(moment))
