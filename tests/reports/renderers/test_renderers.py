"""What holds for a report in every format."""

import html
import json
import re

import pytest

from analysis.types import (
    ConflictTable,
    Draft,
    FigureChart,
    FigureTable,
    Note,
    Paragraph,
    Points,
    Sentence,
)
from reports.formats import FORMATS
from reports.renderers import FALLBACKS, RENDERERS, render_json, render_plainly
from templates_app.types import SectionKind
from tests.reports.drafts import make_draft, make_section, with_computed_and_described
from tests.reports.renderers.pdf.reading import pages

HOSTILE = "<script>alert(1)</script>"


def test_every_format_that_the_doors_know_has_a_renderer_and_no_other():
    assert set(RENDERERS) == set(FORMATS)
    assert set(FALLBACKS) <= set(FORMATS)


@pytest.mark.parametrize("format", RENDERERS)
def test_the_same_draft_gives_the_same_bytes(format):
    draft = make_draft()
    assert RENDERERS[format](draft) == RENDERERS[format](make_draft())


@pytest.mark.parametrize("format", RENDERERS)
def test_a_draft_as_json_gives_the_same_bytes_as_the_draft(format):
    draft = make_draft()
    assert render_json(format, draft.model_dump_json()) == RENDERERS[format](draft)


@pytest.mark.parametrize("format", RENDERERS)
def test_a_draft_with_nothing_in_it_is_still_a_report(format):
    empty: dict[str, object] = dict.fromkeys(
        ("summary", "sections", "findings", "figures", "conflicts", "quotes", "citations"), ()
    )
    empty |= dict.fromkeys(("sources", "uncited", "rejected", "open_questions", "limits"), ())
    assert RENDERERS[format](make_draft(**empty, as_of=None, language=""))


@pytest.mark.parametrize("format", RENDERERS)
def test_blocks_with_nothing_in_them_are_no_error(format):
    blocks = [
        Paragraph(sentences=()),
        Points(sentences=()),
        FigureTable(caption="", figures=()),
        FigureChart(caption="", figures=()),
        ConflictTable(caption="", conflicts=()),
        Note(text=""),
    ]
    section = make_section("empty", "", SectionKind.NARRATIVE, blocks)
    assert RENDERERS[format](make_draft(sections=(section,)))


def words_of(format: str, draft: Draft) -> str:
    """The report as plain words: no tags, no escapes, blanks as they come."""
    file = RENDERERS[format](draft)
    text = "\n".join(pages(file)) if format == "pdf" else file.decode()
    plain = html.unescape(re.sub(r"<[^>]+>", " ", text)) if format == "html" else text
    return " ".join(plain.replace("\\", "").replace("\u00a0", " ").split())


@pytest.mark.parametrize("format", ["pdf", "html", "markdown"])
def test_a_computed_figure_stands_with_its_formula(format):
    report = words_of(format, with_computed_and_described())
    assert "Computed from the figures above" in report
    assert "+9.1%" in report
    assert "($3.6 billion - $3.3 billion) / $3.3 billion" in report


@pytest.mark.parametrize("format", ["pdf", "html", "markdown"])
def test_what_is_known_of_a_risk_and_of_a_recommendation_stands_below_it(format):
    report = words_of(format, with_computed_and_described())
    assert "Likelihood: likely · Impact: severe · Trigger: if wages rise <b>" in report
    assert "Holds: unless it thaws" in report


def test_the_json_reads_back_as_the_same_draft():
    draft = make_draft(title=HOSTILE, summary=(Sentence(text="Ünïcode 市场"),))
    file = RENDERERS["json"](draft)
    assert Draft.model_validate_json(file) == draft
    assert list(json.loads(file))[:3] == ["title", "brief", "analyst"]


def test_the_json_does_not_depend_on_the_order_in_which_options_were_kept():
    draft = make_draft()
    backwards = dict(reversed(draft.brief.options.items()))
    brief = draft.brief.model_copy(update={"options": backwards})
    assert RENDERERS["json"](draft.model_copy(update={"brief": brief})) == RENDERERS["json"](draft)


def test_the_plain_form_has_every_word_and_code_points_for_what_it_cannot_print():
    from_plain = render_plainly("pdf", make_draft(title="市 A&T <b>").model_dump_json())
    assert from_plain.startswith(b"%PDF")
    with pytest.raises(KeyError):
        render_plainly("html", make_draft().model_dump_json())


@pytest.mark.parametrize("format", ["markdown", "html", "json"])
def test_a_retraction_stands_in_the_list_of_sources(format):
    draft = make_draft()
    bad = draft.sources[0].model_copy(update={"is_retracted": True, "doi": "10.1234/x"})
    report = RENDERERS[format](make_draft(sources=(bad, *draft.sources[1:]))).decode()
    assert "10.1234/x" in report
    assert ("RETRACTED" in report) or ('"is_retracted": true' in report.lower())
