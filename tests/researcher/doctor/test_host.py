"""What the doctor sees of settings, disk, fonts, children and the port."""

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from researcher.doctor import host
from researcher.doctor.finding import Finding

STRONG = "k3y-" * 5 + "0123456789abcdefghijklmnopqrstuv"


def levels(findings: Any, about: str = "") -> list[str]:
    return [finding.level for finding in findings if about in finding.what]


@pytest.fixture
def mine(settings) -> Any:
    """Settings of a developer's machine."""
    settings.SECRET_KEY = STRONG
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.DEBUG = False
    return settings


class TestSettings:
    def test_good_ones_are_well(self, mine):
        assert levels(host.settings_are_meant()) == ["ok"]

    def test_debug_is_fine_where_only_this_machine_calls(self, mine):
        mine.DEBUG = True
        assert levels(host.settings_are_meant()) == ["ok"]

    def test_and_an_error_where_others_do(self, mine):
        mine.DEBUG = True
        mine.ALLOWED_HOSTS = ["research.example.com"]
        found = list(host.settings_are_meant())
        assert levels(found, "DEBUG") == ["error"]
        assert levels(found, "no production environment") == ["warning"]

    def test_everybodys_host_is_an_error(self, mine):
        mine.ALLOWED_HOSTS = ["*"]
        assert levels(host.settings_are_meant(), "in our name") == ["error"]

    def test_a_weak_key_is_told_everywhere(self, mine):
        mine.SECRET_KEY = "secret"
        assert levels(host.settings_are_meant()) == ["warning"]

    def test_contradictions_are_errors_with_advice(self, mine):
        mine.LEASE_SECONDS = 1.0
        (finding,) = host.settings_are_meant()
        assert (finding.level, finding.advice) == ("error", "Set at least 3.")

    def test_a_model_needs_a_server(self, mine):
        mine.ANALYST, mine.OPENAI_API_KEY, mine.OPENAI_BASE_URL = "model", "", ""
        assert levels(host.settings_are_meant(), "no model server") == ["error"]

    @pytest.mark.parametrize(
        ("networks", "level"),
        [
            ([], "ok"),
            (["10.1.2.3/32", "fd00::7/128"], "ok"),
            (["10.0.0.0/8"], "warning"),
            (["169.254.169.254/32"], "error"),
            (["0.0.0.0/0"], "error"),
        ],
    )
    def test_networks_that_may_be_fetched_from_are_shown(self, mine, networks, level):
        mine.FETCH_ALLOW_PRIVATE = networks
        (finding,) = host.web()
        assert finding.level == level
        assert all(network in finding.what for network in networks)

    def test_production_that_nobody_can_call_is_a_warning(self, mine):
        mine.IS_PRODUCTION = True
        mine.SESSION_COOKIE_SECURE = mine.CSRF_COOKIE_SECURE = True
        found = list(host.settings_are_meant())
        assert levels(found, "only this machine") == ["warning"]
        assert levels(found, "HSTS") == ["warning"]


class TestFiles:
    def test_a_storage_that_works(self):
        assert levels(host.storage()) == ["ok"]

    def test_one_that_does_not(self, settings, tmp_path):
        (tmp_path / "in-the-way").write_text("")
        place = {"OPTIONS": {"location": tmp_path / "in-the-way"}}
        default = {"BACKEND": "django.core.files.storage.FileSystemStorage", **place}
        settings.STORAGES = {**settings.STORAGES, "default": default}
        assert levels(host.storage()) == ["error"]

    @pytest.mark.parametrize(("least", "most", "level"), [
        (0.0, 0.0, "ok"),
        (1.1, 0.0, "warning"),
        (1.1, 1.1, "error"),
    ])  # fmt: skip
    def test_a_full_disk(self, monkeypatch, least, most, level):
        monkeypatch.setattr(host, "LEAST_FREE", least)
        monkeypatch.setattr(host, "TOO_FULL", most)
        assert levels(host.disk()) == [level]

    def test_all_fonts_are_there(self):
        assert levels(host.fonts()) == ["ok"]

    def test_a_font_that_is_missing_is_named(self, monkeypatch, tmp_path):
        monkeypatch.setattr(host, "FOLDER", tmp_path)
        (finding,) = host.fonts()
        assert finding.level == "error"
        assert "NotoSans-Regular" in finding.what


def test_a_child_starts():
    assert levels(host.children()) == ["ok"]


class TestPort:
    def test_free(self, monkeypatch):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            monkeypatch.setattr(host, "PORT", probe.getsockname()[1])
        assert said(host.port()).endswith("is free for a web server.")

    def test_ours(self, monkeypatch):
        with web({"status": "ok"}) as port:
            monkeypatch.setattr(host, "PORT", port)
            assert said(host.port()).startswith("A web server of ours")

    @pytest.mark.parametrize("answer", [{"status": "fine"}, []])
    def test_somebody_elses(self, monkeypatch, answer):
        with web(answer) as port:
            monkeypatch.setattr(host, "PORT", port)
            assert levels(host.port()) == ["warning"]


def said(findings: Iterator[Finding]) -> str:
    (finding,) = findings
    return finding.what


@contextmanager
def web(answer: Any) -> Iterator[int]:
    """A web server that gives one answer."""

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
