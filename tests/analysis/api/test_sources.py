"""Alice sees what became of every source, and opens the words behind a citation."""

import struct
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from analysis import events, lifecycle, services
from analysis.event_types import SourceRead, SourceRejected
from analysis.models import Analysis, Document, Source, SourcePage, StageOutput
from analysis.sources.reading import read as reading_of
from analysis.types import Collection, Evidence, Rejection, Stage, Weight
from researcher import samples
from tests.analysis.api.runs import place
from tests.analysis.api.test_documents import read
from tests.reports.drafts import REJECTED, make_draft, make_quote, make_source

pytestmark = pytest.mark.servers
OLD = make_source(4, "annual-report-2024.pdf", superseded_by="s-1")
OTHER = make_source(5, "poems.txt")


def text_of(source: Source, query: str = "") -> str:
    return f"/api/v1/sources/{source.pk}/text/{query}"


def picture_of(source: Source, page: int = 1, query: str = "") -> str:
    return f"/api/v1/sources/{source.pk}/pages/{page}.png{query}"


def leave(analysis: Analysis, stage: Stage, output) -> None:
    StageOutput.objects.create(
        analysis=analysis, stage=stage, output=output.model_dump(mode="json")
    )


@pytest.fixture
def finished(analysis: Analysis) -> Analysis:
    """A run that cites three sources; one is old, one is about something else, one is a scan."""
    draft = make_draft()
    left_out = Rejection(name="poems.txt", code="off_topic", detail="It is not about the topic")
    sources = (OTHER, OLD, *draft.sources)
    leave(analysis, Stage.COLLECTION, Collection(sources=sources, rejected=REJECTED))
    leave(
        analysis,
        Stage.PROCESSING,
        Evidence(
            quotes=draft.quotes,
            figures=(),
            answers=(),
            passages=9,
            left_out=(left_out,),
            weights=(Weight(source=OLD.key, weight=0.5, because=("there is a newer one",)),),
        ),
    )
    leave(analysis, Stage.REPORT, draft)
    return analysis


class TestFates:
    def test_each_source_has_its_status_its_reason_and_its_quotes(self, api, finished):
        told = api.get(place(finished, "sources/")).json()["results"]
        shown = [(one["name"], one["number"], one["status"], one["code"]) for one in told]
        assert shown == [
            ("annual-report-2025.pdf", 1, "read", ""),
            ("interview notes.docx", 2, "read", ""),
            ("outlook.html", 3, "read", ""),
            ("poems.txt", 0, "rejected", "off_topic"),
            ("annual-report-2024.pdf", 0, "superseded", "superseded"),
            ("scan.pdf", 0, "rejected", "no_text"),
        ]
        first = told[0]
        assert (first["quotes_found"], first["quotes_used"]) == (3, 3)
        assert first["score"] == round(3 / 7, 4)
        assert (first["weight"], first["because"]) == (None, [])
        assert (told[4]["weight"], told[4]["because"]) == (0.5, ["there is a newer one"])
        assert (first["pages"], first["characters"]) == (12, 34_000)
        assert told[4]["reason"] == "“annual-report-2025.pdf” is a newer version of it."
        assert told[5]["id"] is None

    def test_the_list_has_pages_and_a_filter(self, api, finished):
        def names(query: str) -> list[str]:
            return [one["name"] for one in api.get(query).json()["results"]]

        first = api.get(place(finished, "sources/?limit=4")).json()
        assert len(first["results"]) == 4
        assert first["previous"] is None
        assert names(first["next"]) == ["annual-report-2024.pdf", "scan.pdf"]
        assert api.get(first["next"]).json()["next"] is None
        assert names(api.get(first["next"]).json()["previous"])[0] == "annual-report-2025.pdf"
        few = names(place(finished, "sources/?status=superseded&status=rejected"))
        assert few == ["poems.txt", "annual-report-2024.pdf", "scan.pdf"]

    @pytest.mark.parametrize("query", ["?status=lost", "?cursor=x", "?limit=0", "?page=2"])
    def test_what_makes_no_sense_is_refused(self, api, finished, query):
        assert api.get(place(finished, f"sources/{query}")).status_code == 400

    def test_a_run_that_still_reads_tells_what_its_log_knows(self, api, analysis, document):
        source = str(document.source_id)
        events.append(
            analysis.pk,
            [
                SourceRead(source_id=source, name="northwind.txt", pages=1, characters=9),
                SourceRejected(name="scan.pdf", code="no_text", detail="It is a scan."),
            ],
        )
        told = api.get(place(analysis, "sources/")).json()["results"]
        assert [(one["name"], one["status"], one["id"]) for one in told] == [
            ("northwind.txt", "read", source),
            ("scan.pdf", "rejected", None),
        ]
        assert told[1]["reason"] == "It is a scan."
        assert told[0]["score"] is None


# --- text and pictures ------------------------------------------------------------------


@pytest.fixture
def pdf(alice: User) -> Document:
    path = next(one.path for one in samples.load().documents if one.path.suffix == ".pdf")
    document = services.add_document(owner=alice, name=path.name, content=path.read_bytes())
    reading = reading_of(path.read_bytes(), path.name)
    return read(document, *(page.text for page in reading.pages), media_type=reading.media_type)


@pytest.fixture
def citing(analysis: Analysis, pdf: Document) -> Analysis:
    """A run whose citation 1.1 stands on page 2 of the PDF."""
    text = pdf.source.pages.get(number=2).text
    quote = make_quote("q-1", 1, 2, text[120:180])
    source = make_source(1, pdf.name, id=pdf.source_id)
    draft = make_draft()
    draft = make_draft(quotes=(quote, *draft.quotes[1:]), sources=(source, *draft.sources[1:]))
    leave(analysis, Stage.REPORT, draft)
    analysis.sources.add(pdf.source)
    return analysis


