"""Lists a page at a time, by the position of a row rather than by its number."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from researcher.kit.problems import Problem

Direction = Literal["next", "previous"]
CURSOR_LENGTH = 2000


@dataclass(frozen=True)
class Position:
    """A place in an ordered list: just behind (or, for `previous`, before) one row."""

    direction: Direction
    ordering: str
    value: str
    pk: str

    def __str__(self) -> str:
        fields = json.dumps([self.direction, self.ordering, self.value, self.pk])
        return base64.urlsafe_b64encode(fields.encode()).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str) -> "Position":
        """Raises ValueError for what is no cursor of ours."""
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        direction, ordering, value, pk = json.loads(raw)
        if not all(isinstance(part, str) for part in (direction, ordering, value, pk)):
            raise ValueError("a cursor has four texts")
        if direction not in ("next", "previous"):
            raise ValueError("a cursor points to the next or to the previous page")
        return cls(direction, ordering, value, pk)


class CursorPages(BasePagination):
    """`?limit=&cursor=` to `{next, previous, results}`, at most 100 rows a page.

    `ordering` is one column ("-created_at"); the primary key decides between equal values, so
    no row is shown twice or left out while others are added. A queryset that is ordered
    already (by a filter) keeps its order. Raises Problem `invalid_page`.
    """

    limit = 25
    max_limit = 100
    ordering = "-created_at"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        self._url = request.build_absolute_uri()
        self._order = str(next(iter(queryset.query.order_by), self.ordering))
        self._position = self._asked(request.query_params.get("cursor"))
        limit = self._limit(request.query_params.get("limit"))
        rows = list(self._beyond(queryset)[: limit + 1])
        self._more, self._rows = len(rows) > limit, rows[:limit]
        if self._is_backwards:
            self._rows.reverse()
        return self._rows

    def get_paginated_response(self, data: Any) -> Response:
        # Backwards, the page that one came from is always there; forwards, the one before is.
        came = self._position is not None
        more, less = (came, self._more) if self._is_backwards else (self._more, came)
        links = {
            "next": self._link("next", self._rows[-1:]) if more else None,
            "previous": self._link("previous", self._rows[:1]) if less else None,
        }
        return Response({**links, "results": data})

    def _limit(self, text: str | None) -> int:
        if text is None:
            return self.limit
        if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= self.max_limit:
            detail = f"limit is {text[:20]!r}: give a whole number from 1 to {self.max_limit}."
            raise Problem("invalid_page", detail, attr="limit")
        return int(text)

    def _asked(self, text: str | None) -> Position | None:
        if text is None:
            return None
        try:
            position = Position.read(text[:CURSOR_LENGTH])
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise _bad_cursor() from None
        if position.ordering != self._order:
            raise _bad_cursor()
        return position

    def _beyond(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows behind the position, nearest first."""
        name, sign = self._order.lstrip("-"), "-" if self._order.startswith("-") else ""
        back = {"": "-", "-": ""}[sign] if self._is_backwards else sign
        ordered = queryset.order_by(f"{back}{name}", f"{back}pk")
        if self._position is None:
            return ordered
        than = "lt" if back else "gt"
        value, pk = self._values(queryset.model, name, self._position)
        farther = Q(**{f"{name}__{than}": value})
        return ordered.filter(farther | Q(**{name: value, f"pk__{than}": pk}))

    @staticmethod
    def _values(model: type[Model], name: str, position: Position) -> tuple[Any, Any]:
        try:
            return _field(model, name).to_python(position.value), model._meta.pk.to_python(
                position.pk
            )
        except (ValidationError, ValueError, OverflowError):
            raise _bad_cursor() from None

    @property
    def _is_backwards(self) -> bool:
        return self._position is not None and self._position.direction == "previous"

    def _link(self, direction: Direction, edge: list[Any]) -> str:
        """A link to the page beyond the row at an edge of this page; an empty page has none."""
        if not edge:
            return remove_query_param(self._url, "cursor")
        field = _field(type(edge[0]), self._order.lstrip("-"))
        value, pk = field.value_to_string(edge[0]), str(edge[0].pk)
        position = Position(direction, self._order, value, pk)
        return replace_query_param(self._url, "cursor", str(position))

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": self.max_limit, "default": self.limit}
        cursor = "Where the page begins: take it from `next` or `previous`."
        return [
            {
                "name": "limit",
                "in": "query",
                "description": "How many results a page has.",
                "schema": limit,
            },
            {"name": "cursor", "in": "query", "description": cursor, "schema": {"type": "string"}},
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


class ListPages(CursorPages):
    """The same pages of a list that is in memory: its order is its own, and only grows."""

    ordering = "number"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        self._url, self._order = request.build_absolute_uri(), self.ordering
        self._size = self._limit(request.query_params.get("limit"))
        self._start = self._number(request.query_params.get("cursor"))
        self._total = len(queryset)
        return list(queryset[self._start : self._start + self._size])

    def get_paginated_response(self, data: Any) -> Response:
        end = self._start + self._size
        more, less = end < self._total, self._start > 0
        links = {
            "next": self._to(end) if more else None,
            "previous": self._to(max(0, self._start - self._size)) if less else None,
        }
        return Response({**links, "results": data})

    def _number(self, text: str | None) -> int:
        position = self._asked(text)
        if position is None:
            return 0
        if not re.fullmatch("[0-9]{1,9}", position.value):
            raise _bad_cursor()
        return int(position.value)

    def _to(self, number: int) -> str:
        position = Position("next", self._order, str(number), "")
        return replace_query_param(self._url, "cursor", str(position))


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _bad_cursor() -> Problem:
    detail = "This cursor is not one of ours: begin without one, or follow `next`."
    return Problem("invalid_page", detail, attr="cursor")
