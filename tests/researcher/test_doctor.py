"""The doctor as a whole: what it says, as what it ends, and that nothing keeps it from looking."""

import json

import pytest

from researcher import doctor
from researcher.doctor.finding import error, warning, well
from tests.commands import manage
from tests.databases import prepare
from tests.servers import LOOPBACK, free_port


def test_the_worst_finding_is_the_exit_code():
    told = [doctor.Told("a", well("fine")), doctor.Told("b", warning("so so", "mend it"))]
    assert doctor.worst([]) == "ok"
    assert doctor.EXIT_CODES[doctor.worst(told)] == 1
    told.insert(0, doctor.Told("c", error("broken", "mend it")))
    assert doctor.EXIT_CODES[doctor.worst(told)] == 2


def test_a_look_that_fails_is_a_finding_and_the_others_go_on():
    looks = (("first", lambda: [1 // 0]), ("second", lambda: [well("fine")]))
    first, second = doctor._told(looks)
    assert first.finding.level == "error"
    assert "ZeroDivisionError" in first.finding.what
    assert second.finding.level == "ok"


@pytest.mark.slow
@pytest.mark.timeout(120)
class TestCommand:
    def test_a_fresh_checkout_is_led_to_a_deployment_that_works(self, tmp_path, django_db_blocker):
        here = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": ""}
        first = manage("doctor", check=False, **here)
        assert first.returncode == 2
        assert "-> Run `manage.py migrate`." in first.stdout
        with django_db_blocker.unblock():
            prepare(f"sqlite:///{tmp_path / 'db.sqlite3'}", "migrate", "load_catalogue")
        second = manage("doctor", "--json", check=False, **here)
        told = json.loads(second.stdout)
        findings = {one["part"]: one for one in told["findings"]}
        assert second.returncode == doctor.EXIT_CODES[told["status"]] == 1
        assert findings["worker"]["level"] == "warning"
        assert {findings[part]["level"] for part in ("database", "templates", "runs")} == {"ok"}

    def test_a_database_that_is_away_is_the_finding(self, tmp_path):
        url = f"postgresql://nobody:hunter2@{LOOPBACK}:{free_port()}/none"
        done = manage("doctor", check=False, DATA_DIR=str(tmp_path), DATABASE_URL=url)
        assert done.returncode == 2
        assert "-> Start it, or correct DATABASE_URL." in done.stdout
        assert "hunter2" not in done.stdout + done.stderr
