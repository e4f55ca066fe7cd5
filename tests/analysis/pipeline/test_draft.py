from typing import Any

import pytest

from analysis.pipeline.draft import problems, title
from analysis.types import Citation, Draft, Finding, Paragraph, Sentence, Verdict
from tests.analysis.pipeline.desk import brief, section, template


def test_a_draft_of_the_pipeline_is_sound(draft: Draft) -> None:
    assert problems(draft) == ()


def test_sources_have_the_numbers_of_their_first_appearance(draft: Draft) -> None:
    quotes = {quote.key: quote.source for quote in draft.quotes}
    order = list(dict.fromkeys(quotes[citation.quote] for citation in draft.citations))

    assert order == [source.key for source in draft.sources]
    assert draft.citations[0].source_number == 1


def test_the_rest_of_the_sources_is_not_lost(draft: Draft) -> None:
    names = {source.name for source in (*draft.sources, *draft.uncited)}

    assert names == {"northwind-q2.pdf", "northwind-q3.pdf"}


def test_the_report_is_as_new_as_its_newest_source(draft: Draft) -> None:
    assert str(draft.as_of) == "2024-09-30"
    assert draft.language == "en"


def first(draft: Draft) -> Finding:
    return draft.findings[0]


def without_citation(draft: Draft) -> dict[str, Any]:
    return {"citations": draft.citations[:-1]}


def repeated_citation(draft: Draft) -> dict[str, Any]:
    return {"citations": (*draft.citations, draft.citations[0])}


def without_quote(draft: Draft) -> dict[str, Any]:
    return {"quotes": draft.quotes[1:]}


def without_finding(draft: Draft) -> dict[str, Any]:
    return {"findings": draft.findings[1:]}


def without_figure(draft: Draft) -> dict[str, Any]:
    return {"figures": draft.figures[1:]}


def unused_quote(draft: Draft) -> dict[str, Any]:
    return {"quotes": (*draft.quotes, draft.quotes[0].model_copy(update={"key": "q-unused"}))}


def unused_finding(draft: Draft) -> dict[str, Any]:
    return {"findings": (*draft.findings, first(draft).model_copy(update={"id": "f-unused"}))}


def unused_figure(draft: Draft) -> dict[str, Any]:
    return {"figures": (*draft.figures, draft.figures[0].model_copy(update={"key": "n-unused"}))}


def swapped_sources(draft: Draft) -> dict[str, Any]:
    return {"sources": tuple(reversed(draft.sources))}


def source_never_cited(draft: Draft) -> dict[str, Any]:
    extra = draft.sources[0].model_copy(update={"key": "s-never"})
    return {"sources": (*draft.sources, extra)}


def gap_in_numbers(draft: Draft) -> dict[str, Any]:
    last = draft.citations[-1]
    jumped = Citation(
        quote=last.quote, source_number=last.source_number, quote_number=last.quote_number + 1
    )
    return {"citations": (*draft.citations[:-1], jumped)}


def unchecked_finding(draft: Draft) -> dict[str, Any]:
    loose = first(draft).model_copy(update={"verdict": Verdict.NOT_CHECKED})
    return {"findings": (loose, *draft.findings[1:])}


def sentence_said_twice(draft: Draft) -> dict[str, Any]:
    said = Sentence(text=first(draft).text, finding=first(draft).id)
    again = draft.sections[-1].model_copy(update={"blocks": (Paragraph(sentences=(said, said)),)})
    return {"sections": (*draft.sections[:-1], again)}


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (without_citation, "the citation of quote"),
        (repeated_citation, "is repeated"),
        (without_quote, "the quote"),
        (without_finding, "the finding"),
        (without_figure, "the figure"),
        (unused_quote, "the use of quote q-unused"),
        (unused_finding, "the use of finding f-unused"),
        (unused_figure, "the use of figure n-unused"),
        (swapped_sources, "has the number of another source"),
        (source_never_cited, "s-never is listed but not cited"),
        (gap_in_numbers, "is out of order"),
        (unchecked_finding, "is printed but not_checked"),
        (sentence_said_twice, "the sentence"),
    ],
)
def test_a_broken_draft_is_found_out(draft: Draft, broken: Any, problem: str) -> None:
    found = problems(draft.model_copy(update=broken(draft)))

    assert any(problem in one for one in found), found


def test_a_long_topic_is_cut_at_a_word() -> None:
    asked = brief("oat milk " * 100, template(section("prices")))

    assert len(title(asked)) < 180
    assert title(asked).endswith("oat milk …") or title(asked).endswith("oat …")
