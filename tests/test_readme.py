"""What the README shows is run as it stands, against the product as `make run` starts it."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from researcher.env import BASE_DIR
from tests.databases import installed

pytestmark = pytest.mark.slow

README = (BASE_DIR / "README.md").read_text()
BLOCK = re.compile(r"<!-- executed: (\w+) -->\n```\w+\n(.*?)```", re.DOTALL)


def manage(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-W", "ignore", str(BASE_DIR / "manage.py"), *arguments]


@pytest.fixture
def product(tmp_path, django_db_blocker) -> Iterator[dict[str, str]]:
    """`manage.py up` on a fresh installation; the address and password that it prints."""
    with django_db_blocker.unblock():
        environment = {**installed(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    up = subprocess.Popen(
        manage(tmp_path, "up", "--port", "0"), env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield environment | printed(up)
    finally:
        up.send_signal(signal.SIGINT)
        up.communicate(timeout=60)
    assert up.returncode == 0


def printed(up: "subprocess.Popen[str]") -> dict[str, str]:
    lines = []
    for line in up.stdout or ():
        lines.append(line)
        if "Ctrl-C" in line:
            break
    text = "".join(lines)
    url = re.search(r"(http://127\.0\.0\.1:\d+)/admin/", text)
    login = re.search(r"admin / (\S+)", text)
    assert url is not None, text
    assert login is not None, text
    return {"URL": url.group(1), "PASSWORD": login.group(1)}


def run(language: str, code: str, environment: dict[str, str], folder: Path) -> str:
    """Run a block where the README says: in the checkout (here with its own output folder)."""
    for name in ("researcher", ".venv"):
        if not (folder / name).exists():
            (folder / name).symlink_to(BASE_DIR / name)
    command = [sys.executable, "-c"] if language == "python" else ["bash", "-euo", "pipefail", "-c"]
    done = subprocess.run(
        [*command, code], env=environment, cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(180)
def test_the_examples_of_the_readme_work_as_they_stand(product, tmp_path):
    submit, watch, download = BLOCK.findall(README)
    output = run(*submit, product, tmp_path)
    token, analysis = output.splitlines()[-1].split()
    environment = product | {"TOKEN": token, "ANALYSIS": analysis}
    frames = run(*watch, environment, tmp_path).splitlines()
    events = [line for line in frames if "snapshot" not in line]
    assert [int(line.split()[0]) for line in events] == list(range(1, len(events) + 1))
    assert "analysis.completed" in events[-1]
    run(*download, environment, tmp_path)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_every_file_that_the_readme_links_to_is_there():
    links = re.findall(r"\]\(([^)#]+)", README)
    assert links
    assert [link for link in links if not (BASE_DIR / link).exists()] == []
