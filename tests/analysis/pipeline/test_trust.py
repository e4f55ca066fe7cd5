from typing import Any

from analysis.pipeline.trust import counted, of_finding, of_report
from analysis.pipeline.verify import Checked
from analysis.types import Check, Confidence, SourceRef, Verdict
from tests.analysis.pipeline.desk import Desk, day

VERBATIM = Checked(Verdict.SUPPORTED, 1.0, ("verbatim quotation",))


def source(**facts: Any) -> SourceRef:
    desk = Desk()
    desk.add("a.pdf", "A", **facts)
    found = desk.documents["a.pdf"]
    assert isinstance(found, tuple)
    return found[0]


class TestAFinding:
    def test_a_quotation_is_trusted_and_says_why(self) -> None:
        found = of_finding("Revenue rose.", VERBATIM, [source()], disputed=False)

        assert found == (0.9, ("verbatim quotation",))

    def test_caution_age_and_dissent_lower_it(self) -> None:
        text, old = "Revenue may rise.", source(superseded_by="s-new")
        value, reasons = of_finding(text, VERBATIM, [old], disputed=True)

        assert value == 0.2
        assert len(reasons) == 4

    def test_a_half_covered_claim_is_half_trusted(self) -> None:
        half = Checked(Verdict.PARTIAL, 0.6, ("3 of 5 words",))

        assert of_finding("Revenue rose.", half, [source()], disputed=False)[0] == 0.5

    def test_what_is_not_found_is_not_trusted(self) -> None:
        missing = Checked(Verdict.NOT_FOUND, 0.0, ("no quote",))

        assert of_finding("Revenue rose.", missing, [], disputed=False)[0] == 0.0


def report(**changes: Any) -> Confidence:
    facts = {
        "answered": 8,
        "sections": 8,
        "sources": [source(as_of=day("2023-07-01"))],
        "check": Check(claims=10, supported=10, dropped=0, quotes=10, quotes_found=10),
        "conflicts": 0,
        "rejected": 0,
        "today": day("2023-09-01"),
    }
    return of_report(**{**facts, **changes})


class TestAReport:
    def test_it_says_what_its_number_follows_from(self) -> None:
        found = report()

        assert 80 <= found.value <= 95
        assert found.reasons == (
            "Sections answered from the documents: 8 of 8.",
            "Sources cited: 1.",
            "Claims supported by their quotes: 10 of 10.",
            "The newest source speaks of July 1, 2023.",
        )

    def test_open_sections_conflicts_rejections_and_age_lower_it(self) -> None:
        best = report().value

        assert report(answered=4).value < best
        assert report(conflicts=2).value == best - 10
        assert report(rejected=1).value == best - 5
        assert report(today=day("2026-09-01")).value < best

    def test_without_an_answer_there_is_no_trust(self) -> None:
        assert report(answered=0).value == 0

    def test_it_stays_between_bounds(self) -> None:
        many = [source(as_of=day("2023-07-01"))] * 9

        assert report(sources=many).value <= 95
        assert report(answered=1, conflicts=9, rejected=9).value >= 0


def test_one_thing_is_one_and_two_are_many() -> None:
    assert (counted(1, "page"), counted(2, "page"), counted(0, "page")) == (
        "1 page",
        "2 pages",
        "0 pages",
    )
