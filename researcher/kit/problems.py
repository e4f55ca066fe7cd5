"""Every error of every door in one shape: `application/problem+json` (RFC 9457)."""

import errno
import re
from collections.abc import Sequence
from functools import singledispatch
from http import HTTPStatus
from typing import Any, NamedTuple

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.views import defaults
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import VALIDATION_ERROR, ErrorResponse
from rest_framework import exceptions
from rest_framework.response import Response

from researcher.kit.ids import uuid7
from researcher.kit.refusal import Refusal

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:researcher-pro:problem:{code}"
REQUEST_ID = re.compile("[A-Za-z0-9._-]{1,64}")

# What the refusals of the domain mean in HTTP; 400 for every other code.
STATUSES = {
    "template_not_found": 404,
    "document_not_found": 404,
    "collection_not_found": 404,
    "template_retired": 409,
    "name_taken": 409,
    "invalid_state": 409,
    "in_use": 409,
    "no_plan": 409,
    "plan_changed": 409,
    "file_too_large": 413,
    "archive_too_large": 413,
    "too_many_imports": 409,
    "too_many_watches": 409,
    "file_type_not_allowed": 415,
}
# The field that a refusal speaks of.
ATTRS = {
    "template_not_found": "template",
    "template_retired": "template",
    "topic_required": "topic",
    "topic_too_long": "topic",
    "invalid_characters": "topic",
    "document_not_found": "documents",
    "too_many_documents": "collections",
    "collection_not_found": "collections",
    "name_taken": "name",
    "bad_interval": "every_minutes",
    "invalid_name": "name",
}
# What the framework's own errors are called here.
CODES = {"error": "internal_error", "parse_error": "invalid_body", "throttled": "too_many_attempts"}

NOT_FOUND = "There is nothing here: look at the address again."
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DISK_FULL = "disk is full"  # as SQLite says it
INTERNAL_ERROR = "This is our fault and has been noted: try again, and tell us the request_id."


class Fault(NamedTuple):
    """One of the things that are wrong: `attr` is the path of the field ("options.depth")."""

    code: str
    detail: str
    attr: str | None = None


class Problem(exceptions.APIException):
    """An error as the client is told: `code` for programs, `detail` a sentence for people.

    `faults` go to errors[] (one with the same code and detail, if none are given); `members`
    are further members of the problem, such as the allowed moves of an `invalid_state`.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int | None = None,
        attr: str | None = None,
        faults: Sequence[Fault] = (),
        retry_after: int | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status or STATUSES.get(code, 400)
        self.code = code
        self.faults = tuple(faults) or (Fault(code, detail, attr),)
        self.wait = retry_after
        self.members = members


@singledispatch
def told(error: Exception) -> Exception:
    """An error as the door tells it. Doors register the errors of their own domain."""
    return error


@told.register
def _(error: Refusal) -> Exception:
    return Problem(error.code, error.detail, attr=ATTRS.get(error.code))


@told.register
def _(error: Http404) -> Exception:
    return Problem("not_found", NOT_FOUND, status=404)


@told.register(BadRequest)
@told.register(SuspiciousOperation)
@told.register(UnreadablePostError)
def _(error: Exception) -> Exception:
    return Problem("invalid_body", "The body of this request cannot be read: send it again.")


@told.register
def _(error: RequestDataTooBig) -> Exception:
    return Problem("body_too_large", "The body of this request is too large.", status=413)


@told.register
def _(error: TooManyFilesSent) -> Exception:
    return Problem("too_many_files", "This request has too many files: send fewer at once.")


@told.register
def _(error: OSError) -> Exception:
    return _storage_full() if error.errno in NO_ROOM else error


def _storage_full() -> Problem:
    detail = "The server has no room left, and kept nothing of this: try again when there is room."
    return Problem("storage_full", detail, status=507, retry_after=60)


@told.register
def _(error: OperationalError) -> Exception:
    if DISK_FULL in str(error):
        return _storage_full()
    detail = "The database does not answer just now: try again in a moment."
    return Problem("database_unavailable", detail, status=503, retry_after=1)


class ProblemHandler(ExceptionHandler):
    """Turns whatever a view raises into a problem."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        known: Exception = super().convert_known_exceptions(told(exc))
        return known

    def convert_unhandled_exceptions(self, exc: Exception) -> exceptions.APIException:
        if isinstance(exc, exceptions.APIException):
            return exc
        return Problem("internal_error", INTERNAL_ERROR, status=500)

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        return Response(
            data, status=exc.status_code, headers=self.get_headers(exc), content_type=MEDIA_TYPE
        )


