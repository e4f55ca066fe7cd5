"""manage.py demo: one real analysis over the sample documents, through the product's own doors.

It starts a web server and a worker, uploads the samples over REST, submits the analysis, shows
the WebSocket's events as they arrive, downloads the report, and stops what it started.
"""

import asyncio
import json
import secrets
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import httpx2
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from websockets.asyncio.client import connect

from analysis.event_types import FINAL_TYPES
from researcher import samples, terminal
from researcher.processes import free_port, web, worker

DEMO_USER = "demo"


class Command(BaseCommand):
    help = "Run one analysis over the sample documents and write its report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--out", type=Path, default=Path("demo-report.pdf"))

    def handle(self, *args: Any, **options: Any) -> None:
        port = free_port(options["port"])
        if port != options["port"]:
            self.stdout.write(f"Port {options['port']} is taken; using {port}.")
        self.stdout.write("Starting the web server and a worker ...")
        with web(port), worker():
            self._run(f"http://127.0.0.1:{port}", options["out"])

    def _run(self, url: str, out: Path) -> None:
        began = time.monotonic()
        with httpx2.Client(base_url=f"{url}/api/v1", timeout=60, trust_env=False) as client:
            token = _log_in(client)
            analysis = _submit(client)
            self.stdout.write(f"Analysis {analysis['id']}: {analysis['topic']}")
            last = asyncio.run(_watch(f"{url.replace('http', 'ws', 1)}", analysis["id"], token))
            if last["type"] != "analysis.completed":
                raise CommandError(f"{last['type']}: {last.get('detail', '')}")
            _download(client, analysis["id"], out)
        seconds = time.monotonic() - began
        cited = f"{last['findings']} findings from {last['sources']} sources"
        self.stdout.write(f"{out} written: {cited}, {seconds:.1f} seconds.")


def _log_in(client: httpx2.Client) -> str:
    """A token for the demo's user, whose password is made anew each time."""
    password = secrets.token_urlsafe()
    user, _ = User.objects.get_or_create(username=DEMO_USER)
    user.set_password(password)
    user.save()
    answer = _checked(
        client.post("/auth/tokens/", json={"username": DEMO_USER, "password": password})
    )
    client.headers["Authorization"] = f"Token {answer['token']}"
    return str(answer["token"])


def _submit(client: httpx2.Client) -> dict[str, Any]:
    demo = samples.load()
    files = [("files", (sample.path.name, sample.path.read_bytes())) for sample in demo.documents]
    descriptions = [sample.description for sample in demo.documents]
    uploaded = _checked(
        client.post("/documents/", files=files, data={"descriptions": descriptions})
    )
    request = {
        "template": demo.template,
        "topic": demo.topic,
        "options": demo.options,
        "documents": [document["id"] for document in uploaded["documents"]],
    }
    return _checked(client.post("/analyses/", json=request))


async def _watch(url: str, analysis_id: str, token: str) -> dict[str, Any]:
    """Show every event as it arrives; the last one."""
    headers = {"Authorization": f"Token {token}"}
    address = f"{url}/ws/analyses/{analysis_id}/?after=0"
    async with connect(address, additional_headers=headers, proxy=None) as socket:
        with terminal.display() as display:
            async for frame in socket:
                event = json.loads(frame)
                if event["type"] in FINAL_TYPES:
                    return dict(event)
                if "seq" in event and event["type"] != "snapshot":
                    display.show(event)
    raise CommandError("The WebSocket closed before the analysis ended.")


def _download(client: httpx2.Client, analysis_id: str, out: Path) -> None:
    address = f"/reports/{analysis_id}/download/"
    for path, file_format in ((out, "pdf"), (out.with_suffix(".json"), "json")):
        answer = client.get(address, params={"file_format": file_format})
        answer.raise_for_status()
        path.write_bytes(answer.content)


def _checked(answer: httpx2.Response) -> dict[str, Any]:
    if answer.is_error:
        raise CommandError(f"{answer.status_code} {answer.request.url}: {answer.text}")
    return dict(answer.json())
