"""One import of the measured articles into an empty product, and the index of a run over it."""

import io
import os
import time
from itertools import groupby

from django.contrib.auth.models import User

from analysis import library, tasks
from analysis.importing.begin import begin
from analysis.models import Collection, Import, Source, SourcePage
from analysis.pipeline.library import ranked
from analysis.pipeline.volume import Stored
from analysis.sources import indexes
from analysis.types import Page, SourceRef

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
    ranked(_stored(collection), QUESTION, 10)
    indexed, spent = time.perf_counter(), sum(os.times()[:4]) - spent
    _clear(collection)
    return imported - began, indexed - ready, spent


def _stored(collection: Collection) -> list[Stored]:
    """What a run puts into its library."""
    mine = SourcePage.objects.filter(source__documents__collections=collection)
    pages = list(mine.select_related("source").order_by("source_id", "number"))
    made = indexes.of({page.source_id for page in pages})
    if len(made) != collection.documents.count():
        raise SystemExit(f"{len(made)} forward indexes are kept")
    return [
        Stored(_ref(source), [Page(number=one.number, text=one.text) for one in group], index)
        for source, group in groupby(pages, key=lambda page: page.source)
        for index in [made[source.pk]]
    ]


def _ref(source: Source) -> SourceRef:
    return SourceRef(
        key=str(source.pk),
        id=source.pk,
        name=source.title,
        media_type=source.media_type,
        language=source.language,
        pages=source.pages_count,
        characters=source.characters,
        sha256=source.sha256,
        fetched_at=source.fetched_at,
    )


def _clear(collection: Collection) -> None:
    Import.objects.all().delete()
    collection.documents.all().delete()
    Source.objects.all().delete()
