"""Alice finds words in her documents and in what her analyses found; never in bob's."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from analysis import search, services
from analysis.models import (
    Analysis,
    Document,
    Source,
    SourcePage,
    SourceStatus,
    StageOutput,
    Status,
)
from analysis.types import Stage
from tests.reports.drafts import make_draft, make_finding
from tests.templates_app.factories import make_template

pytestmark = pytest.mark.servers

MARGIN = "Gross margin narrowed to 31.2% because energy prices rose faster than selling prices."
STAFF = "The company employed 8,100 people in nine countries at the end of the year."


def shelve(owner: User, name: str, *texts: str, language: str = "en") -> Document:
    """A document that has been read."""
    document = services.add_document(owner=owner, name=name, content=f"{name}{texts}".encode())
    Source.objects.filter(pk=document.source_id).update(
        status=SourceStatus.READ, media_type="text/plain", language=language, pages_count=len(texts)
    )
    SourcePage.objects.bulk_create(
        SourcePage(source_id=document.source_id, number=number, text=text)
        for number, text in enumerate(texts, 1)
    )
    return document


def completed(owner: User, topic: str, *findings: str) -> Analysis:
    make_template(slug=f"t-{owner.username}-{topic}")
    analysis = services.submit(
        owner=owner, template=f"t-{owner.username}-{topic}", topic=topic, options_given={}
    )
    draft = make_draft(
        findings=tuple(make_finding(f"f-{n}", text) for n, text in enumerate(findings))
    )
    StageOutput.objects.create(
        analysis=analysis, stage=Stage.REPORT, output=draft.model_dump(mode="json")
    )
    Analysis.objects.filter(pk=analysis.pk).update(
        status=Status.COMPLETED, finished_at=timezone.now()
    )
    return analysis


def passages(owner: User, query: str, limit: int = 10) -> list[search.FoundPassage]:
    return search.passages(owner=owner, query=query, limit=limit)


def findings(owner: User, query: str, limit: int = 10) -> list[search.FoundFinding]:
    return search.findings(owner=owner, query=query, limit=limit)


def marked(found: search.FoundPassage | search.FoundFinding) -> list[str]:
    return [found.text[span.start : span.end] for span in found.highlights]


class TestPassages:
    def test_the_best_passage_comes_with_its_place_and_its_words_marked(self, alice):
        document = shelve(alice, "report.txt", STAFF, MARGIN)
        [found] = passages(alice, "gross margins and energy")
        assert (found.document, found.name, found.page) == (document.pk, "report.txt", 2)
        assert MARGIN[found.start : found.end] == found.text
        assert marked(found) == ["Gross", "margin", "energy"]

    def test_the_page_that_says_more_comes_first(self, alice):
        shelve(alice, "a.txt", "Energy prices were stable in the year.")
        shelve(alice, "b.txt", MARGIN)
        assert [found.name for found in passages(alice, "energy prices margin")] == [
            "b.txt",
            "a.txt",
        ]

    def test_other_forms_of_a_word_are_found(self, alice):
        shelve(alice, "a.txt", MARGIN)
        [found] = passages(alice, "narrowing")
        assert marked(found) == ["narrowed"]

    def test_nothing_of_others_is_found_not_even_the_same_file(self, alice, bob):
        shelve(bob, "bob.txt", MARGIN)
        assert passages(alice, "margin") == []
        document = Document.objects.create(
            owner=alice, source=Document.objects.get(name="bob.txt").source, name="mine.txt"
        )
        [found] = passages(alice, "margin")
        assert (found.document, found.name) == (document.pk, "mine.txt")

    def test_a_file_under_two_names_is_found_once(self, alice):
        first = shelve(alice, "first.txt", MARGIN)
        Document.objects.create(owner=alice, source=first.source, name="second.txt")
        assert [found.name for found in passages(alice, "margin")] == ["first.txt"]

    @pytest.mark.parametrize("query", ["photosynthesis", "the of and", "%", "_", "'; --", "\\"])
    def test_what_is_not_there_is_not_found(self, alice, query):
        shelve(alice, "a.txt", MARGIN)
        assert passages(alice, query) == []

    def test_letters_beyond_ascii_are_found_in_either_case(self, alice):
        shelve(alice, "a.txt", "\u00c4nderungen der Umsatzerl\u00f6se im Quartal.", language="de")
        [found] = passages(alice, "\u00e4nderungen")
        assert marked(found) == ["\u00c4nderungen"]

    def test_scripts_without_blanks_are_found_by_pairs_of_letters(self, alice):
        text = "\u516c\u53f8\u672c\u5b63\u5ea6\u6bdb\u5229\u7387\u4e0b\u964d\u3002"
        shelve(alice, "a.txt", text, language="zh")
        [found] = passages(alice, "\u6bdb\u5229\u7387")
        assert marked(found) == ["\u6bdb\u5229\u7387"]

    def test_there_are_never_more_than_asked_for(self, alice):
        for name in ("Lyon", "Bergen", "Leeds", "Porto", "Ghent"):
            shelve(alice, f"{name}.txt", f"The {name} plant pays a high price for its energy.")
        assert len(passages(alice, "energy price", limit=3)) == 3

    def test_a_shelf_of_many_pages_costs_no_more_queries(self, alice, django_assert_num_queries):
        for number in range(search.PAGES + 5):
            shelve(alice, f"{number}.txt", f"{MARGIN} So says report {number}.")
        with django_assert_num_queries(2):
            assert passages(alice, "margin")


class TestFindings:
    def test_a_finding_comes_with_its_analysis_and_its_words_marked(self, alice):
        analysis = completed(alice, "northwind", "Energy prices weighed on margins.", STAFF)
        [found] = findings(alice, "energy margin")
        assert (found.analysis, found.topic, found.id) == (analysis.pk, "northwind", "f-0")
        assert found.verdict == "supported"
        assert marked(found) == ["Energy", "margins"]

    def test_a_rare_word_counts_more_than_a_common_one(self, alice):
        completed(
            alice, "northwind", "Prices rose.", "Prices fell.", "Prices held.", "Wheat was scarce."
        )
        assert findings(alice, "wheat prices")[0].text == "Wheat was scarce."

    def test_only_of_completed_analyses_of_mine(self, alice, bob):
        completed(bob, "bobs", MARGIN)
        running = completed(alice, "running", MARGIN)
        Analysis.objects.filter(pk=running.pk).update(status=Status.QUEUED, finished_at=None)
        assert findings(alice, "margin") == []

    def test_there_are_never_more_than_asked_for(self, alice):
        completed(alice, "many", *(f"Energy price of city {n}." for n in range(9)))
        assert len(findings(alice, "energy", limit=3)) == 3

    def test_what_is_not_there_is_not_found(self, alice):
        completed(alice, "northwind", MARGIN)
        assert findings(alice, "photosynthesis") == []
        assert findings(alice, "the") == []


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Margins, margin; MARGIN.", "margin", ["Margins", "margin", "MARGIN"]),
        ("1,000 or 1000", "1000", ["1,000", "1000"]),
        ("\u0130stanbul margin", "margin", ["margin"]),
        ("", "margin", []),
    ],
)
def test_highlights_are_places_in_the_text_itself(text, query, expected):
    spans = search.highlights(text, query, "en")
    assert [text[span.start : span.end] for span in spans] == expected
