"""Alice imports files: each item is done once and told of, whatever is wrong with the others."""

import asyncio
import io
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from django_q.models import OrmQ

from analysis import services, shifts, sweeper, tasks
from analysis.importing import batches, claims, reads, work
from analysis.importing.begin import begin
from analysis.models import Document, Fingerprint, Import, Source, SourcePage, SourceStatus
from analysis.sources import indexes, store
from researcher.kit.refusal import Refusal
from tests.analysis.conftest import TEXT
from tests.analysis.importing.conftest import article, jsonl, zipped
from tests.analysis.sources.reading import files

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def told(job: Import) -> list[tuple[int, str, str]]:
    rows = job.items.order_by("number").values_list("number", "outcome", "code")
    return [tuple(row) for row in rows]


def counts(job: Import) -> tuple[int | None, int, int, int]:
    return job.total, job.added, job.duplicates, job.rejected


class TestLines:
    def test_a_line_becomes_a_source_with_the_facts_of_its_record(self, imported, grain):
        job = imported(jsonl(article(1, authors=["Ann Grower", "Bo Miller"], doi="10.1/x")))
        assert (job.status, counts(job)) == ("completed", (1, 1, 0, 0))
        (document,) = grain.documents.all()
        source = document.source
        assert document.name == "Article 1"
        assert (source.title, source.author) == ("Article 1", "Ann Grower; Bo Miller")
        assert (source.site, source.doi) == ("The Grain Post", "10.1/x")
        assert (source.url, source.published_on) == ("https://example.com/1", date(2024, 5, 31))
        assert source.status == SourceStatus.READ
        assert [page.text for page in source.pages.all()] == [article(1)["text"]]
        assert set(indexes.of([source.pk])) == {source.pk}
        assert not default_storage.exists(job.file)

    def test_bad_lines_are_told_by_their_numbers_and_lose_nothing_else(self, imported, grain):
        job = imported(
            jsonl(article(1), "{oops", "", '["a list"]', {"title": "no text"}, article(2))
            + b"\n\xff\xfe\n"
            + jsonl({**article(3), "text": 5}, article(4))
        )
        assert told(job) == [
            (1, "added", ""),
            (2, "rejected", "line_not_json"),
            (4, "rejected", "line_not_object"),
            (5, "rejected", "text_missing"),
            (6, "added", ""),
            (7, "rejected", "line_not_utf8"),
            (8, "rejected", "text_missing"),
            (9, "added", ""),
        ]
        assert counts(job) == (8, 3, 0, 5)
        assert job.items.get(number=2).name == "line 2"
        assert grain.documents.count() == 3

    def test_what_is_odd_about_a_record_is_a_warning(self, imported, grain):
        imported(jsonl(article(1, published_at="last week", url="javascript:alert(1)")))
        source = grain.documents.get().source
        codes = {warning["code"] for warning in source.warnings}
        assert codes >= {"url_left_out", "date_left_out"}
        assert (source.url, source.published_on) == ("", None)

    def test_a_line_that_is_too_long_is_passed_over(self, imported, settings):
        settings.UPLOAD_MAX_MB = 1
        job = imported(jsonl(article(1), article(2, text="x " * 700_000), article(3)))
        assert told(job) == [(1, "added", ""), (2, "rejected", "line_too_long"), (3, "added", "")]

    def test_more_lines_than_a_batch_all_come(self, imported, monkeypatch):
        monkeypatch.setattr(reads, "LINES", 3)
        job = imported(jsonl(*map(article, range(10))))
        assert counts(job) == (10, 10, 0, 0)
        assert [number for number, *_ in told(job)] == list(range(1, 11))


