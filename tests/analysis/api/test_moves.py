"""Alice cancels, pauses, resumes and retries over REST, as far as the lifecycle allows."""

import pytest

from analysis.models import Status
from tests.analysis.api.runs import failed, place

pytestmark = pytest.mark.servers


def test_a_cancelled_analysis_can_be_retried(api, analysis):
    cancelled = api.post(place(analysis, "cancel/"))
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    retried = api.post(place(analysis, "retry/"))
    assert (retried.status_code, retried.json()["status"]) == (202, "queued")


def test_a_paused_analysis_can_be_resumed(api, analysis):
    assert api.post(place(analysis, "pause/")).json()["status"] == "paused"
    resumed = api.post(place(analysis, "resume/"))
    assert (resumed.status_code, resumed.json()["status"]) == (202, "queued")


@pytest.mark.parametrize("verb", ["cancel", "pause", "resume", "retry"])
def test_every_move_is_allowed_or_refused_as_the_lifecycle_says(api, analysis, verb):
    for _ in range(2):
        allowed = api.get(place(analysis)).json()["allowed"]
        response = api.post(place(analysis, f"{verb}/"))
        assert (response.status_code < 300) == (verb in allowed)


def test_an_illegal_move_is_a_conflict_that_names_the_allowed_ones(api, analysis, refused):
    api.post(place(analysis, "cancel/"))
    response = api.post(place(analysis, "cancel/"))
    assert refused(response, 409) == [("invalid_state", None)]
    assert response.json()["allowed"] == ["retry"]


def test_a_finished_analysis_cannot_be_cancelled(api, analysis, refused):
    failed(analysis)
    response = api.post(place(analysis, "cancel/"))
    assert refused(response, 409) == [("invalid_state", None)]
    analysis.refresh_from_db()
    assert analysis.status == Status.FAILED


def test_a_move_takes_no_fields(api, analysis, refused):
    response = api.post(place(analysis, "cancel/"), {"force": True}, format="json")
    assert refused(response, 400) == [("unknown_field", "force")]


def test_a_repeated_move_with_its_key_is_answered_again(api, analysis):
    key = {"Idempotency-Key": "k"}
    first = api.post(place(analysis, "cancel/"), headers=key)
    second = api.post(place(analysis, "cancel/"), headers=key)
    assert (second.status_code, second.content) == (200, first.content)
