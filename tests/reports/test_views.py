"""Alice lists and downloads her reports; bob finds none of them."""

import pytest
from django.utils.http import parse_header_parameters
from rest_framework.test import APIClient

from analysis.models import Analysis, Status
from reports.views import disposition
from tests.reports.conftest import finished
from tests.reports.drafts import make_draft

REPORTS = "/api/v1/reports/"


def place(analysis: Analysis, file_format: str | None = None) -> str:
    query = f"?file_format={file_format}" if file_format else ""
    return f"{REPORTS}{analysis.pk}/download/{query}"


class TestList:
    def test_alice_sees_her_completed_analyses_as_reports(self, api, analysis):
        [report] = api.get(REPORTS).json()["results"]
        assert report["id"] == report["analysis"] == str(analysis.pk)
        assert report["title"] == make_draft().title
        assert report["confidence"] == 68
        assert report["status"] == "completed"
        assert report["template"] == {"slug": "market-entry", "version": 1, "name": "Quarterly"}
        assert [one["file_format"] for one in report["formats"]] == [
            "pdf", "html", "markdown", "json",
        ]  # fmt: skip
        assert report["formats"][0]["url"] == place(analysis, "pdf")

    def test_bob_sees_none_of_them(self, stranger, analysis):
        assert stranger.get(REPORTS).json()["results"] == []

    def test_what_is_not_completed_is_not_in_it(self, api, analysis):
        Analysis.objects.filter(pk=analysis.pk).update(status=Status.QUEUED, finished_at=None)
        assert api.get(REPORTS).json()["results"] == []

    def test_it_comes_in_pages_with_the_newest_first(self, api, alice):
        made = [finished(alice, template=f"t-{n}").pk for n in range(3)]
        first = api.get(REPORTS, {"limit": 2}).json()
        second = api.get(first["next"]).json()
        listed = [one["id"] for one in first["results"] + second["results"]]
        assert listed == [str(pk) for pk in reversed(made)]
        assert second["next"] is None

    def test_it_can_be_of_one_template(self, api, alice):
        finished(alice, template="risks")
        wanted = finished(alice, template="trends")
        [report] = api.get(REPORTS, {"template": "trends"}).json()["results"]
        assert report["id"] == str(wanted.pk)

    def test_a_page_costs_the_same_queries_whatever_it_has(
        self, api, alice, django_assert_num_queries
    ):
        for number in range(3):
            finished(alice, template=f"t-{number}")
        with django_assert_num_queries(3):
            api.get(REPORTS)

    def test_without_a_name_nobody_gets_in(self, db):
        assert APIClient().get(REPORTS).status_code == 401


class TestOne:
    def test_it_says_what_cover_and_contents_say(self, api, analysis):
        report = api.get(f"{REPORTS}{analysis.pk}/").json()
        draft = make_draft()
        assert report["summary"] == [sentence.text for sentence in draft.summary]
        assert report["sections"][0] == "Market size and growth"
        assert report["confidence_reasons"] == list(draft.confidence.reasons)
        assert report["check"]["claims"] == 7
        assert (report["as_of"], report["uses_model"]) == ("2026-10-01", False)

    def test_bob_is_told_that_it_is_not_there(self, stranger, analysis):
        answer = stranger.get(f"{REPORTS}{analysis.pk}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_an_unfinished_one_is_a_conflict(self, api, analysis):
        Analysis.objects.filter(pk=analysis.pk).update(status=Status.QUEUED, finished_at=None)
        for address in (f"{REPORTS}{analysis.pk}/", place(analysis)):
            answer = api.get(address)
            assert (answer.status_code, answer.json()["code"]) == (409, "not_finished")
            assert "is queued" in answer.json()["detail"]


class TestDownload:
    def test_it_is_a_file_that_no_browser_runs(self, api, analysis):
        answer = api.get(place(analysis, "html"))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/html; charset=utf-8"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer["Cache-Control"] == "private, no-cache"
        name = 'attachment; filename="alberta-oilfield-services-an-entry-strategy.html"; '
        assert answer["Content-Disposition"].startswith(name)
        content = b"".join(answer.streaming_content)
        assert content.startswith(b"<!DOCTYPE html>")
        assert int(answer["Content-Length"]) == len(content)

    @pytest.mark.slow
    def test_without_a_format_it_is_a_pdf(self, api, analysis):
        answer = api.get(place(analysis))
        assert answer["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content).startswith(b"%PDF")

    def test_who_has_it_already_is_told_so(self, api, analysis):
        first = api.get(place(analysis, "json"))
        content = b"".join(first.streaming_content)
        second = api.get(place(analysis, "json"), headers={"If-None-Match": first["ETag"]})
        assert (second.status_code, second.content) == (304, b"")
        assert second["ETag"] == first["ETag"]
        third = api.get(place(analysis, "json"), headers={"If-None-Match": '"other"'})
        assert (third.status_code, b"".join(third.streaming_content)) == (200, content)

    def test_bob_is_told_that_it_is_not_there(self, stranger, analysis):
        assert stranger.get(place(analysis, "json")).status_code == 404

    def test_an_unknown_format_is_refused_with_those_that_there_are(self, api, analysis):
        answer = api.get(place(analysis, "docx"))
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_format")
        assert "pdf, html, markdown, json" in answer.json()["detail"]
        assert answer.json()["errors"][0]["attr"] == "file_format"

    def test_the_frameworks_own_word_is_no_parameter(self, api, analysis):
        answer = api.get(f"{place(analysis)}?format=json")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")


@pytest.mark.parametrize(
    ("title", "plain", "full"),
    [
        ("Entry: A & B", "entry-a-b.pdf", "entry-a-b.pdf"),
        ("../../etc/passwd", "etcpasswd.pdf", "etcpasswd.pdf"),
        ('a"\r\nSet-Cookie: b', "a-set-cookie-b.pdf", "a-set-cookie-b.pdf"),
        ("市场 entry", "entry.pdf", "市场-entry.pdf"),
        ("市场", "report.pdf", "市场.pdf"),
        ("!!!", "report.pdf", "report.pdf"),
        ("x" * 300, "x" * 80 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_a_file_is_named_for_its_title_whatever_that_is(title, plain, full):
    header = disposition(title, ".pdf")
    assert header.startswith(f'attachment; filename="{plain}"; ')
    assert header.isascii()
    assert header.isprintable()
    assert parse_header_parameters(header)[1]["filename"] in (plain, full)
    assert header.count("filename") == 2
