"""What is read is indexed, and what was read before can be: a run is spared that work."""

import io

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command

from analysis.models import Document, ForwardIndex, Source, SourceStatus
from analysis.pipeline import forward
from analysis.sources import indexes, store
from researcher.kit.pool import children

pytestmark = [pytest.mark.django_db(transaction=True)]


def read(document: Document) -> Source:
    source = document.source

    async def reading() -> None:
        pool = children(1)
        await store.read(source, pool, document.name)
        await pool.close()

    async_to_sync(reading)()
    return source


def test_what_is_read_has_an_index_of_its_pages(document: Document):
    source = read(document)
    kept = indexes.of([source.pk])[source.pk]
    assert kept == forward.packed(store.pages(source.pk), source.language)
    assert not indexes.missing().exists()


def test_a_source_is_read_although_its_index_takes_too_much(document: Document, monkeypatch):
    monkeypatch.setattr(indexes, "PACKED", "os:_exit")
    assert read(document).status == SourceStatus.READ
    assert store.pages(document.source_id)
    assert list(indexes.missing()) == [document.source]


def test_an_index_by_other_rules_is_not_used_and_made_anew(document: Document):
    source = read(document)
    ForwardIndex.objects.update(rules=forward.RULES + 1, content=b"of another time")
    assert indexes.of([source.pk]) == {}
    out = io.StringIO()
    call_command("index_sources", stdout=out)
    assert out.getvalue() == "1 of 1 sources indexed\n"
    kept = indexes.of([source.pk])[source.pk]
    assert kept == forward.packed(store.pages(source.pk), source.language)
    call_command("index_sources", stdout=out)
    assert out.getvalue().endswith("0 of 0 sources indexed\n")


def test_what_was_not_read_has_none_to_make(document: Document):
    assert not indexes.missing().exists()
