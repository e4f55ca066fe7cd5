"""Whatever goes wrong, the client reads one shape, and never a traceback."""

from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from researcher.kit.problems import Fault, Problem, answer
from researcher.kit.refusal import Refusal

pytestmark = pytest.mark.urls(__name__)

ERRORS = {
    "refusal": Refusal("topic_required", "Say what to find out."),
    "absent": Refusal("document_not_found", "There is no document 5."),
    "retired": Refusal("template_retired", "Choose another."),
    "large": Refusal("file_too_large", "At most 50 MB."),
    "state": Problem("invalid_state", "It is completed.", allowed=["retry"]),
    "several": Problem(
        "bad", "Two things.", faults=[Fault("a", "A.", "x"), Fault("b", "B.", "y.0")]
    ),
    "busy": Problem("request_in_progress", "Later.", status=409, retry_after=3),
    "fields": exceptions.ValidationError({"topic": ["Empty."], "documents": {0: ["No UUID."]}}),
    "nothing": Http404(),
    "forbidden": PermissionDenied(),
    "suspicious": SuspiciousOperation("secret reason"),
    "database": OperationalError("secret host does not answer"),
    "bug": ZeroDivisionError("secret"),
}


class Failing(APIView):
    authentication_classes = []
    permission_classes = []

    def get_exception_handler(self):
        return answer

    def get(self, request: Request, name: str) -> Response:
        raise ERRORS[name]


def plain_bug(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("secret")


def plain_suspicion(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("secret")


def plain_refusal(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("api/fail/<str:name>/", Failing.as_view()),
    path("api/bug/", plain_bug),
    path("api/suspicion/", plain_suspicion),
    path("api/forbidden/", plain_refusal),
    path("page/bug/", plain_bug),
]
handler400 = "researcher.kit.problems.bad_request"
handler403 = "researcher.kit.problems.permission_denied"
handler404 = "researcher.kit.problems.page_not_found"
handler500 = "researcher.kit.problems.server_error"


@pytest.fixture
def client() -> Client:
    return APIClient(raise_request_exception=False)


def told(client: Client, name: str):
    return client.get(f"/api/fail/{name}/")


def test_a_problem_has_all_members_of_rfc_9457_and_ours(client):
    response = told(client, "refusal")
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert UUID(problem.pop("request_id")).version == 7
    assert problem == {
        "type": "urn:researcher-pro:problem:topic_required",
        "title": "Bad Request",
        "status": 400,
        "detail": "Say what to find out.",
        "instance": "/api/fail/refusal/",
        "code": "topic_required",
        "errors": [{"code": "topic_required", "detail": "Say what to find out.", "attr": "topic"}],
    }


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("refusal", 400, "topic_required"),
        ("absent", 404, "document_not_found"),
        ("retired", 409, "template_retired"),
        ("large", 413, "file_too_large"),
        ("state", 409, "invalid_state"),
        ("fields", 400, "validation_error"),
        ("nothing", 404, "not_found"),
        ("forbidden", 403, "permission_denied"),
        ("suspicious", 400, "invalid_body"),
        ("database", 503, "database_unavailable"),
        ("bug", 500, "internal_error"),
    ],
)
def test_each_error_has_its_status_and_code_and_tells_no_secret(client, name, status, code):
    response = told(client, name)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["status"] == status
    assert "secret" not in response.content.decode()


def test_an_illegal_move_names_the_allowed_ones(client):
    assert told(client, "state").json()["allowed"] == ["retry"]


def test_every_wrong_field_is_named_by_its_path(client):
    problem = told(client, "fields").json()
    assert [error["attr"] for error in problem["errors"]] == ["topic", "documents.0"]
    assert problem["detail"] == "2 things are wrong with this request: see errors."


def test_the_faults_of_a_problem_are_its_errors(client):
    errors = told(client, "several").json()["errors"]
    assert [(error["code"], error["attr"]) for error in errors] == [("a", "x"), ("b", "y.0")]


@pytest.mark.parametrize(("name", "seconds"), [("busy", "3"), ("database", "1")])
def test_what_passes_by_itself_says_when_to_come_back(client, name, seconds):
    assert told(client, name)["Retry-After"] == seconds


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/nowhere/", 404, "not_found"),
        ("/api/bug/", 500, "internal_error"),
        ("/api/suspicion/", 400, "invalid_body"),
        ("/api/forbidden/", 403, "permission_denied"),
    ],
)
def test_django_itself_answers_with_a_problem_below_api(client, address, status, code):
    response = client.get(address)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize(("address", "status"), [("/elsewhere/", 404), ("/page/bug/", 500)])
def test_other_addresses_keep_django_s_own_pages(client, address, status):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"][:9]) == (status, "text/html")


class TestRequestIds:
    def test_the_id_of_the_client_comes_back_in_the_header_and_in_the_problem(self, client):
        response = client.get("/api/fail/refusal/", headers={"X-Request-Id": "front-end_7.a"})
        assert response["X-Request-Id"] == response.json()["request_id"] == "front-end_7.a"

    @pytest.mark.parametrize("asked", ["", "a" * 65, "two words", "é", "a\tb", "<b>"])
    def test_an_id_that_does_not_fit_a_log_line_is_replaced(self, client, asked):
        response = client.get("/api/fail/refusal/", headers={"X-Request-Id": asked})
        assert UUID(response["X-Request-Id"]).version == 7
        assert response["X-Request-Id"] == response.json()["request_id"]

    def test_pages_that_go_wrong_outside_the_rest_framework_have_one_too(self, client):
        response = client.get("/api/bug/")
        assert response["X-Request-Id"] == response.json()["request_id"]
