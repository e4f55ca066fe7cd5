"""Whole runs with a model server on a real socket: what is asked, believed, paid and resumed."""

import pytest

from analysis import services, tasks
from analysis.analysts.prompts import version
from analysis.models import Analysis, Call, CallState, Status
from analysis.pipeline.draft import problems
from analysis.types import Draft, Stage, Verdict
from tests.analysis.conftest import TEXT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]


def driven(analysis: Analysis) -> Analysis:
    tasks.drive()
    analysis.refresh_from_db()
    return analysis


def completed(analysis: Analysis) -> Draft:
    driven(analysis)
    assert analysis.status == Status.COMPLETED, analysis.failure_detail
    draft = analysis.draft()
    assert draft is not None
    return draft


@pytest.mark.servers
def test_a_model_writes_a_report_of_verified_claims(analysis, peer):
    draft = completed(analysis)
    assert (draft.analyst, draft.uses_model) == ("model", True)
    assert problems(draft) == ()
    assert draft.citations
    assert all(quote.text in TEXT.decode() for quote in draft.quotes)
    assert {one.verdict for one in draft.findings} <= {Verdict.SUPPORTED, Verdict.PARTIAL}
    assert any(one.text.endswith("the document states.") for one in draft.findings)
    assert draft.summary


@pytest.mark.servers
def test_every_call_is_in_the_ledger_once_with_its_role(analysis, peer):
    completed(analysis)
    calls = Call.objects.filter(analysis=analysis)
    assert set(calls.values_list("state", flat=True)) == {CallState.DONE}
    assert set(calls.values_list("role", flat=True)) == {"planner", "reader", "writer"}
    assert calls.count() == len(peer.asked) == peer.log()["calls"]
    assert peer.log()["repeated"] == 0


def test_the_report_tells_what_its_calls_took_as_the_ledger_does(analysis, peer):
    draft = completed(analysis)
    calls = Call.objects.filter(analysis=analysis)
    for name in ("tokens_in", "tokens_out"):
        told = sum(getattr(one, name) for one in draft.used)
        assert told == sum(calls.values_list(name, flat=True))
    assert sum(one.calls for one in draft.used) == calls.count()
    assert any(f"Calls of language models: {calls.count()} " in one for one in draft.methodology)
    assert any(version()[:12] in one for one in draft.methodology)


def test_what_a_run_takes_is_within_its_estimate(analysis, peer):
    used = completed(analysis).used
    plan = analysis.stage_outputs.get(stage=Stage.PLANNING).output["estimate"]
    assert plan["calls_least"] <= sum(one.calls for one in used) <= plan["calls_most"]
    tokens = sum(one.tokens_in + one.tokens_out for one in used)
    assert tokens <= plan["tokens_most"]


def test_a_template_names_models_for_roles_before_the_settings(analysis, peer):
    template = analysis.brief_json["template"] | {"roles": [{"role": "writer", "model": "w-1"}]}
    changed = analysis.brief_json | {"template": template}
    Analysis.objects.filter(pk=analysis.pk).update(brief_json=changed)
    completed(analysis)
    models = set(Call.objects.filter(analysis=analysis).values_list("role", "model"))
    assert {model for role, model in models if role == "writer"} == {"w-1"}
    assert "w-1" not in {model for role, model in models if role != "writer"}


@pytest.mark.servers
def test_a_resumed_run_repeats_no_paid_call(analysis, peer):
    """The worker died after everything was asked: what it paid for is found again."""
    first = completed(analysis)
    asked = len(peer.asked)
    analysis.stage_outputs.exclude(stage=Stage.COLLECTION).delete()
    Analysis.objects.filter(pk=analysis.pk).update(
        status=Status.QUEUED, finished_at=None, lease_until=None
    )
    again = completed(analysis)
    assert len(peer.asked) == asked
    assert again == first


def test_a_duplicate_buys_only_what_differs(alice, analysis, peer):
    completed(analysis)
    asked = len(peer.asked)
    completed(services.duplicate(analysis=analysis, by=alice))
    assert len(peer.asked) == asked


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("quota", "insufficient_quota"),
        ("wrong_key", "invalid_api_key"),
        ("no_model", "model_not_found"),
    ],
)
def test_what_only_people_can_mend_pauses_the_run_and_says_what_to_do(analysis, peer, fault, code):
    peer.script.append({"error": fault, "role": "Chosen", "times": 99})
    driven(analysis)
    assert analysis.status == Status.PAUSED
    last = analysis.events.get(seq=analysis.last_seq)
    assert (last.type, last.body["code"]) == ("analysis.paused", code)
    assert last.body["reason"].endswith("Then resume the analysis.")
    peer.script.clear()
    services.resume(analysis=analysis)
    assert completed(analysis).findings
    assert peer.log()["roles"]["Planned"] == 1


def test_an_unreachable_server_pauses_the_run(analysis, settings, monkeypatch):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    monkeypatch.setattr("analysis.journal.random.uniform", lambda low, high: 0.01)
    driven(analysis)
    assert analysis.status == Status.PAUSED
    assert analysis.events.get(seq=analysis.last_seq).body["code"] == "unreachable"


@pytest.mark.servers
def test_a_run_at_its_cap_finishes_with_what_it_has(analysis, peer):
    Analysis.objects.filter(pk=analysis.pk).update(budget_tokens=100)
    completed(analysis)
    assert peer.asked == []


def test_the_analyst_that_was_chosen_at_submission_does_the_work(analysis, peer, settings):
    settings.ANALYST = "extractive"
    assert completed(analysis).analyst == "model"
    assert peer.asked


def test_no_secret_is_ever_in_a_question(analysis, peer, settings):
    completed(analysis)
    asked = str(peer.asked)
    assert settings.OPENAI_API_KEY not in asked
    assert settings.SECRET_KEY not in asked
    assert str(analysis.pk) not in asked
