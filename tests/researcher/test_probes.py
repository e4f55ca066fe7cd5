"""Who may ask how it is, and what they are told."""

from collections.abc import Mapping

import pytest
from django.http import HttpResponse
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.servers


def get(path: str, client: Client | None = None, **headers: str) -> HttpResponse:
    return (client or Client()).get(path, headers=headers)


class TestLivez:
    """No database here: pytest-django refuses it, so these also prove that nothing is asked."""

    def test_the_process_answers(self):
        answer = get("/livez")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert answer["Cache-Control"] == "no-store"

    def test_also_under_its_bare_address_and_without_tls(self, settings):
        settings.SECURE_SSL_REDIRECT = True
        settings.ALLOWED_HOSTS = ["research.example.com"]
        assert get("/livez", Host="10.1.2.3:8000").status_code == 200
        assert get("/api/v1/me/", Host="10.1.2.3:8000").status_code in (301, 400)

    @pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
    def test_it_is_only_read(self, path):
        answer = Client().post(path)
        assert answer.status_code == 405
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
class TestReadyz:
    def test_a_degraded_deployment_serves(self):
        answer = get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["status"] == "degraded"  # nobody works in a test
        for check in answer.json()["checks"].values():
            assert set(check) == {"ok", "detail", "seconds"}


@pytest.mark.django_db
class TestMetrics:
    def test_without_a_token_they_are_for_this_machine(self):
        answer = get("/metrics")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        names = {family.name for family in text_string_to_metric_families(answer.content.decode())}
        assert {"researcher_runs", "researcher_queue_depth", "researcher_sockets_open"} <= names

    @pytest.mark.parametrize("headers", [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Real-Ip": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
    ])  # fmt: skip
    def test_a_proxy_of_this_machine_is_not_this_machine(self, headers: Mapping[str, str]):
        answer = get("/metrics", **headers)
        assert answer.status_code == 403
        assert "METRICS_TOKEN" in answer.json()["detail"]

    @pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.5", "::ffff:10.0.0.5", "", "unix:"])
    def test_another_machine_is_refused(self, address):
        assert get("/metrics", Client(REMOTE_ADDR=address)).status_code == 403

    def test_who_has_the_token_may_come_from_anywhere(self, settings):
        settings.METRICS_TOKEN = "scrape-me"
        there = Client(REMOTE_ADDR="203.0.113.7")
        assert get("/metrics", there, Authorization="Bearer scrape-me").status_code == 200

    @pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", "scrape-me", "Bearer é"])
    def test_with_a_token_set_nobody_comes_without_it(self, settings, given):
        settings.METRICS_TOKEN = "scrape-me"
        answer = get("/metrics", **({} if given is None else {"Authorization": given}))
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert "Bearer <METRICS_TOKEN>" in answer.json()["detail"]
