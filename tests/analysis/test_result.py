from decimal import Decimal

import pytest

from analysis.result import NO_RISKS, readable, result_of
from analysis.result_types import Result, Timings, Usage
from analysis.types import Figure, Finding, FindingKind
from tests.reports.drafts import make_draft, with_computed_and_described

DRAFT = make_draft()
RESULT = result_of(DRAFT)


def figure(value: str, **facts: str) -> Figure:
    return Figure(key="n", label="x", value=Decimal(value), raw=value, quote="q", **facts)


def test_it_is_read_back_as_it_was_written() -> None:
    assert Result.model_validate_json(RESULT.model_dump_json()) == RESULT


def test_every_finding_has_its_citations_with_document_page_and_words() -> None:
    quotes = {quote.key: quote for quote in DRAFT.quotes}
    names = {source.key: source.name for source in DRAFT.sources}

    assert len(RESULT.findings) == len(DRAFT.findings)
    for told, finding in zip(RESULT.findings, DRAFT.findings, strict=True):
        for cited, key in zip(told.citations, finding.quotes, strict=True):
            quote = quotes[key]
            assert (cited.quote, cited.page, cited.start, cited.end) == (
                quote.text,
                quote.page,
                quote.start,
                quote.end,
            )
            assert cited.document == names[quote.source]


def test_marks_are_those_of_the_report() -> None:
    marks = [f"{one.source_number}.{one.quote_number}" for one in DRAFT.citations]

    assert [one.mark for one in RESULT.citations] == marks


def test_the_lists_of_the_front_end_hold_findings_of_their_kind() -> None:
    of = {kind: {one.id for one in DRAFT.findings if one.kind is kind} for kind in FindingKind}
    assert {one.id for one in RESULT.risks} == of[FindingKind.RISK]
    assert {one.id for one in RESULT.recommendations} == of[FindingKind.RECOMMENDATION]
    assert {one.id for one in RESULT.significant_changes} == of[FindingKind.CHANGE]
    assert {one.id for one in RESULT.insights} == of[FindingKind.INSIGHT] | of[FindingKind.FACT]


def test_key_figures_are_pairs_of_key_and_value_with_their_citations() -> None:
    assert len(RESULT.data_points) == len(DRAFT.figures)
    for point in RESULT.data_points:
        assert point.key.startswith(point.label)
        assert point.value
        assert point.citations


def test_computed_figures_have_their_formula_and_the_citations_of_their_operands() -> None:
    result = result_of(with_computed_and_described())
    [told] = result.derived

    assert (told.value, told.unit, told.kind) == ("+9.1%", "%", "change")
    assert told.formula == "($3.6 billion - $3.3 billion) / $3.3 billion"
    assert told.citations == ("1.2",)
    [text] = [one.text for one in result.sections if one.key == "figures"]
    assert "+9.1% = ($3.6 billion - $3.3 billion) / $3.3 billion [1.2]" in text


def test_sections_are_text_with_the_marks_of_their_citations() -> None:
    assert [one.key for one in RESULT.sections] == [one.section.key for one in DRAFT.sections]
    marks = {f"[{one.mark}]" for one in RESULT.citations}
    assert any(mark in section.text for section in RESULT.sections for mark in marks)


def test_the_preferred_of_two_values_comes_first() -> None:
    [told] = RESULT.conflicts
    [conflict] = DRAFT.conflicts
    preferred = next(one for one in DRAFT.figures if one.key == conflict.preferred)

    assert told.values[0].number == preferred.value
    assert len(told.values) == len(conflict.figures)


def test_sources_keep_their_numbers_and_uncited_ones_have_none() -> None:
    cited = [one.number for one in RESULT.sources if one.number]

    assert cited == list(range(1, len(DRAFT.sources) + 1))
    assert len(RESULT.sources) == len(DRAFT.sources) + len(DRAFT.uncited)


def test_cost_and_time_come_from_who_drove_the_run() -> None:
    told = result_of(DRAFT, usage=Usage(calls=3), timings=Timings(ran_seconds=1.5))

    assert (told.usage.calls, told.timings.ran_seconds) == (3, 1.5)
    assert (RESULT.usage.calls, RESULT.timings.ran_seconds) == (0, None)


def test_without_risks_the_assessment_says_so() -> None:
    def harmless(one: Finding) -> Finding:
        return one.model_copy(update={"kind": FindingKind.FACT})

    safe = make_draft(findings=tuple(harmless(one) for one in DRAFT.findings))
    assert result_of(safe).risk_assessment == NO_RISKS


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (figure("81797000000", currency="USD"), "81.797 billion USD"),
        (figure("-265000000", currency="USD"), "-265 million USD"),
        (figure("1.26", currency="USD"), "1.26 USD"),
        (figure("44.5", unit="%"), "44.5%"),
        (figure("15775021000", unit="shares"), "15.775021 billion shares"),
        (figure("12000"), "12,000"),
        (figure("4100000000000"), "4.1 trillion"),
    ],
)
def test_a_figure_is_readable_and_loses_no_digit(shown: Figure, text: str) -> None:
    assert readable(shown) == text
