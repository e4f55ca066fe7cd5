"""Alice submits, finds and watches her analyses over REST; bob sees none of them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from analysis import services
from analysis.models import Analysis, Call, CallState
from tests.analysis.api.runs import ANALYSES, complete, failed, place
from tests.analysis.logs import log, progress
from tests.templates_app.factories import make_template

pytestmark = pytest.mark.servers


def submit(client, template: str, **changes):
    body = {"template": template, "topic": "Wheat prices", **changes}
    return client.post(ANALYSES, body, format="json")


def many(owner, count: int, topic: str = "Wheat") -> list[Analysis]:
    slug = make_template(slug="many").template.slug
    return [
        services.submit(owner=owner, template=slug, topic=f"{topic} {n}", options_given={})
        for n in range(count)
    ]


class TestSubmit:
    def test_the_answer_is_the_queued_analysis_and_where_it_is(self, api, template, document):
        response = submit(
            api, template, options={"depth": "overview"}, documents=[str(document.pk)]
        )
        told = response.json()
        assert response.status_code == 202
        assert response["Location"] == f"{ANALYSES}{told['id']}/"
        assert (told["status"], told["topic"], told["last_seq"]) == ("queued", "Wheat prices", 1)
        assert told["template"] == {"slug": template, "version": 1, "name": "Quarterly"}
        assert told["options"] == {"depth": "Overview"}
        assert [one["name"] for one in told["documents"]] == ["northwind.txt"]
        assert [step["id"] for step in told["steps"]] == [
            "planning",
            "data-collection",
            "processing",
            "ai-analysis",
            "report-creation",
        ]
        assert told["allowed"] == ["cancel", "pause"]
        assert told["result"] is None
        assert told["failure"] is None

    def test_a_worker_is_rung_in_the_same_transaction(self, api, template):
        submit(api, template)
        assert OrmQ.objects.count() == 1

    def test_the_same_key_submits_once(self, api, template):
        first, second = (
            api.post(
                ANALYSES,
                {"template": template, "topic": "Wheat"},
                format="json",
                headers={"Idempotency-Key": "k"},
            )
            for _ in range(2)
        )
        assert first.content == second.content
        assert second["Idempotent-Replayed"] == "true"
        assert Analysis.objects.count() == 1

    def test_a_check_says_what_would_run_and_stores_nothing(self, api, template, document):
        asked = {"template": template, "topic": " Wheat \n prices ", "documents": [document.pk]}
        OrmQ.objects.all().delete()
        response = api.post(f"{ANALYSES}validate/", asked, format="json")
        answer = response.json()
        assert answer.pop("estimate")["calls_most"] == 0
        assert answer == {
            "template": {"slug": template, "version": 1, "name": "Quarterly"},
            "topic": "Wheat prices",
            "options": {"depth": "Detailed"},
            "documents": [{"id": str(document.pk), "name": "northwind.txt", "description": ""}],
            "budget": {"tokens": None, "cost": None},
            "approve_plan": False,
            "egress": {"mode": "documents", "hosts": []},
            "providers": [],
            "urls": [],
        }
        assert not Analysis.objects.exists()
        assert not OrmQ.objects.exists()

    def test_a_check_finds_what_the_submission_would(self, api, template, refused):
        for address in (ANALYSES, f"{ANALYSES}validate/"):
            body = {"template": template, "topic": "Wheat", "options": {"depht": 1}}
            response = api.post(address, body, format="json")
            assert refused(response, 400) == [("unknown_option", "options.depht")]


class TestList:
    def test_only_mine_the_newest_first(self, api, alice, bob):
        many(alice, 3)
        services.submit(owner=bob, template="many", topic="Bob's", options_given={})
        topics = [one["topic"] for one in api.get(ANALYSES).json()["results"]]
        assert topics == ["Wheat 2", "Wheat 1", "Wheat 0"]

    def test_page_after_page(self, api, alice):
        many(alice, 3)
        first = api.get(f"{ANALYSES}?limit=2").json()
        second = api.get(first["next"]).json()
        assert [len(page["results"]) for page in (first, second)] == [2, 1]
        assert second["next"] is None

    @pytest.mark.parametrize(
        ("query", "topics"),
        [
            ("status=cancelled", ["Wheat 1"]),
            ("status=cancelled&status=queued", ["Wheat 2", "Wheat 1", "Wheat 0"]),
            ("template=many", ["Wheat 2", "Wheat 1", "Wheat 0"]),
            ("template=other", []),
            ("q=WHEAT 2", ["Wheat 2"]),
            ("q=%25", []),
            ("created_after=2099-01-01T00:00:00Z", []),
            ("created_before=2000-01-01T00:00:00Z", []),
            ("created_after=2000-01-01&created_before=2099-01-01", None),
            ("ordering=topic", ["Wheat 0", "Wheat 1", "Wheat 2"]),
            ("ordering=-topic&limit=1", ["Wheat 2"]),
            ("ordering=created_at", ["Wheat 0", "Wheat 1", "Wheat 2"]),
        ],
    )
    def test_filters_and_orders(self, api, alice, query, topics):
        analyses = many(alice, 3)
        services.cancel(analysis=analyses[1], by=alice)
        found = [one["topic"] for one in api.get(f"{ANALYSES}?{query}").json()["results"]]
        assert found == (["Wheat 2", "Wheat 1", "Wheat 0"] if topics is None else topics)

    def test_an_order_holds_from_page_to_page(self, api, alice):
        many(alice, 3)
        first = api.get(f"{ANALYSES}?ordering=topic&limit=2").json()
        assert [one["topic"] for one in api.get(first["next"]).json()["results"]] == ["Wheat 2"]

    @pytest.mark.parametrize(
        ("query", "error"),
        [
            ("status=done", ("invalid_choice", "status")),
            ("created_after=yesterday", ("invalid", "created_after")),
            ("ordering=owner__password", ("invalid_choice", "ordering")),
            ("q=%00", ("null_characters_not_allowed", "q")),
            ("owner__password__startswith=a", ("unknown_parameter", None)),
            ("owner=1", ("unknown_parameter", None)),
            ("_connector=OR", ("unknown_parameter", None)),
            ("limit=1000000000", ("invalid_page", "limit")),
            ("limit=NaN", ("invalid_page", "limit")),
            ("limit=-1", ("invalid_page", "limit")),
            ("cursor=abc", ("invalid_page", "cursor")),
        ],
    )
    def test_what_is_no_filter_is_refused_by_name(self, api, refused, query, error):
        assert refused(api.get(f"{ANALYSES}?{query}"), 400) == [error]

    def test_a_long_list_costs_no_more_queries_than_a_short_one(
        self, api, alice, django_assert_max_num_queries
    ):
        many(alice, 20)
        with django_assert_max_num_queries(3):
            assert len(api.get(ANALYSES).json()["results"]) == 20


class TestDetail:
    def test_the_steps_count_what_is_done(self, api, analysis):
        log(analysis.pk, progress(12, 31))
        told = api.get(place(analysis)).json()
        step = told["steps"][2]
        assert (step["status"], step["done"], step["total"]) == ("running", 12, 31)
        assert told["progress"] == {"completed": 0, "total": 5, "current": "processing"}

    def test_a_failure_says_why_and_that_it_can_be_retried(self, api, analysis):
        failed(analysis)
        told = api.get(place(analysis)).json()
        assert told["failure"] == {"code": "broken", "detail": "It broke.", "retryable": True}
        assert told["allowed"] == ["retry"]
        assert told["timings"]["waited_seconds"] is not None

    def test_a_completed_one_has_the_result_that_the_front_end_shows(self, api, analysis):
        complete(analysis)
        told = api.get(place(analysis)).json()
        result = told["result"]
        assert told["allowed"] == []
        assert result["status"] == "completed"
        assert 0 <= result["confidence"]["value"] <= 100
        assert result["confidence"]["reasons"]
        assert {"key", "value"} <= set(result["data_points"][0])
        texts = ("summary", "risk_assessment")
        lists = (
            "insights",
            "recommendations",
            "risks",
            "key_summary",
            "significant_changes",
            "methodology",
            "citations",
        )
        assert all(isinstance(result[name], str) for name in texts)
        assert all(isinstance(result[name], list) for name in lists)
        assert result["citations"][0]["quote"]

    def test_usage_adds_up_the_calls(self, api, alice, analysis):
        ended = {"asked": (CallState.REFUSED, CallState.DONE), "asked again": (CallState.DONE,)}
        for request, state in ((one, state) for one in ended for state in ended[one]):
            call = Call.objects.create(
                owner=alice,
                analysis=analysis,
                fence=1,
                kind="model",
                role="writer",
                section="outlook",
                request_hash=request,
                state=state,
                finished_at=timezone.now(),
                tokens_in=100,
                tokens_out=10,
                cost="0.25",
            )
            took = call.started_at + timedelta(seconds=1.5)
            Call.objects.filter(pk=call.pk).update(finished_at=took)
        usage = api.get(place(analysis)).json()["usage"]
        [part] = usage.pop("parts")
        assert (part.pop("role"), part.pop("section")) == ("writer", "outlook")
        assert part == usage
        assert usage.pop("cost").startswith("0.75")
        assert (usage.pop("calls"), usage.pop("requests"), usage.pop("seconds")) == (3, 2, 4.5)
        assert usage == {"tokens_in": 300, "tokens_cached": 0, "tokens_out": 30}

    def test_what_has_not_changed_is_not_sent_again(self, api, analysis):
        first = api.get(place(analysis))
        assert "private" in first["Cache-Control"]
        known = {"If-None-Match": first["ETag"]}
        again = api.get(place(analysis), headers=known)
        assert (again.status_code, again.content) == (304, b"")
        log(analysis.pk, progress(1))
        assert api.get(place(analysis), headers=known).status_code == 200

    def test_it_takes_the_same_queries_however_long_the_log(
        self, api, analysis, django_assert_max_num_queries
    ):
        log(analysis.pk, *(progress(done) for done in range(50)))
        with django_assert_max_num_queries(6):
            api.get(place(analysis))


class TestEvents:
    def test_the_log_is_read_in_pieces_by_its_numbers(self, api, analysis):
        log(analysis.pk, progress(1), progress(2))
        first = api.get(place(analysis, "events/?limit=2")).json()
        assert [event["seq"] for event in first["results"]] == [1, 2]
        assert first["results"][1] | {"created_at": None} == {
            "type": "step.updated",
            "seq": 2,
            "analysis_id": str(analysis.pk),
            "created_at": None,
            "step": "processing",
            "status": "running",
            "done": 1,
            "total": 1000,
            "unit": "passages",
            "message": "",
        }
        assert (first["next_after"], first["last_seq"]) == (2, 3)
        second = api.get(place(analysis, "events/?after=2")).json()
        assert [event["seq"] for event in second["results"]] == [3]

    def test_at_the_end_there_is_nothing_more_yet(self, api, analysis):
        assert api.get(place(analysis, "events/?after=99")).json() == {
            "results": [],
            "next_after": 99,
            "last_seq": 1,
        }

    @pytest.mark.parametrize(
        "query", ["after=-1", "after=x", "after=1e3", "after=9223372036854775808", "limit=0"]
    )
    def test_a_number_that_is_none_is_refused(self, api, analysis, refused, query):
        name = query.partition("=")[0]
        assert refused(api.get(place(analysis, f"events/?{query}")), 400)[0][1] == name


@pytest.mark.parametrize("below", ["", "events/"])
def test_what_is_not_mine_is_not_there(stranger, analysis, refused, below):
    theirs = stranger.get(place(analysis, below))
    nowhere = stranger.get(f"{ANALYSES}{uuid4()}/{below}")
    assert refused(theirs, 404) == refused(nowhere, 404) == [("not_found", None)]
    assert theirs.json()["detail"] == nowhere.json()["detail"]
