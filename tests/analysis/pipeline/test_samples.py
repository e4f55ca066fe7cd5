"""A run on the documents that the project carries: real figures in a PDF, DOCX, HTML and CSV."""

import asyncio
from pathlib import Path

import pytest

import researcher.samples
from analysis.analysts.cues import OPENER
from analysis.pipeline.draft import problems
from analysis.sources.reading import read
from analysis.types import Draft, FigureChart
from templates_app import toml_files
from templates_app.catalogue import DIRECTORY
from templates_app.types import SectionKind
from tests.analysis.pipeline.desk import Desk, brief, drained, section, template

FOLDER = Path(researcher.samples.__file__).parent
TOPIC = "Apple Inc. in the quarter ended July 1, 2023, and the United States economy it sold into"


@pytest.fixture(scope="module")
def desk() -> Desk:
    desk = Desk()
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in (".pdf", ".docx", ".html", ".csv"):
            found = read(path.read_bytes(), path.name)
            facts = found.model_dump(include={"media_type", "title", "language"})
            dates = {"published_on": found.published_on, "as_of": found.as_of}
            desk.add(path.name, *(page.text for page in found.pages), **facts, **dates)
    return desk


@pytest.fixture(scope="module")
def draft(desk: Desk) -> Draft:
    content = template(
        section(
            "figures",
            SectionKind.KEY_FIGURES,
            "Total net sales, gross margin, operating income, net income, earnings per share.",
        ),
        section("margins", SectionKind.FINDINGS, "Gross margin percentage of products, services."),
        section("risks", SectionKind.RISKS, "Risks: currency, legal, tax, suppliers."),
        section("vaccines", SectionKind.NARRATIVE, "Vaccines, antibodies and clinical trials."),
    )
    documents = [desk.ref(name) for name in desk.documents]
    output = asyncio.run(drained(brief(TOPIC, content, documents), desk))[-1].output
    assert isinstance(output, Draft)
    return output


def test_every_quote_stands_on_its_page(desk: Desk, draft: Draft) -> None:
    pages = {
        (found[0].key, page.number): page.text
        for found in desk.documents.values()
        if isinstance(found, tuple)
        for page in found[1]
    }
    assert len(draft.quotes) > 20
    for quote in draft.quotes:
        assert pages[quote.source, quote.page][quote.start : quote.end] == quote.text
    assert problems(draft) == ()


def test_figures_have_the_scale_and_the_period_of_their_table(draft: Draft) -> None:
    told = {(one.label, one.period): (str(one.value), one.currency) for one in draft.figures}

    assert told["Net income", "Quarter ended July 1, 2023"] == ("19881000000", "USD")
    assert told["Diluted earnings per share", "Quarter ended July 1, 2023"] == ("1.26", "USD")
    assert told["Gross margin", "Quarter ended June 25, 2022"] == ("35885000000", "USD")


def test_the_older_estimate_of_growth_is_set_beside_the_newer(draft: Draft) -> None:
    figures = {figure.key: figure.raw for figure in draft.figures}
    told = {
        conflict.label: [figures[key] for key in conflict.figures] for conflict in draft.conflicts
    }
    label = "Real gross domestic product of the United States (annual rate)"
    assert told[label] == ["2.0 percent", "1.1 percent"]


def test_what_the_documents_do_not_tell_stays_open(draft: Draft) -> None:
    assert [one.section.key for one in draft.sections if not one.answered] == ["vaccines"]


def test_the_summary_reads_without_the_rest(draft: Draft) -> None:
    assert len(draft.summary) > 2
    assert not any(OPENER.match(one.text) for one in draft.summary)


@pytest.fixture(scope="module")
def demo(desk: Desk) -> Draft:
    """What `manage.py demo` asks for, with the template of the catalogue that it names."""
    wanted = researcher.samples.load()
    [content] = [one for one in toml_files.read(DIRECTORY) if one.slug == wanted.template]
    documents = [desk.ref(sample.file) for sample in wanted.documents]
    asked = brief(wanted.topic, content, documents, wanted.options)
    output = asyncio.run(drained(asked, desk))[-1].output
    assert isinstance(output, Draft)
    return output


def test_the_demo_answers_every_section_and_cites_every_sample(demo: Draft) -> None:
    assert [one.section.key for one in demo.sections if not one.answered] == []
    assert [source.name for source in demo.uncited] == []


def test_the_demo_draws_a_chart_from_the_table_of_figures(demo: Draft) -> None:
    [table] = [source.key for source in demo.sources if source.name.endswith(".csv")]
    figures = {one.key: one.quote for one in demo.figures}
    of = {quote.key: quote.source for quote in demo.quotes}
    charts = [
        block for one in demo.sections for block in one.blocks if isinstance(block, FigureChart)
    ]
    drawn = [{of[figures[key]] for key in chart.figures} for chart in charts]
    assert {table} in drawn
