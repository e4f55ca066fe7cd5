"""One import of the measured articles into an empty product, and the index of a run over it."""

import io
import os
import time

from django.contrib.auth.models import User

from analysis import library, tasks
from analysis.importing.begin import begin
from analysis.models import Collection, Import, Source
from analysis.pipeline.library import ranked
from analysis.search import volumes_of

QUESTION = "What did the study find about the price of wheat?"


def once(content: bytes, turn: int) -> tuple[float, float, float]:
    """Seconds for the import, for loading the stored pages into a library and asking once, and
    how many of both were spent by processors, those of child processes included."""
    owner, _ = User.objects.get_or_create(username="bench")
    collection = library.create_collection(owner=owner, name=f"Bench {turn}")
    began, spent = time.perf_counter(), sum(os.times()[:4])
    job = begin(collection=collection, name="a.jsonl", file=io.BytesIO(content))
    tasks.import_files()
    imported = time.perf_counter()
    job.refresh_from_db()
    if job.status != "completed" or job.added != job.total:
        raise SystemExit(f"not whole: {job.status}, {job.added} of {job.total} added")
    ready = time.perf_counter()
    ranked(volumes_of(collection.documents.all()), QUESTION, 10)
    indexed, spent = time.perf_counter(), sum(os.times()[:4]) - spent
    _clear(collection)
    return imported - began, indexed - ready, spent


def _clear(collection: Collection) -> None:
    Import.objects.all().delete()
    collection.documents.all().delete()
    Source.objects.all().delete()
