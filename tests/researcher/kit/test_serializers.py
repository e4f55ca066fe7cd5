"""A door takes what was agreed and names what was not."""

import pytest
from django.urls import path
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient

from researcher.kit.serializers import Door, Nothing, StrictQuery, StrictSerializer, Text

pytestmark = pytest.mark.urls(__name__)


class Order(StrictSerializer):
    topic = Text(max_length=20)
    options = serializers.DictField(required=False)
    id = serializers.IntegerField(read_only=True)


class OrderQuery(StrictQuery):
    after = serializers.IntegerField(min_value=0, default=0)


class Orders(Door):
    authentication_classes = []
    permission_classes = [AllowAny]
    query = OrderQuery

    def get(self, request: Request) -> Response:
        return Response(self.asked())

    def post(self, request: Request) -> Response:
        order = Order(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(order.validated_data)


class Locked(Door):
    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [path("orders/", Orders.as_view()), path("locked/", Locked.as_view())]


def post(body: str | bytes, content_type: str = "application/json"):
    return APIClient().post("/orders/", body, content_type=content_type)


def refused(response, status: int = 400) -> list[tuple[str, str | None]]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    return [(error["code"], error["attr"]) for error in response.json()["errors"]]


def test_what_was_agreed_is_taken():
    assert post('{"topic": "Sales", "options": {"a": [1, null]}}').json() == {
        "topic": "Sales",
        "options": {"a": [1, None]},
    }


def test_unknown_and_read_only_fields_are_refused_by_name_with_the_other_errors():
    response = post('{"owner": 1, "id": 5, "options": 7}')
    assert sorted(refused(response)) == [
        ("not_a_dict", "options"),
        ("required", "topic"),
        ("unknown_field", "id"),
        ("unknown_field", "owner"),
    ]
    assert "there are: options, topic" in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize("topic", ["5", "true", "null", "[]", "{}"])
def test_a_text_is_a_text(topic):
    assert refused(post(f'{{"topic": {topic}}}'))[0][1] == "topic"


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null"])
def test_a_body_that_is_no_object_is_refused(body):
    refused(post(body))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "required"),
        ("{", "Expecting"),
        ('{"topic": "a", "topic": "b"}', "'topic' is there twice"),
        ('{"topic": NaN}', "NaN is not a JSON number"),
        ('{"topic": -Infinity}', "-Infinity is not a JSON number"),
        ('{"topic": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"topic": ' + "9" * 5000 + "}", "digits"),
        (b'{"topic": "\xff"}', "utf-8"),
    ],
)
def test_json_that_cannot_be_used_is_refused_with_the_reason(body, why):
    response = post(body)
    refused(response)
    assert why in response.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        r'{"topic": "a\u0000b"}',
        r'{"topic": "a", "options": {"k": ["\ud800"]}}',
        r'{"topic": "a", "options": {"\u0000": 1}}',
        r'{"\udc00": "a"}',
    ],
)
def test_text_that_no_database_can_store_is_refused_at_any_depth(body):
    assert refused(post(body)) == [("invalid_characters", None)]


def test_a_whole_surrogate_pair_is_a_letter():
    assert post(r'{"topic": "\ud83d\ude00"}').json() == {"topic": "\U0001f600"}


def test_a_body_of_many_megabytes_is_refused(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert refused(post('{"topic": "' + "a" * 2000 + '"}'), 413) == [("body_too_large", None)]


def test_another_content_type_is_refused():
    assert refused(post("a: 1", "application/yaml"), 415) == [("unsupported_media_type", None)]


def test_the_query_is_typed_and_has_defaults():
    assert APIClient().get("/orders/?after=7").json() == {"after": 7}
    assert APIClient().get("/orders/").json() == {"after": 0}
    assert refused(APIClient().get("/orders/?after=-1")) == [("min_value", "after")]


@pytest.mark.parametrize(
    "query", ["owner__password__startswith=a", "format=xml", "_connector=OR", "AFTER=1", "%00=1"]
)
def test_unknown_parameters_are_refused_by_name(query):
    response = APIClient().get(f"/orders/?{query}")
    assert refused(response) == [("unknown_parameter", None)]
    assert "there are: after" in response.json()["detail"]


def test_a_post_takes_no_parameters():
    response = APIClient().post("/orders/?after=1", {"topic": "a"}, format="json")
    assert refused(response) == [("unknown_parameter", None)]


def test_the_answer_is_json_whatever_is_preferred():
    response = APIClient().get("/orders/", headers={"Accept": "text/html"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_options_tells_the_methods():
    response = APIClient().options("/orders/")
    assert (response.status_code, response["Allow"]) == (204, "GET, POST, HEAD, OPTIONS")


def test_a_post_without_fields_takes_an_empty_body_only():
    assert Nothing(data={}).is_valid()
    assert not Nothing(data={"force": True}).is_valid()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", [None, "Token wrong", "Token", "Token a b", "Token \xff", "Token a\x00", "Bearer x"]
)
def test_whoever_is_not_known_gets_401_however_the_header_is_broken(header):
    response = APIClient().get("/locked/", headers={"Authorization": header} if header else {})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"
