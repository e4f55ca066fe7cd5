"""`Idempotency-Key`: a POST that is sent again is answered again, and done once."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from researcher.kit.models import IdempotencyKey
from researcher.kit.problems import Problem

V = TypeVar("V", bound=APIView)
P = ParamSpec("P")
Post = Callable[Concatenate[V, Request, P], Response]

KEY = re.compile("[\x20-\x7e]{1,255}")
KEPT_HEADERS = ("Location",)
# How long a second POST waits for the first one with its key, before it is told to come back.
WAIT_SECONDS = 10


def idempotent(post: Post[V, P]) -> Any:
    """Make a POST of a view answer a repeated `Idempotency-Key` with its first answer.

    What the POST writes and its answer are one transaction, so an error keeps neither. Raises
    Problem `idempotency_key_invalid`, `idempotency_key_reused`, `request_in_progress`.
    """

    @wraps(post)
    def once(view: V, request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return post(view, request, *args, **kwargs)
        row = IdempotencyKey(
            owner=cast(User, request.user),
            key=_checked(key),
            method=str(request.method),
            path=request.path,
            body_sha256=body_sha256(request.data),
        )
        return _once(row, partial(post, view, request, *args, **kwargs))

    once.is_idempotent = True  # type: ignore[attr-defined]  # read by the OpenAPI schema
    return once


def purge() -> int:
    """Forget the keys that are older than a day; how many there were."""
    return IdempotencyKey.objects.expired().delete()[0]


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        detail = "An Idempotency-Key has 1 to 255 printable ASCII characters, such as a UUID."
        raise Problem("idempotency_key_invalid", detail)
    return key


@transaction.atomic
def _once(row: IdempotencyKey, act: Callable[[], Response]) -> HttpResponse:
    first = _first(row)
    if first.pk != row.pk:
        return _again(first, row)
    _remember(row, act())
    return _told(row)


def _first(row: IdempotencyKey) -> IdempotencyKey:
    """The row that has this key: `row` itself, now stored, unless another was there before.

    While another request holds the key in an open transaction, PostgreSQL lets this one wait
    at the insert (SQLite at the begin): then it finds the answer, or the key free again.
    """
    same = IdempotencyKey.objects.filter(owner=row.owner, key=row.key)
    same.expired().delete()
    with _patience():
        IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    return same.get()


@contextmanager
def _patience() -> Iterator[None]:
    """Let PostgreSQL wait for a lock no longer than WAIT_SECONDS."""
    if connection.vendor != "postgresql":
        yield
        return
    _lock_timeout(f"'{WAIT_SECONDS}s'")
    try:
        yield
    except OperationalError as error:
        detail = "The first request with this Idempotency-Key still runs: ask again in a moment."
        raise Problem("request_in_progress", detail, status=409, retry_after=1) from error
    _lock_timeout("DEFAULT")


def _lock_timeout(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {value}")


def _again(first: IdempotencyKey, row: IdempotencyKey) -> HttpResponse:
    same = ("method", "path", "body_sha256")
    if any(getattr(first, name) != getattr(row, name) for name in same):
        detail = "This Idempotency-Key was sent with another request: take a new key for a new one."
        raise Problem("idempotency_key_reused", detail, status=422)
    response = _told(first)
    response["Idempotent-Replayed"] = "true"
    return response


def _remember(row: IdempotencyKey, response: Response) -> None:
    row.status_code = response.status_code
    row.response_headers = {
        name: response[name] for name in KEPT_HEADERS if response.has_header(name)
    }
    row.response_body = JSONRenderer().render(response.data).decode()
    row.save(update_fields=["status_code", "response_headers", "response_body"])


def _told(row: IdempotencyKey) -> HttpResponse:
    """The answer that was kept; the first request is answered from it too, so all are equal."""
    return HttpResponse(
        row.response_body,
        status=row.status_code,
        headers=row.response_headers,
        content_type="application/json",
    )


def body_sha256(body: Any) -> str:
    """The hash of a parsed body: of JSON whatever its spacing, of a form with its files' bytes."""
    digest = hashlib.sha256()
    for chunk in _form(body) if isinstance(body, QueryDict) else [_json(body)]:
        digest.update(chunk)
    return digest.hexdigest()


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _form(form: QueryDict) -> Iterator[bytes]:
    for name, values in sorted(form.lists()):
        for value in values:
            if isinstance(value, UploadedFile):
                yield _json([name, value.name, value.size])
                yield from value.chunks()
                value.seek(0)
            else:
                yield _json([name, value])