def answer(exc: Exception, context: Any) -> Response | None:
    """The exception handler of our views."""
    response: Response | None = ProblemHandler(exc, context).run()
    return response


class ProblemFormatter(ExceptionFormatter):
    """The body of a problem."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        problem = self.exc if isinstance(self.exc, Problem) else self._problem(error_response)
        return body(self.context["request"], problem)

    def _problem(self, error_response: ErrorResponse) -> Problem:
        faults = [
            Fault(CODES.get(error.code, error.code), error.detail, error.attr)
            for error in error_response.errors
        ] or [Fault("error", str(self.exc))]
        code, detail = faults[0].code, faults[0].detail
        if error_response.type == VALIDATION_ERROR:
            code, detail = "validation_error", summary(faults)
        return Problem(code, detail, status=self.exc.status_code, faults=faults)


def summary(faults: Sequence[Fault]) -> str:
    """What is wrong, in a sentence: the only fault itself, or how many there are."""
    if len(faults) > 1:
        return f"{len(faults)} things are wrong with this request: see errors."
    where = f"{faults[0].attr}: " if faults[0].attr else ""
    return f"{where}{faults[0].detail}"


def body(request: Any, problem: Problem) -> dict[str, Any]:
    """The members of a problem; `request` is Django's or the REST framework's."""
    return {
        "type": TYPE.format(code=problem.code),
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": str(problem.detail),
        "instance": request.path,
        "code": problem.code,
        "request_id": request_id(request),
        "errors": [fault._asdict() for fault in problem.faults],
        **problem.members,
    }


def page(request: HttpRequest, problem: Problem) -> JsonResponse:
    """A problem as an answer outside the REST framework."""
    status = problem.status_code
    return JsonResponse(body(request, problem), status=status, content_type=MEDIA_TYPE)


# --- the id of a request ----------------------------------------------------------------


def request_id(request: Any) -> str:
    """The id of this request: the client's own, if it is fit for a log line, or a new one."""
    request = getattr(request, "_request", request)
    if not hasattr(request, "request_id"):
        asked = request.headers.get("X-Request-Id", "")
        request.request_id = asked if REQUEST_ID.fullmatch(asked) else str(uuid7())
    return str(request.request_id)


class RequestIds(MiddlewareMixin):
    """Middleware: every answer carries the id of its request in `X-Request-Id`."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response["X-Request-Id"] = request_id(request)
        return response


# --- the pages of Django itself -----------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _of_api(request):
        return defaults.bad_request(request, exception)
    problem = told(exception)
    detail = "This request is malformed."
    return page(request, problem if isinstance(problem, Problem) else Problem("invalid", detail))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _of_api(request):
        return defaults.permission_denied(request, exception)
    detail = "You may not do this."
    return page(request, Problem("permission_denied", detail, status=403))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _of_api(request):
        return defaults.page_not_found(request, exception)
    return page(request, Problem("not_found", NOT_FOUND, status=404))


def server_error(request: HttpRequest) -> HttpResponse:
    if not _of_api(request):
        return defaults.server_error(request)
    return page(request, Problem("internal_error", INTERNAL_ERROR, status=500))


def _of_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
