"""What a deployment says of itself, with its parts in place and one by one away."""

import json
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from analysis.models import Worker
from researcher import health
from researcher.health import Check, Kept, Unwell, examined
from researcher.processes import free_port, web
from tests.databases import prepare
from tests.servers import PostgreSQL, Redis

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker() -> Worker:
    return Worker.objects.create(host="here", pid=1)


def test_all_is_well(worker):
    found = examined()
    assert found.status == "ok", found
    assert set(found.checks) == {"database", "migrations", "storage", "channel_layer", "worker"}
    assert all(0 <= one.seconds < 5 for one in found.checks.values())


def test_without_a_worker_it_still_serves_and_says_what_to_start():
    found = examined()
    assert found.status == "degraded"
    assert "start `manage.py work`" in found.checks["worker"].detail


def test_a_silent_worker_is_none(worker):
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=95))
    found = examined()
    assert found.status == "degraded"
    assert "seconds ago" in found.checks["worker"].detail


def test_a_migration_that_is_missing_is_told():
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("analysis", "0001_initial")
    try:
        found = examined()
    finally:
        recorder.record_applied("analysis", "0001_initial")
    assert found.status == "unavailable"
    assert found.checks["migrations"].detail == (
        "1 migrations are missing: run `manage.py migrate`."
    )


def test_a_storage_that_takes_nothing_is_told_without_its_place(settings, tmp_path: Path):
    (tmp_path / "in-the-way").write_text("")
    place = {"OPTIONS": {"location": tmp_path / "in-the-way"}}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", **place},
    }
    found = examined()
    assert found.status == "unavailable"
    assert found.checks["storage"].detail == (
        "It failed (NotADirectoryError): the log of its server says more."
    )


def test_the_probe_leaves_no_file_behind(settings):
    health.storage()
    place = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    assert [path for path in place.rglob("*") if path.is_file()] == []


class TestLooks:
    """The looks at the parts, whatever the parts are."""

    def test_one_that_hangs_is_given_up_and_holds_up_no_other(self):
        over = threading.Event()
        checks = {
            "hung": Check(lambda: str(over.wait(30)), is_essential=False),
            "quick": Check(lambda: "fine", is_essential=True),
        }
        began = time.monotonic()
        try:
            first, second = (examined(checks, patience=0.2) for _ in range(2))
        finally:
            over.set()
        assert time.monotonic() - began < 10
        assert first.status == second.status == "degraded"
        assert second.checks["hung"].detail == "It did not answer within 0.2 s."
        assert second.checks["quick"].ok

    def test_an_essential_one_makes_it_unavailable(self):
        def look() -> str:
            raise Unwell("Out.")

        assert examined({"it": Check(look, is_essential=True)}).status == "unavailable"
        assert examined({"it": Check(look, is_essential=False)}).status == "degraded"

    def test_the_words_of_an_error_stay_inside(self):
        def look() -> str:
            raise LookupError("password=hunter2")

        finding = examined({"it": Check(look, is_essential=True)}).checks["it"]
        assert finding.detail == "It failed (LookupError): the log of its server says more."

    def test_many_probes_at_once_are_one_look(self):
        looked = []

        def look() -> Any:
            looked.append(1)
            return examined({})

        kept = Kept(look)
        threads = [threading.Thread(target=kept.health) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(looked) == 1


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_real_web_server_while_its_servers_go_and_come(tmp_path, monkeypatch):
    with PostgreSQL() as database, Redis() as layer:
        monkeypatch.setenv("DATABASE_URL", database.url)
        monkeypatch.setenv("REDIS_URL", layer.url)
        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        prepare(database.url, "migrate")
        with web(free_port(0)) as process:
            port = process.args[process.args.index("-p") + 1]
            assert bad_parts(port) == (200, {"worker"})
            layer.stop()
            time.sleep(health.KEPT_SECONDS)
            assert bad_parts(port) == (200, {"worker", "channel_layer"})
            database.stop()
            time.sleep(health.KEPT_SECONDS)
            began = time.monotonic()
            status, bad = bad_parts(port)
            assert time.monotonic() - began < 3 * health.PATIENCE_SECONDS
            assert status == 503
            assert {"database", "migrations"} <= bad
            database.start()
            layer.start()
            wait_until(lambda: bad_parts(port) == (200, {"worker"}))


def bad_parts(port: str) -> tuple[int, set[str]]:
    """The status of /readyz, and which parts are unwell."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            status, body = answer.status, answer.read()
    except HTTPError as error:
        status, body = error.code, error.read()
    checks = json.loads(body)["checks"]
    return status, {name for name, finding in checks.items() if not finding["ok"]}


def wait_until(holds: Any, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.2)
