"""What docs/operations.md says is so: commands run, names exist, units say what counts."""

import configparser
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from researcher import metrics, probes
from researcher.env import BASE_DIR
from researcher.work import GRACE_SECONDS
from templates_app.models import AnalysisTemplate
from tests.databases import default_database, prepare
from tests.servers import PostgreSQL

TEXT = (BASE_DIR / "docs" / "operations.md").read_text()


def blocks(kind: str) -> list[str]:
    """The blocks of the page with this mark, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, re.M | re.S)


def run(script: str, **environment: str) -> str:
    """Run a block as an operator would, from the folder of the project."""
    script = script.replace(".venv/bin/python", f"{shlex.quote(sys.executable)} -W ignore")
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script],
        cwd=BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class TestNames:
    def test_every_variable_of_the_table_is_a_setting(self):
        table = re.findall(r"^\| (`[A-Z_`, ]+`) \|", TEXT, re.M)
        named = {name for cell in table for name in re.findall("[A-Z_]{2,}", cell)}
        known = set(re.findall(r"^# ([A-Z_]+)=", (BASE_DIR / ".env.example").read_text(), re.M))
        assert len(named) > 20
        assert named - known == set()

    @pytest.mark.servers
    @pytest.mark.django_db
    def test_every_metric_is_explained_and_there_is_no_other(self):
        families = list(text_string_to_metric_families(metrics.text()))
        families = [family for family in families if not family.name.endswith(("_gcount", "_gsum"))]
        named = set(re.findall("researcher_[a-z_]+", TEXT))
        there = {f"{family.name}{'_total' * (family.type == 'counter')}" for family in families}
        there = {f"{name}{'_bucket' * (name == 'researcher_stage_seconds')}" for name in there}
        assert named == there

    def test_every_probe_is_explained(self):
        assert all(f"| `{path}` |" in TEXT for path in probes.DOORS)


class TestUnits:
    def test_the_worker_is_stopped_as_it_must_be(self):
        unit = unit_of("researcher-work.service")["Service"]
        assert unit["KillMode"] == "mixed"
        assert float(unit["TimeoutStopSec"]) > GRACE_SECONDS + 10
        assert unit["ExecStart"].endswith("manage.py work")

    def test_the_web_process_knows_its_role(self):
        unit = unit_of("researcher-web.service")["Service"]
        assert unit["Environment"] == "PROCESS_ROLE=web"
        assert unit["ExecStart"].endswith("researcher.asgi:application")

    def test_the_proxy_says_what_the_settings_believe(self):
        (proxy,) = blocks("nginx")
        for line in ("X-Forwarded-Proto $scheme", "X-Forwarded-For $remote_addr", "Upgrade"):
            assert f"proxy_set_header {line}" in proxy
        assert "location = /metrics { deny all; }" in proxy


def unit_of(name: str) -> configparser.ConfigParser:
    (text,) = (block for block in blocks("ini") if name in block)
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text)
    return unit


@pytest.mark.slow
@pytest.mark.timeout(180)
class TestCommands:
    def test_the_production_environment_passes_the_check(self, tmp_path):
        (script,) = blocks("sh")
        assert "no issues" in run(script, DATA_DIR=str(tmp_path), DATABASE_URL="", REDIS_URL="")

    @pytest.fixture(autouse=True)
    def _databases_of_their_own(self, django_db_blocker):
        with django_db_blocker.unblock():
            yield

    def test_sources_are_indexed(self, tmp_path):
        (script,) = blocks("sh index")
        url = f"sqlite:///{tmp_path / 'db.sqlite3'}"
        prepare(url, "migrate")
        said = run(script, DATA_DIR=str(tmp_path), DATABASE_URL=url, REDIS_URL="")
        assert "0 of 0 sources indexed" in said

    def test_a_backup_of_sqlite_restores(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'var' / 'db.sqlite3'}"
        here = {"DATABASE_URL": "", "REDIS_URL": "", "BACKUP": str(tmp_path / "backup")}
        restored("sqlite", tmp_path, url, here)

    def test_a_backup_of_postgresql_restores(self, tmp_path):
        with PostgreSQL() as server:
            path = f"{server.programs}{os.pathsep}{os.environ['PATH']}"
            here = {"DATABASE_URL": server.url, "REDIS_URL": "", "PATH": path}
            here["BACKUP"] = str(tmp_path / "backup")
            restored("postgresql", tmp_path, server.url, here)


def restored(kind: str, folder: Path, url: str, here: dict[str, str]) -> None:
    """Make a deployment, back it up, lose it, restore it: its rows and files are there again."""
    here["DATA_DIR"] = str(folder / "var")
    kept = folder / "var" / "files" / "kept.txt"
    backup, restore = blocks(f"sh {kind}")
    kept.parent.mkdir(parents=True)
    kept.write_text("kept")
    prepare(url, "migrate", "load_catalogue")
    run(backup, **here)
    kept.unlink()
    with default_database(url):
        assert AnalysisTemplate.objects.all().delete()[0]
    assert "ok      templates" in run(restore, **here)
    assert kept.read_text() == "kept"
