"""What alice sends is wrong in every way: she is told what, nothing is stored, nothing breaks."""

import json
from uuid import uuid4

import pytest
from django_q.models import OrmQ

from analysis import services
from analysis.models import Analysis, Document
from templates_app import services as templates
from templates_app.types import Parameter, ParameterType
from tests.templates_app.factories import DEPTH, make_template

pytestmark = pytest.mark.servers
ADDRESS = "/api/v1/analyses/"
PERIOD = Parameter(key="period", label="Period", type=ParameterType.TEXT, required=True)
YEARS = Parameter(
    key="years", label="Years", type=ParameterType.INTEGER, minimum=1, maximum=10, default=3
)


@pytest.fixture(autouse=True)
def demanding_template(db: None) -> None:
    make_template(slug="demanding", parameters=(PERIOD, YEARS, DEPTH))


@pytest.fixture
def send(api):
    def post(**changes: object):
        good = {"template": "demanding", "topic": "Wheat", "options": {"period": "Q3"}}
        return api.post(ADDRESS, json.dumps(good | changes), content_type="application/json")

    return post


@pytest.fixture
def nothing_is_stored():
    yield
    assert not Analysis.objects.exists()
    assert not OrmQ.objects.exists()


def test_the_good_request_is_good(send):
    assert send().status_code == 202


@pytest.mark.usefixtures("nothing_is_stored")
class TestRefused:
    @pytest.mark.parametrize(
        ("topic", "error"),
        [
            ("", ("topic_required", "topic")),
            (" \t\n ", ("topic_required", "topic")),
            ("?!", ("topic_required", "topic")),
            ("a" * 2001, ("topic_too_long", "topic")),
            ("a" * 1_000_000, ("topic_too_long", "topic")),
            ("Wheat\x00", ("invalid_characters", None)),
            ("Wheat \ud800", ("invalid_characters", None)),
            ("Wheat\x1b[31m", ("invalid_characters", "topic")),
            ("Wheat \u202eecirp", ("invalid_characters", "topic")),
            ("\u200b", ("invalid_characters", "topic")),
            (None, ("null", "topic")),
            (5, ("invalid", "topic")),
            (["Wheat"], ("invalid", "topic")),
        ],
    )
    def test_topics(self, send, refused, topic, error):
        assert refused(send(topic=topic), 400) == [error]

    @pytest.mark.parametrize(
        ("slug", "status", "error"),
        [
            ("nowhere", 404, ("template_not_found", "template")),
            ("../admin", 404, ("template_not_found", "template")),
            ("", 400, ("blank", "template")),
            ("x" * 51, 400, ("max_length", "template")),
            (7, 400, ("invalid", "template")),
        ],
    )
    def test_templates(self, send, refused, slug, status, error):
        assert refused(send(template=slug), status) == [error]

    def test_a_template_that_was_retired_meanwhile(self, send, refused):
        retired = make_template(slug="retired").template
        templates.retire(template=retired, by=None)
        response = send(template="retired", options={})
        assert refused(response, 409) == [("template_retired", "template")]

    @pytest.mark.parametrize(
        ("options", "errors"),
        [
            ({}, [("required", "options.period")]),
            ({"period": ""}, [("required", "options.period")]),
            ({"period": 3}, [("invalid_type", "options.period")]),
            ({"period": {"a": 1}}, [("invalid_type", "options.period")]),
            ({"period": "Q3", "years": "many"}, [("invalid_type", "options.years")]),
            ({"period": "Q3", "years": 11}, [("out_of_range", "options.years")]),
            ({"period": "Q3", "years": 10**400}, [("invalid_type", "options.years")]),
            ({"period": "Q3", "yaers": 3}, [("unknown_option", "options.yaers")]),
            (
                {"years": 0, "secret": 1},
                [
                    ("required", "options.period"),
                    ("out_of_range", "options.years"),
                    ("unknown_option", "options.secret"),
                ],
            ),
        ],
    )
    def test_options(self, send, refused, options, errors):
        response = send(options=options)
        assert refused(response, 400) == errors
        assert response.json()["code"] == "invalid_options"

    @pytest.mark.parametrize("options", [[], "depth", 5, None])
    def test_options_that_are_no_object(self, send, refused, options):
        assert refused(send(options=options), 400)[0][1] == "options"

    def test_a_document_of_another_looks_like_one_that_is_not_there(self, send, bob, refused):
        theirs = services.add_document(owner=bob, name="bob.txt", content=b"bob")
        OrmQ.objects.all().delete()
        details = []
        for pk in (theirs.pk, uuid4()):
            response = send(documents=[str(pk)])
            assert refused(response, 404) == [("document_not_found", "documents")]
            details.append(response.json()["detail"].replace(str(pk), "ID"))
        assert details[0] == details[1]

    @pytest.mark.parametrize(
        ("documents", "attr"),
        [(["5"], "documents.0"), ("x", "documents"), ([None], "documents.0"), ({}, "documents")],
    )
    def test_documents_that_are_no_list_of_ids(self, send, refused, documents, attr):
        assert refused(send(documents=documents), 400)[0][1] == attr

    def test_more_documents_than_anybody_needs(self, send, refused):
        response = send(documents=[str(uuid4())] * 201)
        assert refused(response, 400) == [("max_length", "documents")]

    @pytest.mark.parametrize(
        "field", ["owner", "status", "cost", "lease_until", "id", "fence", "priority"]
    )
    def test_fields_that_are_not_the_client_s(self, send, refused, field):
        assert refused(send(**{field: 1}), 400) == [("unknown_field", field)]

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "{",
            "[1]",
            '{"topic": "a", "topic": "b"}',
            '{"options": {"years": NaN}}',
            '{"options": ' + '{"a":' * 50_000 + "1" + "}" * 50_001,
            b"\xff\xfe",
        ],
    )
    def test_bodies(self, api, refused, body):
        refused(api.post(ADDRESS, body, content_type="application/json"), 400)

    def test_a_body_of_many_megabytes(self, api, refused, settings):
        body = '{"topic": "' + "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1) + '"}'
        response = api.post(ADDRESS, body, content_type="application/json")
        assert refused(response, 413) == [("body_too_large", None)]

    @pytest.mark.parametrize("address", [f"{ADDRESS}5/", f"{ADDRESS}%00/", f"{ADDRESS}x/events/"])
    def test_addresses(self, api, refused, address):
        assert refused(api.get(address), 404) == [("not_found", None)]

    def test_methods(self, api, refused):
        response = api.put(ADDRESS, {}, format="json")
        assert refused(response, 405) == [("method_not_allowed", None)]
        assert "GET" in response["Allow"]


def test_an_upload_of_a_hundred_megabytes_stores_nothing(api, refused, settings):
    settings.UPLOAD_MAX_FILES = 1
    response = api.post(
        "/api/v1/documents/",
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(100 * 1024 * 1024),
    )
    assert refused(response, 413) == [("body_too_large", None)]
    assert not Document.objects.exists()
