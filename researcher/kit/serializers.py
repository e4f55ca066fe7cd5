"""What comes in is what was agreed: strict JSON, strict fields, strict query parameters."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from django.http import HttpRequest
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse
from drf_standardized_errors.openapi import AutoSchema as StandardizedSchema
from rest_framework import exceptions, serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from researcher.kit import problems
from researcher.kit.problems import Problem

NAME_SHOWN = 60


# --- JSON -------------------------------------------------------------------------------


class StrictJSON(JSONParser):
    """JSON that means one thing: no NaN, no key twice, no text that no database can store."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Raises Problem `invalid_json` or `invalid_characters`."""
        try:
            text = stream.read().decode("utf-8-sig")
            value = json.loads(text, object_pairs_hook=_once_each, parse_constant=_refused)
            _refuse_unstorable(value)
        except RecursionError:
            raise _invalid_json("it is nested too deeply") from None
        except ValueError as error:
            raise _invalid_json(str(error)) from None
        return value


def _invalid_json(why: str) -> Problem:
    return Problem("invalid_json", f"The body is not JSON that can be used: {why}.")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in members if names.count(name) > 1)
        raise ValueError(f"the key {shown(twice)} is there twice")
    return members


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _refuse_unstorable(value: Any) -> None:
    """No NUL and no half of a surrogate pair, in any text at any depth."""
    if isinstance(value, str):
        if "\x00" in value or not _encodes(value):
            detail = f"The text {shown(value)} contains U+0000 or half a character: remove it."
            raise Problem("invalid_characters", detail)
    elif isinstance(value, dict):
        for key, member in value.items():
            _refuse_unstorable(key)
            _refuse_unstorable(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_unstorable(member)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(text: str) -> str:
    """A text from a client as an error may repeat it: short, and in printable characters."""
    return ascii(text[:NAME_SHOWN])


# --- fields -----------------------------------------------------------------------------


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses every field it does not know."""

    unknown_code: ClassVar[str] = "unknown_field"
    noun: ClassVar[str] = "field"

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)
        except exceptions.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            raise exceptions.ValidationError({**unknown, **error.detail}) from None
        if unknown:
            raise exceptions.ValidationError(unknown)
        return value

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, Any]:
        known = [name for name, field in self.fields.items() if not field.read_only]
        return {
            ascii(name[:NAME_SHOWN])[1:-1]: [
                exceptions.ErrorDetail(unknown_detail(self.noun, name, known), self.unknown_code)
            ]
            for name in data
            if name not in known
        }


class StrictQuery(StrictSerializer):
    """The query parameters of an operation; refuses every one that it does not know."""

    unknown_code = "unknown_parameter"
    noun = "parameter"


class Nothing(StrictSerializer):
    """The body of a POST that needs none."""


class Text(serializers.CharField):
    """A text, where a number or a boolean is a mistake."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


def unknown_detail(noun: str, name: str, known: Iterable[str]) -> str:
    there_are = f"there are: {', '.join(sorted(known))}" if known else "there is none here"
    return f"There is no {noun} {shown(name)}; {there_are}."


# --- views ------------------------------------------------------------------------------


class OnlyJSON(DefaultContentNegotiation):
    """Answers in JSON whatever is preferred; there is no `?format=`."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


# Of the package's class, because @extend_schema derives from that one (the default).
class DoorSchema(StandardizedSchema):
    """The OpenAPI of a Door: its query, its idempotency and its problems."""

    def get_override_parameters(self) -> list[Any]:
        door = self.view
        query = getattr(door, "query", None) if self.method == "GET" else None
        if getattr(getattr(door, self.method.lower(), None), "is_idempotent", False):
            return [IDEMPOTENCY_KEY]
        return [query] if query else []

    def _tokenize_path(self) -> list[str]:
        """The path without /api/v1/, for the names of operations and tags."""
        return [part for part in super()._tokenize_path() if part not in ("api", "v1")]

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in self._problem_statuses():
            bodies.setdefault(status, self._problem(status))
        return bodies

    def _get_examples(self, *args: Any, **kwargs: Any) -> Any:
        # Without the examples of drf-standardized-errors, whose errors have another shape.
        return AutoSchema._get_examples(self, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _problem_statuses(self) -> Sequence[str]:
        secured = ["401"] if any(self.get_auth()) else []
        return ["400", *secured, *(["404"] if "{" in self.path else []), "default"]

    def _problem(self, status: str) -> Any:
        response = OpenApiResponse(ProblemSerializer, description=PROBLEMS[status])
        media_types = [problems.MEDIA_TYPE]
        return self._get_response_for_code(response, status, media_types)  # type: ignore[no-untyped-call]


class FaultSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="What is wrong, for programs.")
    detail = serializers.CharField(help_text="What is wrong and what would be right, for people.")
    attr = serializers.CharField(
        allow_null=True, help_text='The path of the field, such as "options.depth".'
    )


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457, with the id of the request and one entry in errors for everything wrong."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField()
    errors = FaultSerializer(many=True)  # type: ignore[assignment]
    allowed = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="With invalid_state: the verbs that the state allows.",
    )


PROBLEMS = {
    "400": "What was sent cannot be used.",
    "401": "Log in, or send a token.",
    "404": "Not there, or not yours.",
    "default": "Any other problem.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Send the same key again, and the request is answered again but done once "
    "(within 24 hours; 1 to 255 printable ASCII characters).",
)


class Door(APIView):
    """A view of ours: strict in what it takes, and every error is a problem.

    `query` names the parameters of its GET; those of its filter and of its pages are added.
    """

    parser_classes: Sequence[type[BaseParser]] = [StrictJSON]
    content_negotiation_class = OnlyJSON
    schema = DoorSchema()
    query: ClassVar[type[StrictQuery] | None] = None

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        # What there is to know beyond Allow is in the OpenAPI schema.
        return Response(status=204)

    def get_exception_handler(self) -> Any:
        return problems.answer

    def get_authenticate_header(self, request: Request) -> str:
        # Whatever comes first among the ways to log in: without one the answer is 401.
        return "Token"

    def perform_authentication(self, request: Request) -> None:
        credentials = request.headers.get("Authorization", "")
        # What stands in a token's row is ASCII; other bytes would break its reader.
        if not (credentials.isascii() and credentials.isprintable()):
            raise exceptions.AuthenticationFailed("The Authorization header is not text.")
        super().perform_authentication(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._refuse_unknown_parameters(request)

    def asked(self) -> dict[str, Any]:
        """The query parameters of this request, checked. Raises ValidationError."""
        parameters = self.request.query_params.copy()
        for name in self._of_pages():
            parameters.pop(name, None)
        query = (self.query or StrictQuery)(data=parameters)
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)

    def _refuse_unknown_parameters(self, request: Request) -> None:
        known = self._parameters() if request.method in ("GET", "HEAD") else set()
        faults = [
            problems.Fault("unknown_parameter", unknown_detail("parameter", name, known), None)
            for name in request.query_params
            if name not in known
        ]
        if faults:
            detail = problems.summary(faults)
            raise Problem("unknown_parameter", detail, faults=faults)

    def _parameters(self) -> set[str]:
        query = set(self.query().fields) if self.query else set()
        filters = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        return query | set(filters) | self._of_pages()

    def _of_pages(self) -> set[str]:
        """The parameters by which a list is paged, which its paginator reads."""
        paginator = getattr(self, "paginator", None) if hasattr(self, "list") else None
        pages = paginator.get_schema_operation_parameters(self) if paginator else []
        return {parameter["name"] for parameter in pages}
