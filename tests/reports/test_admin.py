"""Staff look at rendered reports, open one, and have it rendered again."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from analysis.models import Analysis
from reports.models import Report

LIST = "admin:reports_report_changelist"


@pytest.fixture
def report(analysis: Analysis) -> Report:
    file = default_storage.save("reports/r.html", ContentFile(b"<p>words</p>"))
    return Report.objects.create(
        analysis=analysis, format="html", draft_sha256="d", file=file, sha256="f" * 64, size=12_345
    )


@pytest.fixture
def office(client, staff: User):
    client.force_login(staff)
    return client


def test_the_list_shows_format_size_and_a_link(office, report):
    page = office.get(reverse(LIST)).content.decode()
    assert "12.1\xa0KB" in page
    assert "HTML" in page
    assert reverse("admin:reports_report_download", args=[report.pk]) in page


def test_nobody_adds_or_changes_a_report(office, report):
    assert office.get(reverse("admin:reports_report_add")).status_code == 403
    change = reverse("admin:reports_report_change", args=[report.pk])
    assert office.get(change).status_code == 200
    assert office.post(change, {"format": "pdf"}).status_code == 403


def test_staff_open_the_file_and_it_is_inert_there_too(office, report):
    answer = office.get(reverse("admin:reports_report_download", args=[report.pk]))
    assert b"".join(answer.streaming_content) == b"<p>words</p>"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Content-Disposition"].startswith("attachment")


def test_render_again_drops_row_and_file(office, report):
    chosen = {"action": "render_again", "_selected_action": [str(report.pk)]}
    page = office.post(reverse(LIST), chosen, follow=True).content.decode()
    assert "Dropped 1; the next request renders them again." in page
    assert not Report.objects.exists()
    assert not default_storage.exists(report.file)


def test_who_may_only_look_cannot_have_it_rendered_again(client, bob, report):
    bob.is_staff = True
    bob.save()
    bob.user_permissions.add(Permission.objects.get(codename="view_report"))
    client.force_login(bob)
    assert "render_again" not in client.get(reverse(LIST)).content.decode()
    chosen = {"action": "render_again", "_selected_action": [str(report.pk)]}
    client.post(reverse(LIST), chosen)
    assert Report.objects.exists()


def test_who_may_not_even_look_gets_no_file(client, bob, report):
    bob.is_staff = True
    bob.save()
    client.force_login(bob)
    address = reverse("admin:reports_report_download", args=[report.pk])
    assert client.get(address).status_code == 403
    client.logout()
    assert client.get(address).status_code == 302
