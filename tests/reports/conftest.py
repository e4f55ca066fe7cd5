"""Alice's finished analysis, and clients that look for its report."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from analysis import services
from analysis.models import Analysis, StageOutput, Status
from analysis.types import Draft, Stage
from tests.reports.drafts import make_draft
from tests.templates_app.factories import make_template

Finish = Callable[..., Analysis]


def finished(owner: User, draft: Draft | None = None, template: str = "market-entry") -> Analysis:
    """A completed analysis with this Draft."""
    make_template(slug=template)
    analysis = services.submit(owner=owner, template=template, topic="Entry", options_given={})
    StageOutput.objects.create(
        analysis=analysis,
        stage=Stage.REPORT,
        output=(draft or make_draft()).model_dump(mode="json"),
    )
    Analysis.objects.filter(pk=analysis.pk).update(
        status=Status.COMPLETED, finished_at=timezone.now()
    )
    analysis.refresh_from_db()
    return analysis


@pytest.fixture
def analysis(alice: User) -> Analysis:
    return finished(alice)


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def api(alice: User) -> APIClient:
    return signed_in(alice)


@pytest.fixture
def stranger(bob: User) -> APIClient:
    return signed_in(bob)
