"""Alice keeps her documents in collections, searches them, and uses them whole."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from analysis import library, services
from analysis.models import Analysis, Collection, Document
from tests.analysis.api.runs import ANALYSES, place
from tests.analysis.test_search import shelve

pytestmark = pytest.mark.servers
ADDRESS = "/api/v1/collections/"
SEARCH = "/api/v1/library/search/"


def at(collection: Collection, below: str = "") -> str:
    return f"{ADDRESS}{collection.pk}/{below}"


@pytest.fixture
def grain(alice: User) -> Collection:
    return library.create_collection(owner=alice, name="Grain")


@pytest.fixture
def wheat(alice: User) -> Document:
    return shelve(alice, "wheat.txt", "Wheat prices rose to 300 dollars a tonne in May.")


@pytest.fixture
def rye(alice: User) -> Document:
    return shelve(alice, "rye.txt", "Rye prices fell to 180 dollars a tonne in May.")


class TestCollections:
    def test_one_is_made_read_changed_and_deleted(self, api, wheat):
        made = api.post(ADDRESS, {"name": " Grain  reports ", "description": "All of them"})
        assert made.status_code == 201
        where = made["Location"]
        assert api.get(where).json() == made.json()
        assert (made.json()["name"], made.json()["documents"]) == ("Grain reports", 0)
        assert api.patch(where, {"name": "Cereals"}).json()["name"] == "Cereals"
        assert api.get(where).json()["description"] == "All of them"
        assert api.delete(where).status_code == 204
        assert api.get(where).status_code == 404
        assert Document.objects.filter(pk=wheat.pk).exists()

    def test_a_name_is_taken_once_by_each_user(self, api, stranger, grain, refused):
        again = api.post(ADDRESS, {"name": "Grain"})
        assert refused(again, 409) == [("name_taken", "name")]
        assert stranger.post(ADDRESS, {"name": "Grain"}).status_code == 201
        other = api.post(ADDRESS, {"name": "Rye"})
        taken = api.patch(other["Location"], {"name": "Grain"})
        assert refused(taken, 409) == [("name_taken", "name")]

    @pytest.mark.parametrize("name", ["\u200b", "x" * 201, "a\u202eb"])
    def test_a_name_must_be_a_name(self, api, refused, name):
        assert refused(api.post(ADDRESS, {"name": name}), 400) == [("invalid_name", "name")]

    def test_the_list_is_mine_with_its_counts(self, api, alice, bob, grain, wheat, rye):
        library.create_collection(owner=bob, name="His")
        library.add_documents(collection=grain, documents=[wheat.pk, rye.pk])
        told = api.get(ADDRESS).json()["results"]
        assert [(one["name"], one["documents"]) for one in told] == [("Grain", 2)]

    def test_a_post_that_is_sent_again_is_done_once(self, api):
        twice = [
            api.post(ADDRESS, {"name": "Grain"}, HTTP_IDEMPOTENCY_KEY="k").json() for _ in range(2)
        ]
        assert twice[0] == twice[1]
        assert Collection.objects.count() == 1


class TestDocuments:
    def test_they_are_added_once_filtered_and_taken_out(self, api, grain, wheat, rye):
        body = {"documents": [str(wheat.pk), str(wheat.pk)]}
        assert api.post(at(grain, "documents/"), body).json() == {"added": 1, "documents": 1}
        assert api.post(at(grain, "documents/"), body).json() == {"added": 0, "documents": 1}
        listed = api.get(f"/api/v1/documents/?collection={grain.pk}").json()["results"]
        assert [one["name"] for one in listed] == ["wheat.txt"]
        assert api.delete(at(grain, f"documents/{wheat.pk}/")).status_code == 204
        assert api.delete(at(grain, f"documents/{wheat.pk}/")).status_code == 404
        assert Document.objects.filter(pk=wheat.pk).exists()

    def test_the_document_of_another_is_not_there_and_nothing_is_added(
        self, api, bob, grain, wheat, refused
    ):
        his = shelve(bob, "his.txt", "secret")
        body = {"documents": [str(wheat.pk), str(his.pk)]}
        response = api.post(at(grain, "documents/"), body)
        assert refused(response, 404) == [("document_not_found", "documents")]
        assert grain.members.count() == 0

    def test_another_sees_nothing_of_it(self, stranger, grain, wheat):
        library.add_documents(collection=grain, documents=[wheat.pk])
        assert stranger.get(f"/api/v1/documents/?collection={grain.pk}").json()["results"] == []


class TestSearch:
    def test_passages_come_from_the_collection_only(self, api, grain, wheat, rye):
        library.add_documents(collection=grain, documents=[rye.pk])

        def found(**query: object) -> list[str]:
            answer = api.get(SEARCH, {"q": "prices a tonne", **query}).json()
            return sorted(passage["name"] for passage in answer["passages"])

        assert found() == ["rye.txt", "wheat.txt"]
        assert found(collection=grain.pk) == ["rye.txt"]

    def test_a_passage_has_its_place_and_its_score(self, api, wheat):
        (told,) = api.get(SEARCH, {"q": "wheat"}).json()["passages"]
        assert (told["document"], told["page"]) == (str(wheat.pk), 1)
        page = wheat.source.pages.get().text
        assert told["text"] == page[told["start"] : told["end"]]
        assert told["score"] > 0

    def test_the_collection_of_another_is_not_there(self, stranger, grain):
        assert stranger.get(SEARCH, {"q": "x", "collection": grain.pk}).status_code == 404

    @pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "a", "limit": 51}, {"q": "a", "k": 1}])
    def test_what_makes_no_sense_is_refused(self, api, query):
        assert api.get(SEARCH, query).status_code == 400


@pytest.mark.usefixtures("template")
class TestAnalyses:
    def submit(self, api: APIClient, **body: object):
        topic = {"template": "quarterly-review", "topic": "Prices of grain"}
        return api.post(ANALYSES, {**topic, **body})

    def test_it_reads_what_stands_in_the_collection_now_each_once(self, api, grain, wheat, rye):
        twin = Document.objects.create(owner=wheat.owner, source=wheat.source, name="again.txt")
        library.add_documents(collection=grain, documents=[twin.pk, rye.pk])
        told = self.submit(api, documents=[str(wheat.pk)], collections=[str(grain.pk)])
        names = [one["name"] for one in told.json()["documents"]]
        assert names == ["wheat.txt", "rye.txt"]
        library.remove_document(collection=grain, document=rye.pk)
        analysis = Analysis.objects.get()
        assert [one.name for one in analysis.brief.documents] == names

    def test_a_document_of_a_collection_is_in_use(self, api, grain, wheat, refused):
        library.add_documents(collection=grain, documents=[wheat.pk])
        self.submit(api, collections=[str(grain.pk)])
        assert refused(api.delete(f"/api/v1/documents/{wheat.pk}/"), 409) == [("in_use", None)]

    def test_the_collection_of_another_is_not_there(self, stranger, grain, refused):
        response = self.submit(stranger, collections=[str(grain.pk)])
        assert refused(response, 404) == [("collection_not_found", "collections")]
        response = self.submit(stranger, collections=[str(uuid4())])
        assert refused(response, 404) == [("collection_not_found", "collections")]

    def test_too_many_documents_are_refused(self, api, grain, wheat, rye, refused, monkeypatch):
        monkeypatch.setattr(services, "MOST_DOCUMENTS", 1)
        library.add_documents(collection=grain, documents=[wheat.pk, rye.pk])
        response = self.submit(api, collections=[str(grain.pk)])
        assert refused(response, 400) == [("too_many_documents", "collections")]

    def test_a_copy_may_use_another_collection(self, api, analysis, grain, rye):
        library.add_documents(collection=grain, documents=[rye.pk])
        copy = api.post(place(analysis, "duplicate/"), {"collections": [str(grain.pk)]})
        assert [one["name"] for one in copy.json()["documents"]] == ["rye.txt"]