@pytest.mark.servers
class TestDuplicates:
    def test_the_same_text_is_there_once_also_under_another_address(self, imported, grain):
        again = article(1, url="https://mirror.example.com/1", title="Copy")
        job = imported(jsonl(article(1), again, article(1)))
        assert told(job) == [
            (1, "added", ""),
            (2, "duplicate", "duplicate"),
            (3, "duplicate", "duplicate"),
        ]
        assert imported(jsonl(article(1), article(2))).duplicates == 1
        assert grain.documents.count() == 2

    def test_a_near_duplicate_is_kept_out_and_says_of_what(self, imported, grain):
        near = article(1, text=article(1)["text"] + " The editor thanks all readers of the paper.")
        job = imported(jsonl(article(1), near))
        item = job.items.get(number=2)
        assert (item.outcome, item.code) == ("near_duplicate", "near_duplicate")
        assert item.detail.startswith("It is a near-duplicate of “Article 1”: ")
        assert item.document == grain.documents.get()
        assert 0.8 <= item.similarity < 1

    def test_unless_it_is_wanted(self, imported, grain):
        near = article(1, text=article(1)["text"] + " The editor thanks all readers of the paper.")
        job = imported(jsonl(article(1), near), keep_near_duplicates=True)
        assert (job.added, job.duplicates) == (2, 0)
        assert job.items.get(number=2).code == "near_duplicate"
        assert grain.documents.count() == 2

    def test_the_same_words_with_other_numbers_are_a_newer_statement(self, imported):
        text = article(1)["text"] + " Growth was 2.4 percent."
        newer = article(1)["text"] + " Growth was 2.6 percent."
        job = imported(jsonl(article(1, text=text), article(1, text=newer)))
        assert job.added == 2

    def test_what_was_uploaded_before_is_known_too(self, imported, grain, alice):
        document = services.add_document(owner=alice, name="a.txt", content=b"file")
        text = article(1)["text"]
        Source.objects.update(status=SourceStatus.READ)
        SourcePage.objects.create(source=document.source, number=1, text=text)
        grain.documents.add(document)
        job = imported(jsonl(article(1)))
        assert job.items.get().document == document
        assert Fingerprint.objects.filter(source=document.source).exists()

    def test_two_users_share_no_facts(self, imported, bob):
        theirs = article(1, title="Bob's secret project")
        imported(jsonl(theirs))
        imported(jsonl(article(1)))
        assert Source.objects.filter(title="Article 1").count() == 0  # hers says it already
        assert Document.objects.get().name == "Bob's secret project"


class TestFiles:
    def test_the_files_of_a_zip_are_read_as_uploads_are(self, imported, grain):
        job = imported(
            zipped(
                {
                    "2024/report.pdf": files.pdf("Alice sold her share."),
                    "2024/notes.txt": b"Wheat prices rose in May.",
                    "2024/empty.txt": b"",
                    "2024/photo.jpg": b"\xff\xd8\xff\xe0 no document",
                    "2024/.DS_Store": b"aside",
                    "__MACOSX/notes.txt": b"aside",
                }
            ),
            "files.zip",
        )
        outcomes = [outcome for _, outcome, _ in told(job)]
        assert outcomes == ["added", "added", "rejected", "rejected"]
        assert counts(job) == (4, 2, 0, 2)
        names = sorted(document.name for document in grain.documents.all())
        assert names == ["notes.txt", "report.pdf"]
        sources = {document.source_id for document in grain.documents.all()}
        assert set(indexes.of(sources)) == sources
        assert all(item.detail for item in job.items.filter(outcome="rejected"))

    def test_names_lead_nowhere(self, imported, grain):
        imported(zipped({"../../etc/passwd": b"root", "/etc/shadow.txt": b"more"}), "x.zip")
        assert sorted(one.name for one in grain.documents.all()) == ["passwd", "shadow.txt"]

    def test_a_file_that_is_too_large_is_passed_over(self, imported, settings):
        settings.UPLOAD_MAX_MB = 1
        content = zipped({"a.txt": b"a" * (2 << 20), "b.txt": b"Wheat prices rose."})
        assert told(imported(content, "x.zip")) == [
            (1, "rejected", "file_too_large"),
            (2, "added", ""),
        ]

    def test_bytes_that_another_uploaded_and_nobody_read_are_read_now(self, imported, bob, grain):
        services.add_document(owner=bob, name="his.txt", content=b"Wheat prices rose in May.")
        imported(zipped({"mine.txt": b"Wheat prices rose in May."}), "x.zip")
        source = Source.objects.get()
        assert (source.status, source.pages.count()) == (SourceStatus.READ, 1)
        assert grain.documents.get().source == source


