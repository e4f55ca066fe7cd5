"""Alice sees the plan before anything is read, edits it in rounds, and approves what she saw."""

import pytest

from analysis import services, tasks
from analysis.models import Analysis, Status
from analysis.types import Stage
from templates_app.services import publish
from tests.analysis.api.runs import ANALYSES, place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]


@pytest.fixture
def waiting(alice, template, document, settings) -> Analysis:
    """An analysis of alice's whose plan waits for her."""
    settings.DRIVE_IDLE_SECONDS = 0.1
    analysis = services.submit(
        owner=alice,
        template=template,
        topic="Northwind Foods revenue and margin",
        options_given={},
        documents=[document.pk],
        approve_plan=True,
    )
    tasks.drive()
    analysis.refresh_from_db()
    return analysis


def edited(plan, *texts: str, **more):
    """A plan with one question of each text for its first section."""
    section = plan["questions"][0]["section"]
    asked = [{"section": section, "text": text} for text in texts]
    return {"hash": plan["hash"], "questions": asked, **more}


def types(analysis: Analysis) -> list[str]:
    return list(analysis.events.after(0).values_list("type", flat=True))


def test_a_run_stops_behind_its_plan_and_reads_nothing(api, waiting):
    assert waiting.status == Status.AWAITING_INPUT
    assert [row.stage for row in waiting.stage_outputs.all()] == [Stage.PLANNING]
    assert types(waiting)[-1] == "analysis.awaiting_input"
    assert "source.read" not in types(waiting)
    shown = api.get(place(waiting)).json()
    assert shown["allowed"] == ["cancel", "approve_plan"]
    plan = api.get(place(waiting, "plan/")).json()
    assert plan["editable"]
    assert plan["questions"]
    assert plan["approved"] == ""


def test_an_approved_run_goes_on_with_the_plan_as_it_was_edited(api, waiting):
    plan = api.get(place(waiting, "plan/")).json()
    for text in ("What is the margin?", "What is the revenue of the quarter?"):
        plan = api.put(place(waiting, "plan/"), edited(plan, text), format="json").json()
    assert plan["questions"][0]["text"] == text
    response = api.post(place(waiting, "plan/approve/"), {"hash": plan["hash"]}, format="json")
    assert (response.status_code, response.json()["status"]) == (202, "queued")
    tasks.drive()
    waiting.refresh_from_db()
    assert waiting.status == Status.COMPLETED, waiting.failure_detail
    draft = waiting.draft()
    assert text in [one.text for section in draft.sections for one in section.questions]
    assert any(plan["hash"][:12] in sentence for sentence in draft.methodology)
    assert any(text in sentence for sentence in draft.methodology)
    told = [one for one in types(waiting) if one.startswith("plan.")]
    assert told == ["plan.proposed", "plan.edited", "plan.edited", "plan.approved"]
    assert not api.get(place(waiting, "plan/")).json()["editable"]


def test_what_was_not_seen_cannot_be_approved_nor_edited(api, waiting, refused):
    plan = api.get(place(waiting, "plan/")).json()
    body = edited(plan, "What is the margin?", leave_out=["The weather"])
    changed = api.put(place(waiting, "plan/"), body, format="json").json()
    assert changed["leave_out"] == ["The weather"]
    late = api.put(place(waiting, "plan/"), edited(plan, "Another?"), format="json")
    assert refused(late, 409) == [("plan_changed", None)]
    assert changed["hash"] in late.json()["detail"]
    stale = api.post(place(waiting, "plan/approve/"), {"hash": plan["hash"]}, format="json")
    assert refused(stale, 409) == [("plan_changed", None)]
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_INPUT


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"section": "nowhere", "text": "What?"}, "unknown_section"),
        ({"text": " ?! "}, "question_required"),
        ({"text": "x" * 501}, "max_length"),
    ],
)
def test_a_question_that_cannot_be_asked_changes_nothing(api, waiting, refused, question, code):
    plan = api.get(place(waiting, "plan/")).json()
    asked = {"section": plan["questions"][0]["section"], **question}
    body = {"hash": plan["hash"], "questions": [asked]}
    response = api.put(place(waiting, "plan/"), body, format="json")
    assert [one for one, _ in refused(response, 400)] == [code]
    assert api.get(place(waiting, "plan/")).json() == plan


