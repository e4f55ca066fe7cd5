"""Settings that production refuses, each by its name, and that a real process refuses to start."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from researcher import env, processes, safety
from tests.commands import manage

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k3y-" * 5 + "0123456789abcdefghijklmnopqrstuv",
    "ALLOWED_HOSTS": "research.example.com",
    "PROXY_SSL_HEADER": "X-Forwarded-Proto",
    "HSTS_INCLUDE_SUBDOMAINS": "True",
    "HSTS_PRELOAD": "True",
}
GOOD: dict[str, Any] = {
    "DEBUG": False,
    "SECRET_KEY": SAFE["SECRET_KEY"],
    "ALLOWED_HOSTS": ["research.example.com"],
    "FRONTEND_ORIGINS": ["https://app.example.com"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "LEASE_SECONDS": 30.0,
    "DRIVE_SECONDS": 600.0,
    "SWEEP_SECONDS": 2.0,
    "WORKERS": 2,
    "MAX_ATTEMPTS": 3,
    "MAX_RUNNING": 1000,
    "ANALYSES_PER_WORKER": 100,
    "CHILDREN": 2,
    "Q_CLUSTER": {
        "timeout": 1800,
        "retry": 3600,
        "ALT_CLUSTERS": {"jobs": {"timeout": 300, "retry": 900}},
    },
}
BAD: list[tuple[str, dict[str, Any]]] = [
    ("DEBUG", {"DEBUG": True}),
    ("SECRET_KEY", {"SECRET_KEY": "short"}),
    ("SECRET_KEY", {"SECRET_KEY": "ab" * 40}),
    ("SECRET_KEY", {"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["research.example.com", "*"]}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": []}),
    ("SECURE_COOKIES", {"SESSION_COOKIE_SECURE": False}),
    ("SECURE_COOKIES", {"CSRF_COOKIE_SECURE": False}),
    ("FRONTEND_ORIGINS", {"FRONTEND_ORIGINS": ["http://app.example.com"]}),
    ("FRONTEND_ORIGINS", {"FRONTEND_ORIGINS": ["*"]}),
    ("LEASE_SECONDS", {"LEASE_SECONDS": 2.9}),
    ("DRIVE_SECONDS", {"DRIVE_SECONDS": 1741.0}),
    ("Q_CLUSTER", {"Q_CLUSTER": {"timeout": 1800, "retry": 1800, "ALT_CLUSTERS": {}}}),
    ("SWEEP_SECONDS", {"SWEEP_SECONDS": 6.0}),
    ("WORKERS", {"WORKERS": 0}),
    ("SSL_REDIRECT", {"SECURE_PROXY_SSL_HEADER": None}),
]


def test_good_settings_are_good():
    safety.refuse_unsafe(GOOD)


@pytest.mark.parametrize(("setting", "change"), BAD)
def test_each_bad_one_is_named_with_what_would_be_right(setting, change):
    with pytest.raises(ImproperlyConfigured) as refused:
        safety.refuse_unsafe({**GOOD, **change})
    lines = str(refused.value).splitlines()[1:]
    assert [line.split(":")[0].strip(" -") for line in lines] == [setting]
    assert lines[0].count(".") >= 2  # what is wrong, and what would be right


def test_all_faults_are_named_at_once():
    with pytest.raises(ImproperlyConfigured) as refused:
        safety.refuse_unsafe({**GOOD, "DEBUG": True, "SECRET_KEY": "short", "WORKERS": 0})
    assert str(refused.value).count("\n  - ") == 3


def test_the_secret_itself_is_not_repeated():
    assert "hunter2" not in "".join(map(str, safety.unsafe({**GOOD, "SECRET_KEY": "hunter2"})))


def test_a_key_that_is_made_here_is_strong(tmp_path):
    made = env.kept(tmp_path / "secret_key")
    assert safety.unsafe({**GOOD, "SECRET_KEY": made}) == []


def test_what_settings_cannot_import_is_what_runs():
    assert processes.SILENCE.total_seconds() == safety.SILENCE_SECONDS


def test_a_choice_that_there_is_not_is_refused():
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT is 'xml': it must be text or json"):
        env.chosen("LOG_FORMAT", "xml", "text", "json")


@pytest.mark.slow
class TestProcesses:
    """What an operator sees."""

    def test_production_with_the_documented_settings_passes_the_check_for_deployment(
        self, tmp_path
    ):
        done = manage(
            "check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), **SAFE
        )
        assert "no issues" in done.stdout

    def test_production_with_unsafe_ones_does_not_start_and_names_them(self, tmp_path):
        unsafe = {**SAFE, "DEBUG": "True", "SECRET_KEY": "short", "ALLOWED_HOSTS": "*"}
        done = manage("check", check=False, DATA_DIR=str(tmp_path), **unsafe)
        assert done.returncode != 0
        for name in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"):
            assert f"  - {name}: " in done.stderr
        assert "short" not in done.stderr

    def test_an_environment_that_there_is_not_is_refused(self, tmp_path):
        done = manage("check", check=False, DATA_DIR=str(tmp_path), ENVIRONMENT="prod")
        assert "it must be embedded or production" in done.stderr


@pytest.mark.parametrize("given", [[], {"brave": -1}, {"brave": "dear"}])
def test_a_price_that_is_none_is_refused_by_name(given: Any):
    with pytest.raises(ImproperlyConfigured, match="SEARCH_PRICES"):
        env.prices("SEARCH_PRICES", given)
