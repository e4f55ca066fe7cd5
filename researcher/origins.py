"""Which web pages may open a WebSocket: exact origins, because a browser sends its cookies."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from researcher.kit.closing import Application, Receive, Scope, Send, refuse
from researcher.kit.refusal import Refusal

_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    scheme: str
    host: str
    port: int


class OriginCheck:
    """Lets in the site itself, `FRONTEND_ORIGINS`, and clients with a token that are no page."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_welcome(scope):
            await self.application(scope, receive, send)
        else:
            detail = "This origin may not connect; FRONTEND_ORIGINS lists those that may."
            await refuse(receive, send, Refusal("origin_not_allowed", detail))


def header(scope: Scope, name: str) -> str | None:
    """A header of the handshake; None if it is absent, or there twice and so ambiguous."""
    values = [value for key, value in scope["headers"] if key == name.encode()]
    return values[0].decode("latin1") if len(values) == 1 else None


def _is_welcome(scope: Scope) -> bool:
    if not any(key == b"origin" for key, _ in scope["headers"]):
        # Every browser names its page; only other clients can choose the header instead.
        return header(scope, "authorization") is not None
    origin = parsed(header(scope, "origin"))
    return origin is not None and origin in {_own(scope), *map(parsed, settings.FRONTEND_ORIGINS)}


def parsed(text: str | None) -> Origin | None:
    """`https://app.example.com:8443` in its parts; None for "null" and all that is no origin."""
    try:
        parts = urlsplit(text or "")
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    bare = parts.netloc and "@" not in parts.netloc and not (parts.path + parts.query)
    return Origin(parts.scheme, parts.hostname or "", port) if bare else None


def _own(scope: Scope) -> Origin | None:
    """The origin of the site as the client sees it, if it is one of our hosts."""
    host = header(scope, "host") or ""
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return None
    return parsed(f"{_scheme(scope)}://{host}")


def _scheme(scope: Scope) -> str:
    """http or https: of the connection, or what a trusted proxy says (SECURE_PROXY_SSL_HEADER)."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        said = header(scope, name.removeprefix("HTTP_").replace("_", "-").lower())
        return "https" if (said or "").split(",")[0].strip() == secure else "http"
    return "https" if scope.get("scheme") == "wss" else "http"
