"""Alice sees what reading her documents gave, quotes them and takes them away."""

from uuid import uuid4

import pytest

from analysis import services
from analysis.models import Analysis, Document, Source, SourcePage, SourceStatus
from analysis.sources.reading import read as reading_of
from researcher import samples

pytestmark = pytest.mark.servers
ADDRESS = "/api/v1/documents/"
TEXT = "Revenue rose 8.3% to $412.6 million. Gross margin narrowed."


def place(document: Document, below: str = "") -> str:
    return f"{ADDRESS}{document.pk}/{below}"


def read(document: Document, *texts: str, **columns) -> Document:
    """As if the worker had read it."""
    source = Source.objects.filter(pk=document.source_id)
    changes = {"status": SourceStatus.READ, "media_type": "text/plain", "language": "en"}
    source.update(
        **changes | {"pages_count": len(texts), "characters": sum(map(len, texts))} | columns
    )
    SourcePage.objects.bulk_create(
        SourcePage(source_id=document.source_id, number=number, text=text)
        for number, text in enumerate(texts, 1)
    )
    return Document.objects.get(pk=document.pk)


class TestOutcome:
    def test_a_document_that_was_read_says_what_is_in_it(self, api, document):
        warning = {"code": "mislabelled", "detail": "It is plain text."}
        read(document, "one", "three", title="Report", warnings=[warning])
        told = api.get(place(document)).json()
        assert (told["status"], told["pages"], told["characters"]) == ("read", 2, 8)
        assert (told["language"], told["title"], told["warnings"]) == ("en", "Report", [warning])
        assert told["failure"] is None

    def test_a_document_that_cannot_be_read_says_why(self, api, document):
        Source.objects.update(
            status=SourceStatus.UNREADABLE,
            failure_code="file_encrypted",
            failure_detail="It is protected by a password.",
        )
        told = api.get(place(document)).json()
        assert told["status"] == "unreadable"
        assert told["failure"] == {
            "code": "file_encrypted",
            "detail": "It is protected by a password.",
        }

    def test_the_list_shows_mine_and_filters_by_outcome_and_name(self, api, alice, bob, document):
        read(document, "text")
        services.add_document(owner=alice, name="other.txt", content=b"other")
        services.add_document(owner=bob, name="bob.txt", content=b"bob")

        def names(query: str = "") -> list[str]:
            return [one["name"] for one in api.get(f"{ADDRESS}{query}").json()["results"]]

        assert names() == ["other.txt", "northwind.txt"]
        assert names("?status=read") == ["northwind.txt"]
        assert names("?q=OTHER") == ["other.txt"]

    def test_a_long_list_costs_no_more_queries_than_a_short_one(
        self, api, alice, django_assert_max_num_queries
    ):
        for number in range(10):
            services.add_document(owner=alice, name=f"{number}.txt", content=str(number).encode())
        with django_assert_max_num_queries(3):
            assert len(api.get(ADDRESS).json()["results"]) == 10


class TestPages:
    def test_a_page_is_its_stored_text(self, api, document):
        read(document, "one", TEXT)
        assert api.get(place(document, "pages/2/")).json() == {
            "document": str(document.pk),
            "page": 2,
            "pages": 2,
            "text": TEXT,
            "quote": None,
        }

    def test_a_quote_is_the_words_between_two_offsets(self, api, document):
        read(document, TEXT)
        start = TEXT.index("Gross")
        quote = api.get(place(document, f"pages/1/?start={start}&end={len(TEXT)}")).json()["quote"]
        assert quote == {
            "start": start,
            "end": len(TEXT),
            "text": "Gross margin narrowed.",
            "boxes": [],
        }

    @pytest.mark.parametrize(
        "query", ["start=0", "end=5", "start=5&end=5", "start=9&end=3", "start=0&end=99999"]
    )
    def test_offsets_that_are_no_quote_are_refused(self, api, document, refused, query):
        read(document, TEXT)
        response = api.get(place(document, f"pages/1/?{query}"))
        assert refused(response, 400) == [("invalid_range", None)]
        assert str(len(TEXT)) in response.json()["detail"]

    @pytest.mark.parametrize("number", ["0", "3", "99999999999999999999"])
    def test_a_page_that_is_not_there_is_404(self, api, document, refused, number):
        read(document, "one", "two")
        assert refused(api.get(place(document, f"pages/{number}/")), 404) == [("not_found", None)]

    def test_the_quote_of_a_pdf_has_its_places_on_the_page(self, api, alice):
        pdf = next(one.path for one in samples.load().documents if one.path.suffix == ".pdf")
        document = services.add_document(owner=alice, name=pdf.name, content=pdf.read_bytes())
        reading = reading_of(pdf.read_bytes(), pdf.name)
        read(document, *(page.text for page in reading.pages), media_type=reading.media_type)
        text = reading.pages[0].text
        quote = api.get(place(document, f"pages/1/?start=0&end={len(text) // 2}")).json()["quote"]
        assert quote["boxes"]
        for box in quote["boxes"]:
            assert 0 <= box["left"] < box["right"] <= box["page_width"]
            assert 0 <= box["bottom"] < box["top"] <= box["page_height"]


class TestFile:
    def test_it_is_downloaded_and_never_shown(self, api, alice):
        page = b"<html><script>alert(1)</script></html>"
        document = services.add_document(owner=alice, name='r\u00e9"sum\u00e9.html', content=page)
        read(document, "text", media_type="text/html")
        response = api.get(place(document, "file/"))
        assert b"".join(response.streaming_content) == page
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''r%C3%A9")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]


class TestDelete:
    def test_a_document_is_gone_after_it_was_deleted(self, api, document):
        assert api.delete(place(document)).status_code == 204
        assert api.get(place(document)).status_code == 404
        assert api.get(ADDRESS).json()["results"] == []

    def test_not_while_an_analysis_uses_it(self, api, analysis, document, refused):
        response = api.delete(place(document))
        assert refused(response, 409) == [("in_use", None)]
        assert str(analysis.pk) in response.json()["detail"]

    def test_a_finished_analysis_keeps_its_source(self, api, alice, analysis, document):
        services.cancel(analysis=analysis, by=alice)
        assert api.delete(place(document)).status_code == 204
        assert Source.objects.filter(pk=document.source_id).exists()
        told = api.get(f"/api/v1/analyses/{analysis.pk}/").json()
        assert [one["name"] for one in told["documents"]] == ["northwind.txt"]
        assert Analysis.objects.get().brief.documents[0].source_id == document.source_id


@pytest.mark.parametrize("below", ["", "file/", "pages/1/"])
def test_what_is_not_mine_is_not_there(stranger, document, refused, below):
    read(document, "text")
    theirs = stranger.get(place(document, below))
    nowhere = stranger.get(f"{ADDRESS}{uuid4()}/{below}")
    assert refused(theirs, 404) == refused(nowhere, 404) == [("not_found", None)]


def test_a_stranger_cannot_delete(stranger, document, refused):
    refused(stranger.delete(place(document)), 404)
    assert Document.objects.filter(pk=document.pk).exists()
