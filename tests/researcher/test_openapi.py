"""The schema that front ends generate their types from: complete, typed and valid."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from analysis.event_types import EVENT_BODY, FINAL_TYPES

METHODS = {"get", "post", "put", "patch", "delete"}
OPERATIONS = 54


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"path": path, "method": method, **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_every_operation_is_there(schema):
    found = sorted(operation["operationId"] for operation in operations(schema))
    assert len(found) == OPERATIONS, found
    assert len(set(found)) == OPERATIONS


def test_it_is_made_without_a_warning(tmp_path):
    file = tmp_path / "schema.yml"
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(file))
    assert file.stat().st_size > 10_000


def test_it_is_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_every_answer_is_typed(schema):
    untyped = [
        (operation["operationId"], status)
        for operation in operations(schema)
        for status, response in operation["responses"].items()
        if status not in ("204", "304")
        for media in response.get("content", {"": {}}).values()
        if not is_typed(media.get("schema", {}))
    ]
    assert untyped == []


def is_typed(schema: dict[str, Any]) -> bool:
    if "$ref" in schema or "oneOf" in schema:
        return True
    return schema.get("type") == "string" or bool(schema.get("properties"))


def test_every_operation_says_what_it_is_and_how_it_fails(schema):
    for operation in operations(schema):
        assert operation["description"], operation["operationId"]
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_whoever_must_log_in_is_told_the_ways(schema):
    schemes = schema["components"]["securitySchemes"]
    assert {scheme["in"] for scheme in schemes.values()} == {"cookie", "header"}
    for operation in operations(schema):
        is_open = (
            operation["path"].startswith("/api/v1/auth/") and "current" not in operation["path"]
        )
        assert ("401" in operation["responses"]) or is_open
        if not is_open:
            assert {name for one in operation["security"] for name in one} == set(schemes)


def test_a_post_that_makes_or_moves_something_takes_an_idempotency_key(schema):
    with_key = {
        operation["operationId"]
        for operation in operations(schema)
        if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", []))
    }
    assert with_key == {
        "analyses_create",
        "analyses_cancel",
        "analyses_duplicate",
        "analyses_pause",
        "analyses_plan_approve",
        "analyses_resume",
        "analyses_retry",
        "collections_create",
        "collections_documents_add",
        "documents_create",
        "imports_cancel",
        "imports_create",
        "watches_create",
    }


def test_events_are_one_union_told_apart_by_a_required_type(schema):
    schemas = schema["components"]["schemas"]
    union = schemas["AnalysisEvent"]
    assert union["discriminator"]["propertyName"] == "type"
    mapping = union["discriminator"]["mapping"]
    assert set(mapping) == set(EVENT_BODY.json_schema()["discriminator"]["mapping"])
    assert set(mapping) >= FINAL_TYPES
    for kind, reference in mapping.items():
        event = schemas[reference.rpartition("/")[2]]
        assert event["properties"]["type"]["const"] == kind
        assert {"type", "seq", "analysis_id", "created_at"} <= set(event["required"])


def test_the_query_of_a_list_names_its_filters(schema):
    names = {one["name"] for one in schema["paths"]["/api/v1/analyses/"]["get"]["parameters"]}
    assert names == {
        "created_after",
        "created_before",
        "cursor",
        "limit",
        "ordering",
        "q",
        "status",
        "template",
    }


@pytest.mark.django_db
class TestPages:
    def test_the_schema_is_served_to_anybody(self, client: Client):
        response = client.get("/api/schema/?format=json")
        assert response.status_code == 200
        assert len(response.json()["paths"]) > 15

    def test_the_documentation_needs_no_other_host(self, client: Client):
        text = client.get("/api/docs/").content.decode()
        assert "swagger-ui" in text
        for line in text.splitlines():
            assert "https://" not in line, line
        script = next(part for part in text.split('"') if part.endswith("swagger-ui-bundle.js"))
        served = client.get(script)
        assert served.status_code == 200
        assert len(b"".join(served.streaming_content)) > 100_000
