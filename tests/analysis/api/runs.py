"""How the tests of the doors name places, and bring an analysis to its end."""

from datetime import timedelta

from django.utils import timezone

from analysis import lifecycle
from analysis.models import Analysis, StageOutput, Status
from analysis.types import Stage
from tests.reports.drafts import make_draft

ANALYSES = "/api/v1/analyses/"


def place(analysis: Analysis, below: str = "") -> str:
    return f"{ANALYSES}{analysis.pk}/{below}"


def complete(analysis: Analysis) -> None:
    output = make_draft().model_dump(mode="json")
    StageOutput.objects.create(analysis=analysis, stage=Stage.REPORT, output=output)
    Analysis.objects.filter(pk=analysis.pk).update(
        status=Status.COMPLETED, finished_at=timezone.now()
    )


def failed(analysis: Analysis) -> None:
    now = timezone.now()
    Analysis.objects.filter(pk=analysis.pk).update(
        status=Status.RUNNING, lease_until=now + timedelta(minutes=1), started_at=now
    )
    analysis.refresh_from_db()
    assert lifecycle.fail(analysis, "broken", "It broke.")
