"""The doors of those who watch over the deployment: /livez, /readyz and /metrics.

They are answered before hosts, redirects and sessions are looked at, because a probe calls a
process by its address and without TLS.
"""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare

from researcher import health, metrics
from researcher.kit.problems import Problem, page

# What a proxy adds to a request; one that carries it did not begin on this machine.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
BEARER = "Bearer "


class Probes:
    """Middleware: answers the probes, and passes on everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        door = DOORS.get(request.path)
        if door is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            detail = "A probe is only read: use GET."
            return page(request, Problem("method_not_allowed", detail, status=405))
        response = door(request)
        response["Cache-Control"] = "no-store"
        return response


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """How each part is: 503 only when requests would fail."""
    found = health.health()
    status = 503 if found.status == "unavailable" else 200
    return JsonResponse(found.model_dump(), status=status)


def metricsz(request: HttpRequest) -> HttpResponse:
    """The figures of the whole deployment and the sockets of this process, for Prometheus."""
    if (problem := _refused(request)) is not None:
        response: HttpResponse = page(request, problem)
        response["WWW-Authenticate"] = "Bearer"
        return response
    try:
        return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)
    except DatabaseError:
        detail = "The database does not answer just now, and it holds the figures."
        return page(request, Problem("database_unavailable", detail, status=503, retry_after=1))


def _refused(request: HttpRequest) -> Problem | None:
    """Why this caller may not read the metrics, if so."""
    token = settings.METRICS_TOKEN
    if not token:
        detail = "METRICS_TOKEN is not set, so metrics are read from this machine only."
        return None if is_from_here(request) else Problem("permission_denied", detail, status=403)
    given = request.headers.get("Authorization", "")
    if given.startswith(BEARER) and constant_time_compare(given.removeprefix(BEARER), token):
        return None
    detail = "Send the header Authorization: Bearer <METRICS_TOKEN>."
    return Problem("not_authenticated", detail, status=401)


def is_from_here(request: HttpRequest) -> bool:
    """Whether the caller is a process of this machine, and no proxy for another."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


DOORS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/livez": livez,
    "/readyz": readyz,
    "/metrics": metricsz,
}
