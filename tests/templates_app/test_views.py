"""Templates over REST, as alice and as staff see them."""

import pytest
from django.contrib.auth.models import User
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from templates_app import services
from tests.templates_app import doors
from tests.templates_app.factories import DEPTH, RISKS, make_draft, make_template

pytestmark = pytest.mark.django_db
LIST = "/api/v1/templates/"


@pytest.fixture
def client(alice: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(alice)
    return client


@pytest.fixture
def staff_client(staff: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(staff)
    return client


# --- the list ---------------------------------------------------------------------------


def test_alice_sees_what_is_published(client: APIClient, staff: User) -> None:
    version = make_template(slug="quarterly")
    make_draft(slug="draft")
    services.retire(template=make_template(slug="retired").template, by=staff)
    answer = client.get(LIST).json()
    assert answer == {
        "next": None,
        "previous": None,
        "results": [
            {
                "slug": "quarterly",
                "name": "Quarterly",
                "description": "About Quarterly.",
                "version": 1,
                "published_at": version.created_at.isoformat().replace("+00:00", "Z"),
            }
        ],
    }


def test_edits_that_are_not_published_do_not_show(client: APIClient) -> None:
    template = make_template(slug="quarterly").template
    template.name = "Being rewritten"
    template.save()
    assert client.get(LIST).json()["results"][0]["name"] == "Quarterly"
    assert client.get(f"{LIST}quarterly/").json()["name"] == "Quarterly"


def test_the_list_comes_in_pages(client: APIClient, django_assert_num_queries) -> None:
    for slug in ("c", "a", "b"):
        make_template(slug=slug)
    with django_assert_num_queries(1):
        first = client.get(LIST, {"limit": 2}).json()
    second = client.get(first["next"]).json()
    assert [each["slug"] for each in first["results"] + second["results"]] == ["a", "b", "c"]
    assert second["next"] is None


def test_an_unknown_parameter_is_refused(client: APIClient) -> None:
    assert client.get(LIST, {"limits": 2}).status_code == 400


def test_a_visitor_sees_nothing() -> None:
    make_template(slug="quarterly")
    for url in (LIST, f"{LIST}quarterly/", f"{LIST}quarterly/versions/1/"):
        assert APIClient().get(url).status_code == 401


def test_nobody_writes_here(staff_client: APIClient) -> None:
    make_template(slug="quarterly")
    assert staff_client.post(LIST, {}).status_code == 405
    assert staff_client.delete(f"{LIST}quarterly/").status_code == 405


# --- one template -----------------------------------------------------------------------


def test_a_template_has_its_sections_parameters_and_schema(client: APIClient) -> None:
    make_template(slug="quarterly", sections=[RISKS], parameters=[DEPTH])
    answer = client.get(f"{LIST}quarterly/").json()
    assert (answer["version"], answer["is_offered"]) == (1, True)
    assert answer["sections"] == [RISKS.model_dump(mode="json")]
    assert answer["parameters"] == [DEPTH.model_dump(mode="json")]
    assert answer["schema"]["properties"]["depth"]["default"] == "Detailed"
    assert "items" not in answer["schema"]["properties"]["depth"]
    Draft202012Validator.check_schema(answer["schema"])


def test_a_template_that_did_not_change_is_not_sent_again(client: APIClient, staff: User) -> None:
    template = make_template(slug="quarterly").template
    first = client.get(f"{LIST}quarterly/")
    again = client.get(f"{LIST}quarterly/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "private, no-cache"
    template.sections.filter(key="risks").update(title="Dangers")
    services.publish(template=template, by=staff)
    changed = client.get(f"{LIST}quarterly/", headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)


def test_a_retired_template_is_gone_for_alice_and_there_for_staff(
    client: APIClient, staff_client: APIClient, staff: User
) -> None:
    services.retire(template=make_template(slug="old").template, by=staff)
    assert client.get(f"{LIST}old/").status_code == 404
    assert staff_client.get(f"{LIST}old/").json()["is_offered"] is False


def test_a_draft_is_there_for_nobody(client: APIClient, staff_client: APIClient) -> None:
    make_draft(slug="draft")
    assert client.get(f"{LIST}draft/").status_code == 404
    assert staff_client.get(f"{LIST}draft/").status_code == 404


def test_a_template_that_is_not_there_is_a_problem(client: APIClient) -> None:
    answer = client.get(f"{LIST}nowhere/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


# --- one version ------------------------------------------------------------------------


def test_every_version_stays_readable(client: APIClient, staff: User) -> None:
    template = make_template(slug="quarterly").template
    template.sections.filter(key="risks").update(title="Dangers")
    services.publish(template=template, by=staff)
    services.retire(template=template, by=staff)
    titles = [
        client.get(f"{LIST}quarterly/versions/{number}/").json()["sections"][1]["title"]
        for number in (1, 2)
    ]
    assert titles == ["Risks", "Dangers"]


@pytest.mark.parametrize("number", ["0", "2", "9" * 30])
def test_a_version_that_is_not_there_is_404(client: APIClient, number: str) -> None:
    make_template(slug="quarterly")
    assert client.get(f"{LIST}quarterly/versions/{number}/").status_code == 404


# --- OpenAPI ----------------------------------------------------------------------------


def test_the_answers_are_typed_to_the_last_field() -> None:
    schema = SchemaGenerator(patterns=doors.urlpatterns).get_schema(request=None, public=True)
    assert set(schema["paths"]) == {
        "/api/v1/templates/",
        "/api/v1/templates/{slug}/",
        "/api/v1/templates/{slug}/versions/{number}/",
    }
    components = schema["components"]["schemas"]
    detail = components["TemplateDetail"]["properties"]
    assert detail["schema"] == {"$ref": "#/components/schemas/FormSchema"}
    assert components["FormSchema"]["properties"]["properties"]["additionalProperties"] == {
        "$ref": "#/components/schemas/OptionSchema"
    }
    assert components["OptionSchema"]["properties"]["x-ui"] == {
        "$ref": "#/components/schemas/FormHints"
    }
