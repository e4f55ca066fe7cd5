"""One request and its answer over HTTP/1.1, within caps of time and size."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpcore2
import httpx2

from analysis.sources.door import outcomes
from analysis.sources.door.addresses import address_of, is_public
from analysis.sources.door.bodies import Body
from analysis.sources.door.network import Resolve, VettedBackend
from analysis.sources.door.policy import Policy
from analysis.sources.door.types import FetchFailed
from analysis.sources.door.urls import Target

KEEP_ALIVE_SECONDS = 15.0
KEPT_ALIVE = 20
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The most of a line of headers that h11 takes in is 100 KiB; it says so with this status.
HEADERS_TOO_LARGE = 431


@dataclass(frozen=True)
class Sent:
    """One request as it goes out."""

    target: Target
    method: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """What came back. `content` is empty where it is not read: redirects, "not modified".

    `from_inside` is told of redirects: whether a network that only we may enter sent it.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    from_inside: bool = False

    @property
    def is_redirect(self) -> bool:
        return self.status in REDIRECTS and "location" in self.headers


class Exchanges:
    """The connections of one event loop. What came from outside cannot lead to the inside."""

    def __init__(self, policy: Policy, resolve: Resolve, tls: ssl.SSLContext | None = None) -> None:
        """`tls` says whose certificates are trusted: those of the web, unless told otherwise."""
        self._policy = policy
        context = tls or httpx2.create_ssl_context(trust_env=False)
        self._pools = {
            may_enter: httpcore2.AsyncConnectionPool(
                ssl_context=context,
                max_connections=policy.connections,
                max_keepalive_connections=KEPT_ALIVE,
                keepalive_expiry=KEEP_ALIVE_SECONDS,
                network_backend=VettedBackend(resolve, policy.inside if may_enter else ()),
            )
            for may_enter in (True, False)
        }

    async def close(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()

    async def ask(self, sent: Sent, *, may_enter: bool = True) -> Answer:
        """The answer of a server, of any status but the failing ones. Raises FetchFailed."""
        host = sent.target.host
        with _told(host):
            async with (
                asyncio.timeout(self._policy.seconds),
                self._pools[may_enter].stream(
                    sent.method,
                    _url(sent.target),
                    headers=[(name, value) for name, value in sent.headers.items()],
                    content=sent.body,
                ) as response,
            ):
                return await self._read(sent.target, response)

    async def _read(self, target: Target, response: httpcore2.Response) -> Answer:
        headers = _headers(response)
        answer = Answer(response.status, headers)
        if answer.is_redirect:
            return replace(answer, from_inside=self._is_inside(response))
        if answer.status == 304:
            return answer
        outcomes.check_status(answer.status, headers, target)
        body = Body(headers, self._policy.most_bytes)
        with _cut(target.host):
            async for chunk in response.aiter_stream():
                body.add(chunk)
        return Answer(answer.status, headers, body.whole())

    def _is_inside(self, response: httpcore2.Response) -> bool:
        if not self._policy.inside:
            return False
        peer = response.extensions["network_stream"].get_extra_info("server_addr")
        address = address_of(str(peer[0])) if peer else None
        return address is not None and not is_public(address)


def _url(target: Target) -> httpcore2.URL:
    """The vetted parts as they are, so that nothing is parsed a second time."""
    return httpcore2.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )


def _headers(response: httpcore2.Response) -> dict[str, str]:
    """By lower-case name; what is said twice is joined, as the RFC has it."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


@contextmanager
def _told(host: str) -> Iterator[None]:
    """Faults of the connection as FetchFailed; no word of a library, which may repeat headers."""
    try:
        yield
    except TimeoutError:
        detail = f"{host} took too long to answer."
        raise FetchFailed("fetch_timeout", detail) from None
    except httpcore2.LocalProtocolError:
        detail = "The request has a header that cannot be sent."
        raise FetchFailed("fetch_bad_request", detail) from None
    except httpcore2.RemoteProtocolError as error:
        raise _broken(host, error) from None
    except httpcore2.ConnectError as error:
        raise _unconnected(host, error) from None
    except (httpcore2.NetworkError, httpcore2.TimeoutException, OSError):
        raise FetchFailed("fetch_unreachable", f"{host} broke the connection.") from None


@contextmanager
def _cut(host: str) -> Iterator[None]:
    try:
        yield
    except (httpcore2.RemoteProtocolError, httpcore2.NetworkError):
        detail = f"{host} broke off in the middle of its answer."
        raise FetchFailed("fetch_truncated", detail) from None


def _unconnected(host: str, error: httpcore2.ConnectError) -> FetchFailed:
    if isinstance(error.__context__, ssl.SSLCertVerificationError):
        detail = f"The certificate that {host} shows is not valid for it."
        return FetchFailed("fetch_bad_certificate", detail)
    return FetchFailed("fetch_unreachable", f"{host} does not speak TLS, or broke the connection.")


def _broken(host: str, error: httpcore2.RemoteProtocolError) -> FetchFailed:
    cause = error.args[0] if error.args else None
    if getattr(cause, "error_status_hint", 0) == HEADERS_TOO_LARGE:
        return FetchFailed("fetch_too_large", f"The headers of {host} are too large.")
    if isinstance(cause, str):
        return FetchFailed("fetch_unreachable", f"{host} hung up without an answer.")
    return FetchFailed("fetch_bad_answer", f"{host} answers with something that is no HTTP.")
