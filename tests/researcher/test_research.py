"""`manage.py research`, as somebody types it: its files, its exit code and its lines."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from analysis.library import create_collection
from analysis.models import Analysis
from researcher.env import BASE_DIR
from templates_app import catalogue
from tests.databases import installed

NOTE = (
    "Quarterly report of Northwind Foods\n\nFor the quarter ended September 30, 2024.\n\n"
    "Revenue of Northwind Foods rose 8.3% to $412.6 million in the third quarter of 2024. "
    "Gross margin narrowed to 31.2% from 33.5% because wheat and energy prices rose.\n"
)
ASK = ("--template", "quarterly-financial-review", "--topic", "Revenue and margin of Northwind")


@pytest.fixture(scope="module")
def product(tmp_path_factory, django_db_blocker) -> dict[str, str]:
    with django_db_blocker.unblock():
        return installed(tmp_path_factory.mktemp("product"))


def manage(environment, *arguments, check=False) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "ignore", str(BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(
        command, env=environment, check=check, capture_output=True, text=True, timeout=120
    )


def research(product, *arguments) -> "subprocess.CompletedProcess[str]":
    return manage(product, "research", *map(str, arguments))


def note(folder: Path, name: str = "northwind.txt") -> Path:
    path = folder / name
    path.write_text(NOTE)
    return path


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--web", "--host", "sec.gov"], "--web reaches every host"),
        (["--url", "https://sec.gov/"], "egress_required"),
        (["--host", "https://sec.gov"], "bad_host"),
        (["--web", "--provider", "altavista"], "unknown_provider"),
    ],
)
def test_a_reach_that_cannot_be_meant_is_refused(options, sentence):
    catalogue.load()
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("research", *ASK, *options)
    assert refused.value.returncode == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--file", "nowhere.pdf"], "nowhere.pdf: No such file or directory"),
        (["--file", "folder"], "import_documents --collection NAME"),
        (["--file", "many.zip"], "import_documents --collection NAME"),
        (["--file", "program.pdf"], "program.pdf: This is a Windows program"),
        (["--file", "noise.pdf"], "noise.pdf: This is a binary file of an unknown kind"),
        (["--file", "empty.pdf"], "empty.pdf: The file has no bytes"),
        (["--collection", "Rice"], "no collection “Rice”; there are: Grain, Wheat"),
        (["--out", "nowhere/report.pdf"], "nowhere/report.pdf cannot be written"),
        (["--json", "folder"], "folder cannot be written"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(tmp_path, monkeypatch, options, sentence):
    catalogue.load()
    operator = User.objects.create(username="operator")
    for name in ("Wheat", "Grain"):
        create_collection(owner=operator, name=name)
    (tmp_path / "folder").mkdir()
    noise = bytes(range(256)) * 80
    for name, content in (("program", b"MZ1234"), ("noise", noise), ("empty", b"")):
        (tmp_path / f"{name}.pdf").write_bytes(content)
    (tmp_path / "many.zip").write_bytes(b"PK")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("research", *ASK, *options)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert not Analysis.objects.exists()


@pytest.mark.django_db
def test_without_a_template_those_that_there_are_are_named():
    catalogue.load()
    with pytest.raises(CommandError, match=r"There are: .*risk-assessment"):
        call_command("research", "--topic", "Wheat")


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_an_imported_collection_becomes_a_cited_report(product, tmp_path):
    folder, result = tmp_path / "notes", tmp_path / "result.json"
    folder.mkdir()
    note(folder)
    assert not manage(product, "import_documents", str(folder), "--collection", "Notes").returncode
    options = ("--option", "depth=Overview", "--collection", " Notes ", "--json", result)
    done = research(product, *ASK, *options)

    assert done.returncode == 0, done.stderr
    told = json.loads(result.read_text())
    assert len(told["sources"]) == 1
    assert told["findings"]


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_a_file_becomes_a_cited_report(product, tmp_path):
    out, result = tmp_path / "report.pdf", tmp_path / "result.json"
    done = research(
        product, *ASK, "--option", "depth=Overview", "--file", note(tmp_path),
        "--watch", "--out", out, "--json", result,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "processing       completed" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("completed: ")
    assert out.read_bytes().startswith(b"%PDF-")
    told = json.loads(result.read_text())
    assert told["status"] == "completed"
    cited = [citation for finding in told["findings"] for citation in finding["citations"]]
    assert cited
    for citation in cited:
        assert citation["document"] == "northwind.txt"
        assert NOTE[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.slow
def test_bad_input_is_one_clear_line(product):
    done = research(product, *ASK, "--option", "no_such=1")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


@pytest.fixture
def loaded(transactional_db) -> None:
    catalogue.load()


def refused(*arguments) -> CommandError:
    with pytest.raises(CommandError) as error:
        call_command("research", *map(str, arguments))
    assert error.value.returncode == 2
    assert "\n" not in str(error.value)
    assert not Analysis.objects.exists()
    return error.value


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--template", "no-such", "--topic", "x"), "no template 'no-such'"),
        (("--topic", "x"), "Name the template with --template"),
        (("--template", "risk-assessment"), "Name the topic with --topic"),
        (("--template", "company-due-diligence", "--topic", "x"), "company"),
        ((*ASK, "--option", "no_such=1"), "no_such"),
        ((*ASK, "--option", "depth"), "KEY=VALUE"),
        ((*ASK, "--file", "/no/such/file.pdf"), "No such file"),
        ((*ASK, "--out", "report.xyz"), "--out ends in one of"),
        (("--resume", "00000000-0000-7000-8000-000000000000"), "no analysis"),
        (("--resume", "nonsense"), "no analysis"),
    ],
)
def test_bad_input_is_refused_by_name(loaded, arguments, words):
    assert words in str(refused(*arguments))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.pdf", b"", "file_empty"),
        ("broken.pdf", b"%PDF-1.7 and nothing more", "file_unreadable"),
        ("program.pdf", b"\x7fELF" + bytes(500), "file_type_not_allowed"),
    ],
)
def test_a_bad_file_stops_everything_before_it_begins(loaded, tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    error = refused(*ASK, "--file", note(tmp_path), "--file", tmp_path / name)
    assert code in str(error)
    assert name in str(error)
