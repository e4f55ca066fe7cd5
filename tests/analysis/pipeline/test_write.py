from collections.abc import Sequence

import pytest

from analysis.analysts.extractive import Extractive
from analysis.pipeline.draft import problems
from analysis.pipeline.write import NO_EVIDENCE
from analysis.types import (
    Block,
    Brief,
    ConflictTable,
    Draft,
    DraftSection,
    FigureChart,
    FigureTable,
    Finding,
    Note,
    Paragraph,
    Points,
    Quote,
    Sentence,
)
from templates_app.types import Section
from tests.analysis.pipeline.desk import Desk, brief, day, drained

WORLD_CUP = "Patients in the placebo group reached the clinical endpoint."


def of(draft: Draft, key: str) -> DraftSection:
    return next(one for one in draft.sections if one.section.key == key)


def printed(draft: Draft) -> list[str]:
    return [
        sentence.text
        for section in draft.sections
        for block in section.blocks
        if isinstance(block, Paragraph | Points)
        for sentence in block.sentences
    ]


class TestSections:
    def test_key_figures_are_a_table_with_what_follows_and_charts_of_what_compares(
        self, draft: Draft
    ) -> None:
        kinds = [block.kind for block in of(draft, "figures").blocks]

        assert kinds[:3] == ["figures", "derived", "chart"]

    def test_the_figures_have_their_scale_and_period(self, draft: Draft) -> None:
        figures = {(one.label, one.period): one for one in draft.figures}
        revenue = figures["Revenue", "Quarter ended September 30, 2024"]

        assert (str(revenue.value), revenue.currency) == ("412600000", "USD")
        assert revenue.as_of == day("2024-09-30")

    def test_narrative_is_paragraphs_and_lists_are_points(self, draft: Draft) -> None:
        assert [block.kind for block in of(draft, "performance").blocks] == ["paragraph"]
        assert [block.kind for block in of(draft, "risks").blocks] == ["points"]

    def test_a_recommendation_is_one_of_the_sources(self, draft: Draft) -> None:
        [block] = of(draft, "advice").blocks

        assert isinstance(block, Points)
        assert [one.text[:32] for one in block.sentences] == ["Management recommends that share"]

    def test_a_section_without_evidence_says_so_and_holds_nothing_else(self, draft: Draft) -> None:
        trials = of(draft, "trials")

        assert trials.blocks == (Note(text=NO_EVIDENCE),)
        assert not trials.answered


def test_no_sentence_is_printed_twice(draft: Draft) -> None:
    assert len(printed(draft)) == len(set(printed(draft)))


def test_every_sentence_is_a_quotation(draft: Draft) -> None:
    quotes = {" ".join(quote.text.split()) for quote in draft.quotes}

    assert set(printed(draft)) <= quotes
    assert {one.text for one in draft.summary} <= quotes


def test_the_summary_needs_no_sentence_before_it(draft: Draft) -> None:
    assert draft.summary
    assert not any(one.text.startswith(("It ", "This ", "However")) for one in draft.summary)


async def test_versions_that_disagree_are_shown_side_by_side(desk: Desk, quarterly: Brief) -> None:
    said = "Output of Northwind Foods grew at an annual rate of {} percent in the year 2024."
    old = desk.add("note draft.pdf", said.format("1.1"), published_on=day("2024-10-01"))
    new = desk.add("note final.pdf", said.format("2.0"), published_on=day("2024-11-01"))
    asked = quarterly.model_copy(update={"documents": (*quarterly.documents, old, new)})
    draft = (await drained(asked, desk))[-1].output

    assert isinstance(draft, Draft)
    [conflict] = draft.conflicts
    figures = {figure.key: figure.raw for figure in draft.figures}
    assert [figures[key] for key in conflict.figures] == ["2.0 percent", "1.1 percent"]
    assert figures[conflict.preferred] == "2.0 percent"
    assert isinstance(of(draft, "figures").blocks[-1], ConflictTable)
    assert problems(draft) == ()


async def test_documents_on_something_else_give_an_honest_empty_report(
    desk: Desk, quarterly: Brief
) -> None:
    trial = desk.add("trial.pdf", f"{WORLD_CUP} {WORLD_CUP} The risk of energy loss fell by 3%.")
    asked = quarterly.model_copy(update={"documents": (trial,)})
    draft = (await drained(asked, desk))[-1].output

    assert isinstance(draft, Draft)
    assert [section.answered for section in draft.sections] == [False] * 5
    assert draft.confidence.value == 0
    assert draft.citations == ()
    [summary] = draft.summary
    assert summary.text.startswith("The documents hold no evidence")
    assert problems(draft) == ()


class Embroiderer(Extractive):
    """Writes more than it may: a changed number, an unknown finding, filler, its own table."""

    async def write(
        self,
        brief: Brief,
        section: Section,
        findings: Sequence[Finding],
        quotes: Sequence[Quote],
    ) -> Sequence[Block]:
        one = findings[0]
        return [
            Paragraph(
                sentences=(
                    Sentence(text=one.text.replace("31.2%", "99.9%"), finding=one.id),
                    Sentence(text="It was a splendid year.", finding="f-invented"),
                    Sentence(text="In conclusion, all is well."),
                )
            ),
            FigureTable(caption="Mine", figures=("n-invented",)),
            FigureChart(caption="Mine", figures=("n-invented",)),
            Note(text="Trust me."),
        ]


async def test_only_what_findings_carry_is_printed(desk: Desk, quarterly: Brief) -> None:
    desk.analyst = Embroiderer(desk)
    draft = (await drained(quarterly, desk))[-1].output

    assert isinstance(draft, Draft)
    told = printed(draft)
    assert told
    assert not any("99.9%" in text or "splendid" in text or "conclusion" in text for text in told)
    assert set(told) <= {finding.text for finding in draft.findings}
    assert problems(draft) == ()


class Repeater(Extractive):
    """Says every sentence three times."""

    async def write(
        self,
        brief: Brief,
        section: Section,
        findings: Sequence[Finding],
        quotes: Sequence[Quote],
    ) -> Sequence[Block]:
        one = Sentence(text=findings[0].text, finding=findings[0].id)
        return [Points(sentences=(one, one)), Paragraph(sentences=(one,))]


async def test_what_was_said_is_not_said_again(desk: Desk, quarterly: Brief) -> None:
    desk.analyst = Repeater(desk)
    draft = (await drained(quarterly, desk))[-1].output

    assert isinstance(draft, Draft)
    assert len(printed(draft)) == len(set(printed(draft))) > 1
    assert problems(draft) == ()


@pytest.mark.parametrize("depth", ["Overview", "Detailed", "Full Report"])
async def test_reports_of_every_depth_are_sound(desk: Desk, quarterly: Brief, depth: str) -> None:
    asked = quarterly.model_copy(update={"options": {"depth": depth}})
    draft = (await drained(asked, desk))[-1].output

    assert isinstance(draft, Draft)
    assert problems(draft) == ()


async def test_a_template_without_figures_still_has_a_summary(desk: Desk, quarterly: Brief) -> None:
    sections = tuple(one for one in quarterly.template.sections if one.key != "figures")
    content = quarterly.template.model_copy(update={"sections": sections})
    asked = brief(quarterly.topic, content, quarterly.documents)
    draft = (await drained(asked, desk))[-1].output

    assert isinstance(draft, Draft)
    assert draft.summary[0].finding
    assert draft.figures == ()
