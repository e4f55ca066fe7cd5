"""What alice can do, and how she is told that she cannot."""

from unittest.mock import ANY
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from analysis import services
from analysis.lifecycle import IllegalMove
from analysis.models import Analysis, CallState, Document, Source, Status
from researcher.kit.refusal import Refusal
from templates_app.models import AnalysisTemplate, TemplateStatus
from templates_app.options import InvalidOptions

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


def submit(alice, template, **changes):
    given = {"topic": "Northwind revenue", "options_given": {}, "documents": []}
    return services.submit(owner=alice, template=template, **given | changes)


def test_an_analysis_its_first_event_and_its_ring_are_one_write(alice, template):
    with transaction.atomic():
        submit(alice, template)
        transaction.set_rollback(True)
    assert (Analysis.objects.count(), OrmQ.objects.count()) == (0, 0)
    analysis = submit(alice, template)
    assert analysis.status == Status.QUEUED
    assert [event.as_message() for event in analysis.events.after(0)] == [
        {
            "type": "analysis.queued",
            "seq": 1,
            "analysis_id": str(analysis.pk),
            "created_at": ANY,
            "reason": "submitted",
            "kept_steps": 0,
            "kept_calls": 0,
            "kept_tokens": 0,
        }
    ]
    assert OrmQ.objects.filter(key="drive").count() == 1


def test_the_brief_keeps_the_template_as_it_stood(alice, template):
    analysis = submit(alice, template)
    AnalysisTemplate.objects.filter(slug=template).update(name="Renamed")
    analysis.refresh_from_db()
    assert analysis.brief.template == analysis.template_version.content
    assert analysis.brief.options["depth"] == "Detailed"


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("", "topic_required"),
        (" \t\n", "topic_required"),
        ("\u200d\u200c", "topic_required"),
        ("x" * 1_000_000, "topic_too_long"),
        ("nul \x00 byte", "invalid_characters"),
        ("bell \x07", "invalid_characters"),
        ("right \u202e to left", "invalid_characters"),
    ],
)
def test_a_topic_that_cannot_be_printed_is_refused(alice, template, topic, code):
    with pytest.raises(Refusal) as refused:
        submit(alice, template, topic=topic)
    assert refused.value.code == code
    assert Analysis.objects.count() == 0


def test_a_topic_is_one_line_in_any_script(alice, template):
    analysis = submit(alice, template, topic="  净利润\nومخاطر  2024 ")
    assert analysis.topic == "净利润 ومخاطر 2024"


def test_an_unknown_template_is_answered_with_the_known_ones(alice, template):
    with pytest.raises(Refusal, match="There are: quarterly-review"):
        submit(alice, "no-such-template")


def test_a_retired_template_is_refused(alice, template):
    AnalysisTemplate.objects.filter(slug=template).update(status=TemplateStatus.RETIRED)
    with pytest.raises(Refusal, match="is retired"):
        submit(alice, template)


@pytest.mark.parametrize("given", [{"no_such": "x"}, {"depth": 7}])
def test_options_are_checked_against_the_template(alice, template, given):
    with pytest.raises(InvalidOptions):
        submit(alice, template, options_given=given)


def test_a_document_of_bob_is_not_there(alice, bob, template):
    theirs = services.add_document(owner=bob, name="secret.txt", content=b"secret")
    with pytest.raises(Refusal) as refused:
        submit(alice, template, documents=[theirs.pk])
    with pytest.raises(Refusal) as unknown:
        submit(alice, template, documents=[uuid4()])
    assert refused.value.code == unknown.value.code == "document_not_found"


def test_documents_keep_their_order_and_are_counted_once(alice, template):
    one, two = (
        services.add_document(owner=alice, name=f"{n}.txt", content=n.encode()) for n in ("1", "2")
    )
    analysis = submit(alice, template, documents=[two.pk, one.pk, two.pk])
    assert [document.name for document in analysis.brief.documents] == ["2.txt", "1.txt"]
    assert analysis.documents.count() == 2


def test_the_same_bytes_are_stored_once_for_everybody(alice, bob):
    first = services.add_document(owner=alice, name="a.txt", content=b"same bytes")
    second = services.add_document(owner=bob, name="b.txt", content=b"same bytes")
    assert first.source == second.source
    assert Source.objects.count() == 1
    _, files = default_storage.listdir(f"sources/{first.source.sha256[:2]}")
    assert len(files) == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ("a\x00\u202eb.pdf", "ab.pdf"),
        ("", "document"),
        ("x" * 5000, "x" * 255),
        ("报告.pdf", "报告.pdf"),
    ],
)
def test_a_file_name_is_only_a_label(alice, name, kept):
    assert (
        services.add_document(owner=alice, name=name, content=b"Some words of hers.").name == kept
    )


def test_files_that_are_empty_or_too_large_are_refused(alice, settings):
    settings.UPLOAD_MAX_MB = 1
    for content, code in ((b"", "file_empty"), (b"x" * 1_048_577, "file_too_large")):
        with pytest.raises(Refusal) as refused:
            services.add_document(owner=alice, name="x.txt", content=content)
        assert refused.value.code == code
    assert Document.objects.count() == 0


def test_cancel_is_at_once_and_only_once(alice, analysis):
    services.cancel(analysis=analysis, by=alice)
    assert analysis.status == Status.CANCELLED
    assert analysis.finished_at is not None
    with pytest.raises(IllegalMove, match="is cancelled: cancel is not possible, retry is"):
        services.cancel(analysis=analysis, by=alice)
    assert analysis.events.count() == 2


def test_retry_queues_it_again_and_rings(alice, analysis):
    services.cancel(analysis=analysis, by=alice)
    rings = OrmQ.objects.count()
    services.retry(analysis=analysis)
    assert (analysis.status, analysis.finished_at, analysis.attempts) == (Status.QUEUED, None, 0)
    assert OrmQ.objects.count() == rings + 1


def test_a_duplicate_is_a_run_of_its_own_with_the_same_seed(alice, analysis):
    twin = services.duplicate(analysis=analysis, by=alice)
    assert twin.pk != analysis.pk
    assert twin.brief.seed == analysis.brief.seed == analysis.pk
    assert twin.brief.documents == analysis.brief.documents
    assert twin.template_version == analysis.template_version


def test_a_duplicate_may_differ(alice, analysis):
    changes = {"topic": "Another topic", "options": {"depth": "Overview"}, "documents": []}
    twin = services.duplicate(analysis=analysis, by=alice, changes=changes)
    brief = twin.brief
    assert (brief.topic, brief.options["depth"], brief.documents) == (
        "Another topic",
        "Overview",
        (),
    )
    with pytest.raises(Refusal):
        services.duplicate(analysis=analysis, by=alice, changes={"topic": " "})


def test_going_on_says_what_was_kept(alice, analysis):
    analysis.stage_outputs.create(stage="planning", output={})
    analysis.calls.create(
        owner=alice, fence=1, kind="model", state=CallState.DONE, tokens_in=70, tokens_out=30,
        finished_at=timezone.now(),
    )  # fmt: skip
    services.pause(analysis=analysis, by=alice)
    services.resume(analysis=analysis)
    body = analysis.events.get(seq=analysis.last_seq).body
    assert body == {"reason": "resumed", "kept_steps": 1, "kept_calls": 1, "kept_tokens": 100}


def test_a_document_in_use_stays(alice, analysis, document):
    with pytest.raises(Refusal, match="uses this document"):
        services.delete_document(document=document)
    services.cancel(analysis=analysis, by=alice)
    services.delete_document(document=document)
    assert Source.objects.count() == 1