@pytest.mark.servers
class TestWorkers:
    def test_a_job_has_one_worker_and_a_collection_one_job(self, grain):
        first = begin(collection=grain, name="a", file=io.BytesIO(jsonl(article(1))))
        begin(collection=grain, name="b", file=io.BytesIO(jsonl(article(2))))
        assert claims.claim() == first
        assert claims.claim() is None

    def test_who_lost_it_writes_nothing(self, grain, settings):
        settings.LEASE_SECONDS = -1
        begin(collection=grain, name="a", file=io.BytesIO(jsonl(article(1))))
        stalled, owner = claims.claim(), claims.claim()
        batch = batches.Batch(0, 9, 1, [batches.Item(1, "a", code="x", detail="y")])
        decided = batches.decide(stalled, batches.Shelf(), batch.items)
        with pytest.raises(claims.Lost):
            batches.write(stalled, batch, decided, {})
        batches.write(owner, batch, decided, {})
        batches.write(owner, batch, decided, {})  # as after an answer that was lost
        owner.refresh_from_db()
        assert (owner.rejected, owner.items.count()) == (1, 1)

    def test_what_is_cancelled_while_a_worker_has_it_gets_no_more(self, grain):
        begin(collection=grain, name="a", file=io.BytesIO(jsonl(article(1))))
        job = claims.claim()
        batch = batches.Batch(0, 9, 1, [batches.Item(1, "a", code="x", detail="y")])
        claims.cancel(job=Import.objects.get())
        with pytest.raises(claims.Lost):
            batches.write(job, batch, batches.decide(job, batches.Shelf(), batch.items), {})
        claims.complete(job)
        job.refresh_from_db()
        assert (job.status, job.items.count(), claims.claim()) == ("cancelled", 0, None)

    def test_its_worker_puts_it_down_in_the_middle_of_a_batch(self, grain):
        begin(collection=grain, name="a", file=io.BytesIO(jsonl(article(1))))
        job = claims.claim()

        claims.cancel(job=Import.objects.get())

        async def work_on() -> None:
            async with claims.kept(job):
                await asyncio.sleep(30)

        with pytest.raises(claims.Lost):
            asyncio.run(work_on())

    def test_one_that_is_cancelled_before_its_file_is_opened_is_let_go(self, grain):
        begin(collection=grain, name="a", file=io.BytesIO(jsonl(article(1))))
        job = claims.claim()
        claims.cancel(job=Import.objects.get())
        with pytest.raises(claims.Lost):
            work._opened(job)

    def test_a_file_that_kills_its_workers_is_given_up(self, grain, settings):
        settings.LEASE_SECONDS = -1
        job = begin(collection=grain, name="a", file=io.BytesIO(jsonl(article(1))))
        while claims.claim():
            pass
        job.refresh_from_db()
        assert (job.status, job.failure_code) == ("failed", "too_many_attempts")
        assert job.attempts == settings.MAX_ATTEMPTS + 1

    def test_what_was_begun_goes_on_where_it_stands(self, imported, grain, monkeypatch, drive):
        """Told to stop after each batch, it is put down and rung for; nothing is done twice."""
        monkeypatch.setattr(reads, "LINES", 3)
        monkeypatch.setattr(shifts, "is_told_to_stop", lambda row: True)
        job = imported(jsonl(*map(article, range(10))))
        assert (job.status, job.added, job.taken_until) == ("queued", 3, None)
        monkeypatch.undo()
        tasks.import_files()
        job.refresh_from_db()
        assert (job.status, counts(job)) == ("completed", (10, 10, 0, 0))

    def test_the_sweeper_rings_for_one_that_nobody_has(self, grain):
        begin(collection=grain, name="a", file=io.BytesIO(jsonl(article(1))))
        OrmQ.objects.all().delete()
        sweeper.sweep()
        sweeper.sweep()
        assert OrmQ.objects.filter(key="jobs").count() == 1

    def test_a_collection_that_is_deleted_meanwhile_ends_it(self, grain):
        begin(collection=grain, name="a", file=io.BytesIO(jsonl(article(1))))
        grain.delete()
        tasks.import_files()
        assert not Document.objects.exists()

    def test_a_user_cannot_fill_the_queue(self, grain):
        for _ in range(10):
            begin(collection=grain, name="a", file=io.BytesIO(b"{}"))
        with pytest.raises(Refusal, match="too_many_imports"):
            begin(collection=grain, name="a", file=io.BytesIO(b"{}"))

    def test_an_end_has_its_time(self, grain):
        job = begin(collection=grain, name="a", file=io.BytesIO(b"{}"))
        assert job.finished_at is None
        tasks.import_files()
        job.refresh_from_db()
        assert job.finished_at <= timezone.now()


def test_content_of_a_record_is_the_record(imported, grain):
    imported(jsonl(article(1)))
    content = store.content(grain.documents.get().source).decode()
    assert '"source": "The Grain Post"' in content


@pytest.mark.servers
def test_an_analysis_of_a_collection_cites_articles_by_the_facts_of_their_records(
    imported, grain, api, template, settings
):
    settings.DRIVE_IDLE_SECONDS = 0.3
    imported(jsonl(article(1, text=TEXT.decode(), title="Northwind: third quarter")))
    asked = {"template": template, "topic": "Northwind Foods revenue and margin"}
    run = api.post("/api/v1/analyses/", {**asked, "collections": [str(grain.pk)]}).json()["id"]
    tasks.drive()
    result = api.get(f"/api/v1/analyses/{run}/").json()["result"]
    cited = result["citations"][0]
    assert cited["url"] == "https://example.com/1"
    (source,) = api.get(f"/api/v1/analyses/{run}/sources/").json()["results"]
    assert (source["title"], source["site"]) == ("Northwind: third quarter", "The Grain Post")
    assert (source["published_on"], source["quotes_used"] > 0) == ("2024-05-31", True)
    where = f"/api/v1/sources/{source['id']}/text/?analysis={run}&citation={cited['mark']}"
    assert api.get(where).json()["highlights"][0]["text"] == cited["quote"]
