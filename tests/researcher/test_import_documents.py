"""`manage.py import_documents`, as somebody types it; and an import whose workers are killed."""

import io
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from analysis import library
from analysis.importing.begin import begin
from analysis.models import Collection, Document, Import, Membership, Source, SourcePage
from researcher.env import BASE_DIR
from tests.analysis.importing.conftest import article, jsonl, zipped
from tests.databases import default_database, installed
from tests.researcher.test_research import manage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
ARTICLES, KILLS = 200, 4
WORK = """
from analysis import tasks
from analysis.importing import reads
reads.LINES = 10
tasks.import_files()
"""


@pytest.fixture
def product(tmp_path, django_db_blocker) -> Iterator[dict[str, str]]:
    """An installation, whose database and files are also those of this process."""
    with django_db_blocker.unblock():
        environment = installed(tmp_path) | {"LEASE_SECONDS": "1"}
        with default_database(f"sqlite:///{database_of(environment)}"):
            yield environment


def database_of(product) -> str:
    return f"{product['DATA_DIR']}/db.sqlite3"


def python(product, script: str) -> "subprocess.Popen[str]":
    setup = f"import django; django.setup()\n{script}"
    environment = {**product, "DJANGO_SETTINGS_MODULE": "researcher.settings"}
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", setup], env=environment, cwd=BASE_DIR
    )


def begun(path: Path) -> Import:
    owner = User.objects.create_user("alice")
    collection = library.create_collection(owner=owner, name="Grain")
    with path.open("rb") as file:
        return begin(collection=collection, name="a.jsonl", file=file)


def items(product) -> int:
    """Read beside Django, since its start would take longer than an import."""
    with closing(sqlite3.connect(database_of(product))) as database:
        return int(database.execute("SELECT count(*) FROM analysis_importitem").fetchone()[0])


def wait_for(happened: Callable[[], bool], worker: "subprocess.Popen[str]") -> None:
    """Until it has happened, or the worker has nothing more to do."""
    deadline = time.monotonic() + 30
    while not happened() and worker.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)


def test_an_import_whose_workers_are_killed_at_any_point_is_done_once(product, tmp_path):
    records = [*map(article, range(ARTICLES)), article(0)]
    (tmp_path / "a.jsonl").write_bytes(jsonl(*records))
    job = begun(tmp_path / "a.jsonl")
    dice, kills = random.Random(11), 0  # noqa: S311 - the same in every run
    while (done := items(product)) <= ARTICLES and kills < KILLS:
        worker = python(product, WORK)
        wait_for(lambda: items(product) > done + dice.randint(0, 80), worker)
        time.sleep(dice.uniform(0, 0.1))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        kills += 1
    assert kills > 1
    assert python(product, WORK).wait(60) == 0
    job.refresh_from_db()
    assert job.status == "completed"
    assert (job.total, job.added, job.duplicates) == (ARTICLES + 1, ARTICLES, 1)
    assert job.items.count() == job.items.values("number").distinct().count() == ARTICLES + 1
    for made in (Document, Membership, Source, SourcePage):
        assert made.objects.count() == ARTICLES


def run(product, *arguments) -> "subprocess.CompletedProcess[str]":
    return manage(product, "import_documents", *map(str, arguments))


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_blocker) -> Iterator[dict[str, str]]:
    """An installation with a worker, which the commands find."""
    with django_db_blocker.unblock():
        environment = installed(tmp_path_factory.mktemp("site"))
    command = [sys.executable, "-W", "ignore", "manage.py", "work"]
    worker = subprocess.Popen(command, env=environment, cwd=BASE_DIR, stdout=subprocess.DEVNULL)
    yield environment
    worker.terminate()
    worker.wait(60)


class TestCommand:
    def test_a_folder_is_imported_and_what_is_wrong_is_said(self, site, tmp_path):
        folder = tmp_path / "papers"
        (folder / "2024").mkdir(parents=True)
        (folder / "2024" / "wheat.txt").write_text("Wheat prices rose in May.")
        (folder / "rye.txt").write_text("Rye prices fell in June.")
        (folder / ".hidden.txt").write_text("Nobody's business.")
        out = tmp_path / "out.json"
        done = run(site, folder, "--collection", "Grain", "--json", out)
        assert done.returncode == 0, done.stderr
        assert "2 added, 0 duplicates, 0 rejected" in done.stdout
        assert json.loads(out.read_text())["status"] == "completed"
        (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
        again = run(site, folder, "--collection", "Grain")
        assert again.returncode == 5
        assert "0 added, 2 duplicates, 1 rejected" in again.stdout
        assert "photo.jpg" in again.stderr

    def test_a_zip_and_lines_are_too(self, site, tmp_path):
        packed, lines = tmp_path / "a.zip", tmp_path / "a.jsonl"
        packed.write_bytes(zipped({"a.txt": b"Wheat prices rose."}))
        lines.write_bytes(jsonl(article(1), "{oops"))
        assert run(site, packed, "--collection", "Wheat").returncode == 0
        done = run(site, lines, "--collection", "Wheat")
        assert done.returncode == 5
        assert "rejected: 2 line 2: The line is not JSON" in done.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "--collection", "Grain"), "No such file"),
        ((".",), "Name the collection"),
        (("--resume", "5"), "operator has no import 5"),
        (("empty", "--collection", "Grain"), "file_empty"),
        (("program.pdf", "--collection", "Grain"), "a Windows program.* a ZIP of documents"),
    ],
)
def test_bad_input_begins_nothing(tmp_path, monkeypatch, arguments, words):
    (tmp_path / "empty").mkdir()
    (tmp_path / "program.pdf").write_bytes(b"MZ1234")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=words) as refused:
        call_command("import_documents", *arguments)
    assert refused.value.returncode == 2
    assert not Import.objects.exists()
    assert not Collection.objects.exists()


@pytest.mark.django_db
def test_an_import_is_cancelled_by_its_id(alice, capsys):
    grain = library.create_collection(owner=alice, name="Grain")
    job = begin(collection=grain, name="a", file=io.BytesIO(b"{}"))
    with pytest.raises(SystemExit) as ended:
        call_command("import_documents", owner="alice", cancel=str(job.pk))
    job.refresh_from_db()
    assert (ended.value.code, job.status) == (0, "cancelled")
    assert f"cancelled: {job.pk}" in capsys.readouterr().out
    with pytest.raises(CommandError, match="has no import"):
        call_command("import_documents", owner="bob", cancel=str(job.pk))
