"""How far an analysis may reach, as it is asked for and shown over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db

WEB = {"mode": "web", "hosts": []}


def asked(template: str, **facts: Any) -> dict[str, Any]:
    return {"template": template, "topic": "Northwind Foods revenue", **facts}


def test_an_analysis_shows_where_it_may_go(api: APIClient, template: str) -> None:
    reach = {
        "egress": {"mode": "hosts", "hosts": ["sec.gov"]},
        "providers": ["edgar"],
        "urls": ["https://www.sec.gov/a"],
    }
    made = api.post("/api/v1/analyses/", asked(template, **reach), format="json").json()

    assert {name: made[name] for name in reach} == reach
    assert {
        name: api.get(f"/api/v1/analyses/{made['id']}/").json()[name] for name in reach
    } == reach


def test_nothing_said_is_documents_only(api: APIClient, template: str) -> None:
    made = api.post("/api/v1/analyses/", asked(template), format="json").json()

    assert made["egress"] == {"mode": "documents", "hosts": []}
    assert (made["providers"], made["urls"]) == ([], [])


def test_the_check_of_a_request_shows_it_too(api: APIClient, template: str) -> None:
    told = api.post("/api/v1/analyses/validate/", asked(template, egress=WEB), format="json").json()

    assert told["egress"] == WEB


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"egress": {"mode": "space"}}, ("invalid_choice", "egress.mode")),
        ({"egress": {"hosts": []}}, ("required", "egress.mode")),
        ({"egress": {"mode": "web", "depth": 3}}, ("unknown_field", "egress.depth")),
        ({"egress": "web"}, ("invalid", "egress.non_field_errors")),
        ({"egress": {"mode": "hosts", "hosts": [7]}}, ("invalid", "egress.hosts.0")),
        ({"providers": "openalex"}, ("not_a_list", "providers")),
        ({"urls": [1]}, ("invalid", "urls.0")),
    ],
)
def test_a_request_of_another_shape_names_the_field(
    api: APIClient, template: str, facts: Any, error: Any, refused: Callable[..., Any]
) -> None:
    answer = api.post("/api/v1/analyses/", asked(template, **facts), format="json")

    assert refused(answer, 400) == [error]


def test_what_cannot_be_meant_is_refused_with_its_code(
    api: APIClient, template: str, refused: Callable[..., Any]
) -> None:
    answer = api.post(
        "/api/v1/analyses/", asked(template, urls=["https://a.example"]), format="json"
    )

    assert [code for code, _ in refused(answer, 400)] == ["egress_required"]


def test_a_copy_reaches_as_far_unless_it_says_otherwise(api: APIClient, template: str) -> None:
    first = api.post("/api/v1/analyses/", asked(template, egress=WEB), format="json").json()
    path = f"/api/v1/analyses/{first['id']}/duplicate/"

    assert api.post(path, {}, format="json").json()["egress"] == WEB
    closed = {"egress": {"mode": "documents"}}
    assert api.post(path, closed, format="json").json()["egress"]["mode"] == "documents"
