"""A report is rendered once for a Draft and a format, in a child process, and never lost."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from analysis.models import Analysis, StageOutput, Status
from analysis.types import Stage
from reports import services
from reports.models import Report
from reports.renderers import RENDERERS
from reports.services import NotFinished, RenderingFailed, UnknownFormat, forget, report_for
from tests.reports.conftest import finished
from tests.reports.drafts import make_draft

pytestmark = pytest.mark.servers


@pytest.mark.slow
@pytest.mark.parametrize("format", RENDERERS)
def test_the_stored_file_is_what_the_renderer_makes_of_the_draft(analysis, format):
    report = report_for(analysis=analysis, format=format)
    content = report.content()
    assert content == RENDERERS[format](make_draft())
    assert report.size == len(content)
    assert report.sha256 == hashlib.sha256(content).hexdigest()
    assert not report.plain


def test_a_second_request_gets_the_same_row_without_rendering(analysis, monkeypatch):
    first = report_for(analysis=analysis, format="json")
    # Nothing is there that could render.
    monkeypatch.setattr(services, "RICH", "reports.renderers:nobody")
    assert report_for(analysis=analysis, format="json") == first
    assert Report.objects.count() == 1


def test_another_draft_of_the_analysis_is_rendered_anew(analysis):
    first = report_for(analysis=analysis, format="json")
    other = make_draft(title="Another title")
    StageOutput.objects.filter(stage=Stage.REPORT).update(output=other.model_dump(mode="json"))
    second = report_for(analysis=analysis, format="json")
    assert second != first
    assert b"Another title" in second.content()
    assert b"Another title" not in first.content()


def test_a_report_whose_file_is_gone_is_rendered_again(analysis):
    first = report_for(analysis=analysis, format="json")
    default_storage.delete(first.file)
    assert report_for(analysis=analysis, format="json").content()
    assert Report.objects.count() == 1


def test_a_forgotten_report_leaves_no_file_and_comes_back_on_request(analysis):
    report = report_for(analysis=analysis, format="json")
    forget(report=report)
    assert not Report.objects.exists()
    assert not default_storage.exists(report.file)
    assert report_for(analysis=analysis, format="json").content()


@pytest.mark.parametrize("status", [Status.QUEUED, Status.PAUSED, Status.AWAITING_INPUT])
def test_before_the_analysis_is_completed_there_is_no_report(analysis, status):
    Analysis.objects.filter(pk=analysis.pk).update(status=status, finished_at=None)
    analysis.refresh_from_db()
    with pytest.raises(NotFinished, match=f"is {status}"):
        report_for(analysis=analysis, format="pdf")


def test_an_unknown_format_is_named_with_those_that_there_are(analysis):
    with pytest.raises(UnknownFormat, match="'docx'; there are: pdf, html, markdown, json"):
        report_for(analysis=analysis, format="docx")


@pytest.mark.slow
def test_when_the_layout_fails_the_words_come_plainly_and_the_log_says_so(
    analysis, monkeypatch, caplog
):
    monkeypatch.setattr(services, "RICH", "reports.renderers:nobody")
    with caplog.at_level(logging.ERROR):
        report = report_for(analysis=analysis, format="pdf")
    assert report.plain
    assert report.content().startswith(b"%PDF")
    assert "could not be rendered as pdf" in caplog.text
    analysis.refresh_from_db()
    assert analysis.status == Status.COMPLETED


def test_a_format_without_a_plain_form_fails_with_a_sentence(analysis, monkeypatch):
    monkeypatch.setattr(services, "RICH", "reports.renderers:nobody")
    with pytest.raises(RenderingFailed, match="could not be made as HTML: try another format"):
        report_for(analysis=analysis, format="html")
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_both_get_the_one_report(alice):
    analysis = finished(alice)

    def request(_: int) -> Report:
        try:
            return report_for(analysis=analysis, format="json")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(request, range(2))
    assert first == second == Report.objects.get()
    assert first.content()
    folder = f"reports/{analysis.pk}"
    assert len(default_storage.listdir(folder)[1]) == 1
