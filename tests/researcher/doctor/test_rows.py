"""What the doctor sees lying about."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from analysis import lifecycle, services
from analysis.models import Analysis, Shift, Source, Worker
from researcher.doctor import rows
from tests.templates_app.factories import make_template

pytestmark = [pytest.mark.servers, pytest.mark.django_db]


@pytest.fixture
def analysis(alice) -> Analysis:
    make_template()
    return services.submit(owner=alice, template="quarterly", topic="Wheat", options_given={})


def levels(findings: Any) -> list[str]:
    return [finding.level for finding in findings]


def long_ago(minutes: float) -> Any:
    return timezone.now() - timedelta(minutes=minutes)


def test_an_empty_deployment_has_no_worker_and_no_templates():
    assert levels(rows.worker()) == levels(rows.templates()) == ["warning"]
    assert levels(rows.runs()) == levels(rows.uploads()) == ["ok"]


def test_a_worker_and_a_template_are_well(analysis):
    Worker.objects.create(host="here", pid=1)
    assert levels(rows.worker()) == levels(rows.templates()) == levels(rows.runs()) == ["ok"]


def test_a_run_that_nobody_took_over_is_an_error(analysis):
    lifecycle.claim(analysis.pk, Shift.objects.create(host="here", pid=1))
    assert levels(rows.runs()) == ["ok"]
    Analysis.objects.update(lease_until=long_ago(1))
    assert levels(rows.runs()) == ["error"]


def test_a_run_that_waits_for_minutes_is_a_warning(analysis):
    Analysis.objects.update(queued_at=long_ago(3))
    assert levels(rows.runs()) == ["warning"]


def test_a_run_of_another_pipeline_is_a_warning(analysis):
    Analysis.objects.update(pipeline_version=99)
    assert levels(rows.runs()) == ["warning"]


def test_an_upload_that_nobody_reads_is_a_warning(alice):
    services.add_document(owner=alice, name="a.txt", content=b"a")
    assert levels(rows.uploads()) == ["ok"]
    Source.objects.update(fetched_at=long_ago(3))
    assert levels(rows.uploads()) == ["warning"]
