"""What stands in the log of requests and runs, and what never does."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.test import APIClient

from analysis import services, tasks
from analysis.models import Analysis, StageOutput, Status
from analysis.types import Stage
from researcher.kit.logs import JsonLines, Lines
from researcher.kit.serializers import Door
from tests.peers.brain import brain
from tests.peers.model import PeerThread
from tests.templates_app.factories import make_template

pytestmark = [
    pytest.mark.servers,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls(__name__),
]

PASSWORD = "canary-password-Kx81"
TOPIC = "Canarytopic Northwind revenue"
TEXT = "Canarytext: revenue of Northwind Foods rose 8.3% to $412.6 million in 2024."
KEY = "sk-canary-key-5512"
PATH = "canary-path"
CANARIES = ("canary-", "Canarytopic", "Canarytext", "412.6", KEY)


class Failing(Door):
    authentication_classes = []
    permission_classes = []

    def post(self, request: Any) -> HttpResponse:
        raise LookupError(f"no shelf for {request.data}")


def failing(request: HttpRequest) -> HttpResponse:
    raise LookupError(f"no shelf for {request.GET}")


urlpatterns = [
    path("api/fail/", Failing.as_view()),
    path("fail/", failing),
    path("", include("researcher.urls")),
]


@contextmanager
def written(formatter: logging.Formatter) -> Iterator[io.StringIO]:
    """All that a process with LOG_LEVEL=DEBUG would write."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("researcher.logs").setLevel(logging.INFO)
    yield stream
    logging.getLogger("researcher.logs").setLevel(logging.WARNING)
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture(params=[JsonLines(), Lines()], ids=["json", "text"])
def log(request) -> Iterator[io.StringIO]:
    with written(request.param) as stream:
        yield stream


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was written so far, record by record."""
    with written(JsonLines()) as stream:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    settings.DRIVE_IDLE_SECONDS = 0.2
    settings.OPENAI_API_KEY = KEY
    cache.clear()


@pytest.fixture
def browser(alice) -> APIClient:
    alice.set_password(PASSWORD)
    alice.save()
    return APIClient(raise_request_exception=False)


def log_in(browser: APIClient) -> None:
    wrong = {"username": "alice", "password": f"{PASSWORD}-wrong"}
    assert browser.post("/api/v1/auth/tokens/", wrong, format="json").status_code == 401
    right = {"username": "alice", "password": PASSWORD}
    token = browser.post("/api/v1/auth/tokens/", right, format="json").json()["token"]
    browser.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    browser.token = token


def upload(browser: APIClient, name: str, content: bytes) -> str:
    files = {"files": SimpleUploadedFile(name, content)}
    answer = browser.post("/api/v1/documents/", files, format="multipart")
    return answer.json()["documents"][0]["id"]


def submit(browser: APIClient, *documents: str) -> Analysis:
    asked = {"template": "quarterly", "topic": TOPIC, "documents": documents}
    key = {"HTTP_IDEMPOTENCY_KEY": f"canary-idempotency-{len(documents)}"}
    answer = browser.post("/api/v1/analyses/", asked, format="json", **key)
    assert answer.status_code == 202, answer.content
    return Analysis.objects.get(pk=answer.json()["id"])


@pytest.mark.slow
def test_nothing_that_users_gave_is_in_the_log(browser, log):
    make_template()
    log_in(browser)
    good = upload(browser, "canary-name.txt", TEXT.encode())
    broken = upload(browser, "canary-broken.pdf", b"%PDF-1.7\n" + TEXT.encode())
    submit(browser, good, broken)
    tasks.drive()
    fail_in_every_way(browser)
    fail_a_run(submit(browser, good))
    told = log.getvalue()
    assert "/api/v1/documents/" in told
    assert "run failed" in told
    assert "LookupError" in told
    assert [found for found in (*CANARIES, browser.token) if found in told] == []


def fail_in_every_way(browser: APIClient) -> None:
    """Requests that end badly, each with something of the user's in it."""
    for method, address, body in (
        ("post", "/api/fail/", {"topic": TOPIC}),
        ("get", f"/fail/?q={TOPIC}", None),
        ("get", f"/api/v1/{PATH}/?q={TOPIC}", None),
        ("get", f"/{PATH}", None),
        ("post", "/api/v1/analyses/", {"template": PATH, "topic": TOPIC}),
        ("get", f"/api/v1/research/search/?q={TOPIC}", None),
        ("post", "/api/v1/analyses/", {"canary-field": TOPIC}),
    ):
        assert getattr(browser, method)(address, body, format="json").status_code >= 200
    wrong = {"HTTP_HOST": "localhost", "HTTP_AUTHORIZATION": "Token canary-token-77"}
    assert APIClient(**wrong).get("/api/v1/me/").status_code == 401


def fail_a_run(analysis: Analysis) -> None:
    """Its stored plan cannot be read, and the error quotes it."""
    StageOutput.objects.create(analysis=analysis, stage=Stage.PLANNING, output={"topic": TEXT})
    tasks.drive()
    analysis.refresh_from_db()
    assert (analysis.status, analysis.failure_code) == (Status.FAILED, "internal_error")


@pytest.mark.slow
def test_a_model_server_that_errs_tells_the_log_nothing(alice, log, settings):
    make_template()
    with PeerThread(brain=brain) as running:
        settings.ANALYST = "model"
        settings.OPENAI_BASE_URL = running.peer.url
        document = services.add_document(owner=alice, name="a.txt", content=TEXT.encode())
        running.peer.script += [{"error": "overload"}, {"error": "wrong_key", "times": 9}]
        asked = {"topic": TOPIC, "options_given": {}, "documents": [document.pk]}
        services.submit(owner=alice, template="quarterly", **asked)
        tasks.drive()
        assert running.peer.asked
    assert [found for found in CANARIES if found in log.getvalue()] == []


class TestIds:
    def test_a_request_is_one_record_with_its_id_and_route(self, browser, lines):
        browser.get("/api/v1/me/", headers={"X-Request-Id": "front-end-7"})
        told = [line for line in lines() if line["logger"] == "researcher.logs"]
        assert len(told) == 1
        assert told[0]["request_id"] == "front-end-7"
        assert told[0]["route"] == "/api/v1/me/"
        assert (told[0]["method"], told[0]["status_code"]) == ("GET", 401)
        assert told[0]["seconds"] > 0

    def test_one_of_an_analysis_names_it(self, alice, browser, lines):
        pk = "01980000-0000-7000-8000-000000000000"
        browser.force_authenticate(alice)
        browser.get(f"/api/v1/analyses/{pk}/")
        assert [line["analysis_id"] for line in lines() if line.get("route")] == [pk]

    def test_an_error_of_a_view_has_the_id_that_its_answer_tells(self, browser, lines):
        answer = browser.post("/api/fail/", {}, format="json")
        errors = [line for line in lines() if line["level"] == "error"]
        assert [error["request_id"] for error in errors] == [answer.json()["request_id"]]
        assert "in post" in errors[0]["trace"]

    def test_what_a_run_logs_names_it(self, alice, lines):
        make_template()
        analysis = services.submit(owner=alice, template="quarterly", topic=TOPIC, options_given={})
        fail_a_run(analysis)
        told = [line for line in lines() if line["message"] == "run failed"]
        assert [UUID(line["analysis_id"]) for line in told] == [analysis.pk]

    def test_blocks_of_requests_end_with_them(self, browser, lines):
        browser.get("/api/v1/me/")
        logging.getLogger("analysis").warning("later")
        assert "request_id" not in lines()[-1]
