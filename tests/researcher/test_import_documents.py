"""`manage.py import_documents`, as somebody types it; and an import whose workers are killed."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from researcher.env import BASE_DIR
from tests.analysis.importing.conftest import article, jsonl, zipped
from tests.researcher.test_research import manage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
ARTICLES = 200
WORK = """
from analysis import tasks
from analysis.importing import reads
reads.LINES = 10
tasks.import_files()
"""
BEGIN = """
import sys
from django.contrib.auth.models import User
from analysis import library
from analysis.importing.begin import begin
owner = User.objects.create_user("alice")
collection = library.create_collection(owner=owner, name="Grain")
print(begin(collection=collection, name="a.jsonl", file=open(sys.argv[1], "rb")).pk)
"""
TOLD = """
import json
from analysis.models import *
job = Import.objects.get()
print(json.dumps({"status": job.status, "total": job.total, "added": job.added,
    "duplicates": job.duplicates, "items": job.items.count(),
    "numbers": job.items.values("number").distinct().count(),
    "documents": Document.objects.count(), "members": Membership.objects.count(),
    "sources": Source.objects.count(), "pages": SourcePage.objects.count()}))
"""


@pytest.fixture
def product(tmp_path) -> dict[str, str]:
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "data"), "LEASE_SECONDS": "1"}
    environment.pop("DATABASE_URL", None)
    manage(environment, "migrate", "-v0", check=True)
    return environment


def python(product, script: str, *arguments: object) -> "subprocess.Popen[str]":
    setup = f"import django; django.setup()\n{script}"
    command = [sys.executable, "-W", "ignore", "-c", setup, *map(str, arguments)]
    environment = {**product, "DJANGO_SETTINGS_MODULE": "researcher.settings"}
    return subprocess.Popen(
        command, env=environment, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True
    )


def said(process: "subprocess.Popen[str]") -> str:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return out


def state(product) -> dict[str, int | str]:
    return json.loads(said(python(product, TOLD)))


def items(product) -> int:
    """Read beside Django, since its start would take longer than an import."""
    with closing(sqlite3.connect(f"{product['DATA_DIR']}/db.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM analysis_importitem").fetchone()[0])


def wait_for(happened: Callable[[], bool], worker: "subprocess.Popen[str]") -> None:
    """Until it has happened, or the worker has nothing more to do."""
    deadline = time.monotonic() + 30
    while not happened() and worker.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def test_an_import_whose_workers_are_killed_at_any_point_is_done_once(product, tmp_path):
    records = [*map(article, range(ARTICLES)), article(0)]
    (tmp_path / "a.jsonl").write_bytes(jsonl(*records))
    said(python(product, BEGIN, tmp_path / "a.jsonl"))
    dice, kills = random.Random(11), 0  # noqa: S311 - the same in every run
    while (done := items(product)) <= ARTICLES and kills < 5:
        worker = python(product, WORK)
        wait_for(lambda: items(product) > done + dice.randint(0, 80), worker)
        time.sleep(dice.uniform(0, 0.1))
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        kills += 1
    said(python(product, WORK))
    now = state(product)
    assert kills > 1
    assert now["status"] == "completed"
    assert (now["total"], now["added"], now["duplicates"]) == (ARTICLES + 1, ARTICLES, 1)
    assert now["items"] == now["numbers"] == ARTICLES + 1
    assert now["documents"] == now["members"] == now["sources"] == now["pages"] == ARTICLES


def run(product, *arguments) -> "subprocess.CompletedProcess[str]":
    return manage(product, "import_documents", *map(str, arguments))


class TestCommand:
    def test_a_folder_is_imported_and_what_is_wrong_is_said(self, product, tmp_path):
        folder = tmp_path / "papers"
        (folder / "2024").mkdir(parents=True)
        (folder / "2024" / "wheat.txt").write_text("Wheat prices rose in May.")
        (folder / "rye.txt").write_text("Rye prices fell in June.")
        (folder / ".hidden.txt").write_text("Nobody's business.")
        out = tmp_path / "out.json"
        done = run(product, folder, "--collection", "Grain", "--json", out)
        assert done.returncode == 0, done.stderr
        assert "2 added, 0 duplicates, 0 rejected" in done.stdout
        assert json.loads(out.read_text())["status"] == "completed"
        (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
        again = run(product, folder, "--collection", "Grain")
        assert again.returncode == 5
        assert "0 added, 2 duplicates, 1 rejected" in again.stdout
        assert "photo.jpg" in again.stderr

    def test_a_zip_and_lines_are_too(self, product, tmp_path):
        packed, lines = tmp_path / "a.zip", tmp_path / "a.jsonl"
        packed.write_bytes(zipped({"a.txt": b"Wheat prices rose."}))
        lines.write_bytes(jsonl(article(1), "{oops"))
        assert run(product, packed, "--collection", "Grain").returncode == 0
        done = run(product, lines, "--collection", "Grain")
        assert done.returncode == 5
        assert "rejected: 2 line 2: The line is not JSON" in done.stderr

    def test_bad_input_begins_nothing(self, product, tmp_path):
        assert run(product, tmp_path / "nowhere", "--collection", "Grain").returncode == 2
        assert run(product, tmp_path).returncode == 2
        assert run(product, "--resume", "5").returncode == 2
        empty = tmp_path / "empty"
        empty.mkdir()
        assert "file_empty" in run(product, empty, "--collection", "Grain").stderr