class TestText:
    def test_a_citation_is_highlighted_on_its_page(self, api, citing, pdf):
        told = api.get(text_of(pdf.source, f"?analysis={citing.pk}&citation=1.1")).json()
        assert (told["page"], told["pages"]) == (2, pdf.source.pages_count)
        (mark,) = told["highlights"]
        assert (mark["citation"], mark["start"], mark["end"]) == ("1.1", 120, 180)
        assert mark["text"] == told["text"][120:180]
        assert mark["boxes"]

    def test_without_a_citation_all_of_the_page_are(self, api, citing, pdf):
        told = api.get(text_of(pdf.source, f"?analysis={citing.pk}&page=2")).json()
        assert [mark["citation"] for mark in told["highlights"]] == ["1.1"]
        plain = api.get(text_of(pdf.source)).json()
        assert (plain["page"], plain["highlights"]) == (1, [])

    def test_a_quote_is_named_by_its_offsets(self, api, pdf):
        told = api.get(text_of(pdf.source, "?quote=0-5")).json()
        assert told["highlights"][0]["text"] == told["text"][:5]

    def test_it_is_there_after_its_document_was_deleted(self, api, alice, stranger, citing, pdf):
        source, query = pdf.source, f"?analysis={citing.pk}&citation=1.1"
        services.delete_document(document=pdf)
        assert api.get(text_of(source, query)).status_code == 200
        assert api.get(picture_of(source, 2, query)).status_code == 200
        assert stranger.get(text_of(source)).status_code == 404

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ("?citation=1.1", 400, "required"),
            ("?quote=5-2", 400, "invalid_range"),
            ("?quote=0-999999", 400, "invalid_range"),
            ("?quote=first", 400, "invalid"),
            ("?page=99", 404, "not_found"),
            ("?page=0", 400, "min_value"),
            (f"?analysis={UUID(int=7)}", 404, "not_found"),
        ],
    )
    def test_what_is_not_there_is_refused(self, api, pdf, refused, query, status, code):
        errors = refused(api.get(text_of(pdf.source, query)), status)
        assert [error for error, _ in errors] == [code]

    def test_a_citation_that_is_not_there_or_elsewhere_is_refused(self, api, citing, pdf, refused):
        asked = text_of(pdf.source, f"?analysis={citing.pk}&citation=")
        response = api.get(f"{asked}7.7")
        assert refused(response, 404) == [("citation_not_found", "citation")]
        assert "1.1" in response.json()["detail"]
        assert refused(api.get(f"{asked}1.1&page=1"), 400) == [("wrong_page", "page")]

    def test_a_stranger_sees_neither_source_nor_analysis(self, api, stranger, bob, citing, pdf):
        query = f"?analysis={citing.pk}&citation=1.1"
        assert stranger.get(text_of(pdf.source)).status_code == 404
        content = services.store.content(pdf.source)
        services.add_document(owner=bob, name="mine.pdf", content=content)
        # The same bytes are bob's now too, but what alice cites of them stays hers.
        assert stranger.get(text_of(pdf.source)).status_code == 200
        assert stranger.get(text_of(pdf.source, query)).status_code == 404


class TestPicture:
    def test_a_page_is_a_png_of_the_width_that_was_asked_for(self, api, pdf):
        response = api.get(picture_of(pdf.source, 1, "?width=400&quote=0-40"))
        assert response["Content-Type"] == "image/png"
        assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">I", response.content[16:20]) == (400,)

    def test_the_quote_is_marked(self, api, pdf):
        plain = api.get(picture_of(pdf.source)).content
        assert api.get(picture_of(pdf.source, 1, "?quote=0-40")).content != plain

    def test_it_is_not_sent_again_when_nothing_changed(self, api, pdf):
        first = api.get(picture_of(pdf.source))
        again = api.get(picture_of(pdf.source), HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert api.get(picture_of(pdf.source, 2))["ETag"] != first["ETag"]

    @pytest.mark.parametrize("page", [0, 99])
    def test_a_page_that_is_not_there_is_404(self, api, pdf, refused, page):
        assert refused(api.get(picture_of(pdf.source, page)), 404) == [("not_found", None)]

    def test_a_page_that_cannot_be_drawn_is_said_to_be_so(self, api, pdf, refused):
        SourcePage.objects.create(source=pdf.source, number=99, text="not in the file")
        assert refused(api.get(picture_of(pdf.source, 99)), 404) == [("no_page_image", None)]
        told = api.get(text_of(pdf.source, "?page=99&quote=0-3")).json()
        assert told["highlights"][0]["boxes"] == []

    def test_only_a_pdf_has_pictures(self, api, document, refused):
        read(document, "text")
        response = api.get(picture_of(document.source))
        assert refused(response, 404) == [("no_page_image", None)]

    @pytest.mark.parametrize("query", ["?width=199", "?width=2001", "?width=x", "?scale=2"])
    def test_a_width_out_of_bounds_is_refused(self, api, pdf, query):
        assert api.get(picture_of(pdf.source, 1, query)).status_code == 400

    def test_a_stranger_sees_none(self, stranger, pdf):
        assert stranger.get(picture_of(pdf.source)).status_code == 404


def test_a_run_keeps_the_sources_that_it_has_read(analysis, document, drive):
    claimed = lifecycle.claim(analysis.pk, drive)
    refs = (make_source(1, "northwind.txt", id=document.source_id), make_source(2, "unknown"))
    output = Collection(sources=refs)
    assert lifecycle.commit(claimed, (), stage=Stage.COLLECTION, output=output)
    assert list(analysis.sources.all()) == [document.source]
