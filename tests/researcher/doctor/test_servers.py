"""What the doctor sees of the database and of Redis, with real ones."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from analysis.models import Worker
from researcher.doctor import servers
from tests.servers import Redis, free_port

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


def test_a_database_as_we_set_it_up_is_well():
    found = list(servers.database())
    assert [finding.level for finding in found] == ["ok"] * len(found)
    assert servers.has_tables()
    assert any(name in found[0].what for name in ("SQLite", "PostgreSQL"))


def test_missing_migrations_are_an_error():
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("reports", "0001_initial")
    try:
        found = list(servers.database())
        assert not servers.has_tables()
    finally:
        recorder.record_applied("reports", "0001_initial")
    assert (found[-1].level, found[-1].advice) == ("error", "Run `manage.py migrate`.")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite is for one host")
class TestSQLite:
    def test_two_hosts_on_one_file_are_an_error(self):
        for host in ("here", "there"):
            Worker.objects.create(host=host, pid=1)
        assert [finding.level for finding in servers.database()] == ["error", "ok"]

    def test_a_late_lock_is_an_error(self, settings):
        databases = settings.DATABASES
        options = {**databases["default"]["OPTIONS"], "transaction_mode": None}
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(databases["default"], "OPTIONS", options)
            assert [finding.level for finding in servers.database()] == ["error", "ok"]

    def test_a_journal_without_wal_is_an_error(self):
        assert [finding.level for finding in servers.journal_faults("delete")] == ["error"]
        assert list(servers.journal_faults("wal")) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a server with connections")
class TestPostgreSQL:
    def test_more_workers_than_connections_are_a_warning(self, settings):
        settings.WORKERS = 20
        assert "warning" in [finding.level for finding in servers.database()]

    def test_clocks_that_differ_are_a_warning(self, monkeypatch):
        real = servers.time.time
        monkeypatch.setattr(servers.time, "time", lambda: real() + 60)
        found = [finding for finding in servers.database() if "clock" in finding.what]
        assert [finding.level for finding in found] == ["warning"]


class TestRedis:
    def test_none_is_fine(self, settings):
        settings.REDIS_URL = ""
        assert [finding.level for finding in servers.redis()] == ["ok"]

    def test_one_that_answers_tells_its_version(self, settings):
        with Redis() as server:
            settings.REDIS_URL = server.url
            (finding,) = servers.redis()
        assert (finding.level, finding.what) == ("ok", f"Redis {server.version} answers.")

    @pytest.mark.parametrize(
        "url", [f"redis://127.0.0.1:{free_port()}/0", "nonsense://x"], ids=["gone", "nonsense"]
    )
    def test_one_that_does_not_is_an_error(self, settings, url):
        settings.REDIS_URL = url
        (finding,) = servers.redis()
        assert finding.level == "error"
        assert "REDIS_URL" in finding.advice
