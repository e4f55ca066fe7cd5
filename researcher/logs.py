"""What the log says of a request: its id on every record, and one record of how it ended."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from researcher.kit import logs
from researcher.kit.problems import request_id

logger = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponseBase]


class RequestLog:
    """Middleware, before all others.

    A request is told by its route, not by its path: a path may be anything that a user typed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        with logs.about(request_id=request_id(request)):
            response = self.get_response(request)
            tell(request, response, time.perf_counter() - began)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Mapping[str, Any]
    ) -> None:
        pk = kwargs.get("pk")
        if isinstance(pk, UUID) and "analyses/" in route_of(request):
            logs.add(analysis_id=pk)


def tell(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    method, route, status = request.method, route_of(request), response.status_code
    extra = {"method": method, "route": route, "status_code": status, "seconds": round(seconds, 4)}
    logger.info("%s %s %s", method, route, status, extra=extra)


def route_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match else "(no route)"
