"""Staff follow the runs of others in the admin, cancel and retry them, and change nothing else."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from analysis import services
from analysis.models import Analysis, Status
from tests.analysis.logs import log, progress

pytestmark = pytest.mark.servers
LIST = "/admin/analysis/analysis/"


@pytest.fixture
def office(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, action: str, *analyses: Analysis) -> str:
    chosen = {"action": action, "_selected_action": [analysis.pk for analysis in analyses]}
    return client.post(LIST, chosen, follow=True).content.decode()


class TestList:
    def test_it_shows_status_owner_and_template(self, office, analysis):
        text = page(office, LIST)
        for shown in (analysis.topic, "Queued", "alice", "Quarterly v1"):
            assert shown in text

    @pytest.mark.parametrize("term", ["Northwind", "alice", "{id}", "{half}"])
    def test_it_is_searched_by_topic_owner_and_id(self, office, analysis, term):
        words = term.format(id=analysis.pk, half=str(analysis.pk)[:13])
        assert analysis.topic in page(office, f"{LIST}?q={words}")
        assert analysis.topic not in page(office, f"{LIST}?q=nobody-{words}")

    def test_it_is_filtered_by_status(self, office, analysis):
        assert analysis.topic in page(office, f"{LIST}?status__exact=queued")
        assert analysis.topic not in page(office, f"{LIST}?status__exact=failed")

    def test_a_long_list_costs_no_more_queries(
        self, office, alice, analysis, django_assert_max_num_queries
    ):
        for number in range(10):
            services.submit(
                owner=alice,
                template="quarterly-review",
                topic=f"Wheat {number}",
                options_given={},
            )
        with django_assert_max_num_queries(10):
            page(office, LIST)


class TestPage:
    def test_the_timeline_is_in_the_order_of_the_log_and_readable(self, office, analysis):
        log(analysis.pk, progress(12, 31))
        text = page(office, f"{LIST}{analysis.pk}/change/")
        first, second = text.index("analysis.queued"), text.index("step.updated")
        assert first < second
        assert "done 12 of 31 passages" in text

    def test_it_shows_what_was_asked(self, office, analysis):
        text = page(office, f"{LIST}{analysis.pk}/change/")
        assert "northwind.txt" in text
        assert "Detailed" in text

    def test_what_users_wrote_is_text_and_no_markup(self, office, alice, template):
        analysis = services.submit(
            owner=alice, template=template, topic="<script>alert(1)</script>", options_given={}
        )
        text = page(office, f"{LIST}{analysis.pk}/change/") + page(office, LIST)
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;" in text

    def test_nothing_can_be_added_changed_or_deleted(self, office, analysis):
        place = f"{LIST}{analysis.pk}/"
        assert office.get(f"{LIST}add/").status_code == 403
        assert office.post(f"{place}delete/", {"post": "yes"}).status_code == 403
        assert office.post(f"{place}change/", {"topic": "mine"}).status_code == 403
        assert Analysis.objects.get().topic == analysis.topic


class TestMoves:
    def test_the_chosen_ones_are_cancelled_in_the_name_of_staff(self, office, analysis):
        assert "cancelled now" in act(office, "cancel", analysis)
        analysis.refresh_from_db()
        assert analysis.status == Status.CANCELLED
        assert analysis.events.get(type="analysis.cancelled").body["by"] == "staff"

    def test_a_cancelled_one_is_retried(self, office, analysis):
        act(office, "cancel", analysis)
        assert "queued now" in act(office, "retry", analysis)

    def test_an_illegal_move_is_told_and_the_others_are_made(
        self, office, alice, analysis, template
    ):
        other = services.submit(owner=alice, template=template, topic="Other", options_given={})
        act(office, "cancel", analysis)
        text = act(office, "cancel", analysis, other)
        assert "cancel is not possible" in text
        other.refresh_from_db()
        assert other.status == Status.CANCELLED

    def test_who_may_only_look_cannot_move(self, analysis):
        clerk = User.objects.create_user("clerk", is_staff=True)
        clerk.user_permissions.add(Permission.objects.get(codename="view_analysis"))
        client = Client()
        client.force_login(clerk)
        assert analysis.topic in page(client, LIST)
        act(client, "cancel", analysis)
        analysis.refresh_from_db()
        assert analysis.status == Status.QUEUED


@pytest.mark.parametrize("kind", ["document", "source"])
def test_documents_and_sources_are_only_looked_at(office, document, kind):
    row = document if kind == "document" else document.source
    list_page = f"/admin/analysis/{kind}/"
    assert "Not read yet" in page(office, list_page)
    page(office, f"{list_page}{row.pk}/change/")
    assert office.get(f"{list_page}add/").status_code == 403
    assert office.post(f"{list_page}{row.pk}/delete/", {"post": "yes"}).status_code == 403
