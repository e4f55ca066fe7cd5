"""A collection of alice's, and files as people send them."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from analysis import library, tasks
from analysis.importing.begin import begin
from analysis.models import Collection, Import

Run = Callable[..., Import]

WORDS = [
    "harvest",
    "wheat",
    "barley",
    "rye",
    "tonnes",
    "export",
    "port",
    "silo",
    "price",
    "market",
    "farmer",
    "season",
    "rain",
    "drought",
    "contract",
    "buyer",
    "mill",
    "flour",
    "ship",
    "rail",
    "storage",
    "quality",
    "protein",
    "moisture",
    "forecast",
    "stock",
]


def article(number: int, **changes: Any) -> dict[str, Any]:
    """A record that is like no other: sentences of words in an order of its own."""
    dice = random.Random(number)  # noqa: S311 - the same text in every run
    words = [f"{dice.choice(WORDS)}{dice.choice('abcdefgh')}" for _ in range(160)]
    text = f"Report {number}. {' '.join(words)}."
    record = {
        "id": f"a-{number}",
        "title": f"Article {number}",
        "url": f"https://example.com/{number}",
        "source": "The Grain Post",
        "published_at": "2024-05-31",
        "text": text,
    }
    return record | changes


def jsonl(*records: Any) -> bytes:
    """Records as lines; a text stands as it is."""
    lines = (one if isinstance(one, str) else json.dumps(one) for one in records)
    return "\n".join(lines).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def grain(alice: User) -> Collection:
    return library.create_collection(owner=alice, name="Grain")


@pytest.fixture
def imported(grain: Collection) -> Run:
    """Import a file into alice's collection, whole."""

    def run(content: bytes, name: str = "articles.jsonl", **options: Any) -> Import:
        job = begin(collection=grain, name=name, file=io.BytesIO(content), **options)
        tasks.import_files()
        job.refresh_from_db()
        return job

    return run


@pytest.fixture
def api(alice: User) -> APIClient:
    """Alice's client."""
    client = APIClient()
    client.force_login(alice)
    return client
