"""Runs that older code began: new code goes on with them, or ends them with a code that says so."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from analysis import lifecycle, services, sweeper, tasks
from analysis.models import (
    KNOWN_VERSIONS,
    PIPELINE_VERSION,
    Analysis,
    Document,
    StageOutput,
    Status,
)
from analysis.types import Stage
from tests.analysis.conftest import TEXT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

GOLDEN = Path(__file__).parent / "golden"


def recorded(version: int) -> dict[str, Any]:
    return dict(json.loads((GOLDEN / f"v{version}.json").read_text()))


def begun(run: Analysis, document: Document, version: int, stages: int) -> None:
    """The run, as code of this version left it after so many stages, about this document."""
    golden = recorded(version)
    text = json.dumps([golden["brief"], golden["outputs"]])
    text = text.replace(golden["document"], str(document.pk))
    brief, outputs = json.loads(text.replace(golden["source"], str(document.source_id)))
    brief["analysis_id"] = str(run.pk)
    tasks.read_sources()
    Analysis.objects.filter(pk=run.pk).update(brief_json=brief, pipeline_version=version)
    for stage in list(Stage)[:stages]:
        StageOutput.objects.create(analysis=run, stage=stage, output=outputs[stage])


def test_every_version_that_is_known_was_recorded():
    assert {f"v{version}.json" for version in KNOWN_VERSIONS} == {
        path.name for path in GOLDEN.glob("v*.json")
    }
    assert PIPELINE_VERSION in KNOWN_VERSIONS


@pytest.mark.parametrize("version", KNOWN_VERSIONS)
@pytest.mark.parametrize("stages", range(len(Stage)))
def test_a_run_of_older_code_is_finished_wherever_it_stopped(
    analysis: Analysis, document: Document, settings: Any, version: int, stages: int
):
    settings.DRIVE_IDLE_SECONDS = 0.1
    begun(analysis, document, version, stages)
    tasks.drive()
    analysis.refresh_from_db()
    assert analysis.status == Status.COMPLETED, analysis.failure_detail
    draft = analysis.draft()
    assert draft
    assert draft.citations
    assert all(quote.text in TEXT.decode() for quote in draft.quotes)


def test_a_run_of_code_that_is_no_more_ends_and_says_what_to_do(analysis: Analysis):
    Analysis.objects.update(pipeline_version=0)
    sweeper.sweep()
    analysis.refresh_from_db()
    assert (analysis.status, analysis.failure_code) == ("failed", "pipeline_version_retired")
    assert "Duplicate it" in analysis.failure_detail
    assert analysis.events.last().type == "analysis.failed"


@pytest.mark.servers
def test_it_is_left_alone_while_a_worker_of_that_code_has_it(analysis: Analysis, drive: Any):
    lifecycle.claim(analysis.pk, drive)
    Analysis.objects.update(pipeline_version=0)
    sweeper.sweep()
    analysis.refresh_from_db()
    assert analysis.status == Status.RUNNING


def test_it_can_be_run_anew_as_a_copy(analysis: Analysis, alice: User):
    Analysis.objects.update(pipeline_version=0)
    sweeper.sweep()
    analysis.refresh_from_db()
    copy = services.duplicate(analysis=analysis, by=alice)
    assert (copy.status, copy.pipeline_version) == (Status.QUEUED, PIPELINE_VERSION)


@pytest.mark.servers
def test_a_run_of_newer_code_waits_for_newer_workers(analysis: Analysis):
    Analysis.objects.update(pipeline_version=PIPELINE_VERSION + 1)
    sweeper.sweep()
    tasks.drive()
    analysis.refresh_from_db()
    assert analysis.status == Status.QUEUED