def test_a_section_without_a_question_is_asked_what_its_template_asks(api, waiting):
    plan = api.get(place(waiting, "plan/")).json()
    body = {"hash": plan["hash"], "questions": []}
    assert api.put(place(waiting, "plan/"), body, format="json").json() == plan


def test_a_plan_that_does_not_wait_is_a_conflict(api, waiting, template, refused):
    asked = api.post(ANALYSES, {"template": template, "topic": "Wheat"}, format="json").json()
    analysis = Analysis.objects.get(pk=asked["id"])
    response = api.post(place(analysis, "plan/approve/"), {"hash": "0"}, format="json")
    assert refused(response, 409) == [("invalid_state", None)]
    assert refused(api.get(place(analysis, "plan/")), 409) == [("no_plan", None)]
    api.post(place(waiting, "cancel/"))
    late = api.put(place(waiting, "plan/"), {"hash": "0", "questions": []}, format="json")
    assert refused(late, 409) == [("invalid_state", None)]


def test_a_plan_of_alice_is_not_there_for_bob(stranger, waiting):
    assert stranger.get(place(waiting, "plan/")).status_code == 404
    body = {"hash": "0"}
    assert stranger.post(place(waiting, "plan/approve/"), body, format="json").status_code == 404


class TestBudget:
    def test_a_budget_is_asked_for_and_never_above_the_cap(self, api, template, settings):
        settings.BUDGET_TOKENS = 5000
        for asked, granted in ((3000, 3000), (9000, 5000), (None, 5000)):
            body = {"template": template, "topic": "Wheat", "budget": {"tokens": asked}}
            shown = api.post(ANALYSES, body, format="json").json()["budget"]
            assert shown == {"tokens": granted, "cost": None}

    def test_a_template_has_a_budget_for_those_who_ask_for_none(self, api, template):
        row = Analysis._meta.get_field("template_version").related_model.objects.get()
        row.template.budget_cost = "0.5"
        row.template.save()
        publish(template=row.template, by=None)
        shown = api.post(ANALYSES, {"template": template, "topic": "Wheat"}, format="json").json()
        assert shown["budget"]["cost"] == "0.500000"
        body = {"template": template, "topic": "Wheat", "budget": {"cost": "0.1"}}
        assert api.post(ANALYSES, body, format="json").json()["budget"]["cost"] == "0.100000"

    @pytest.mark.parametrize("budget", [{"tokens": 0}, {"tokens": "many"}, {"cost": -1}])
    def test_a_budget_that_cannot_be_is_refused(self, api, template, refused, budget):
        body = {"template": template, "topic": "Wheat", "budget": budget}
        [(_, attr)] = refused(api.post(ANALYSES, body, format="json"), 400)
        assert attr == f"budget.{next(iter(budget))}"

    def test_an_estimate_comes_before_anything_is_spent(self, api, template, settings):
        settings.ANALYST, settings.MODEL_FACTS = "model", {"m": {"price_in": 1, "price_out": 4}}
        settings.MODELS = dict.fromkeys(settings.MODELS, "m")
        body = {"template": template, "topic": "Wheat"}
        told = api.post(f"{ANALYSES}validate/", body, format="json").json()["estimate"]
        assert told["is_priced"]
        for name in ("calls", "tokens", "cost", "minutes"):
            assert 0 < float(told[f"{name}_least"]) < float(told[f"{name}_most"])
        settings.MODELS = settings.MODELS | {"embeddings": ""}
        without = api.post(f"{ANALYSES}validate/", body, format="json").json()["estimate"]
        for name in ("calls", "tokens", "cost"):
            assert float(without[f"{name}_least"]) < float(told[f"{name}_least"])
            assert float(without[f"{name}_most"]) < float(told[f"{name}_most"])
        settings.ANALYST = "extractive"
        told = api.post(f"{ANALYSES}validate/", body, format="json").json()["estimate"]
        assert (told["calls_most"], told["tokens_most"]) == (0, 0)
