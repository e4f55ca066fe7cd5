"""Exhibits and chapters at every height of a page: none is parted from its title."""

import re
from collections.abc import Iterator

import pytest

from analysis.types import Block, Figure, FigureChart, FigureTable, Points, Sentence
from reports.renderers import pdf
from templates_app.types import SectionKind
from tests.reports.drafts import make_draft, make_figure, make_section
from tests.reports.renderers.pdf.reading import pages

# So many lines stand before an exhibit that it comes to lie at every height of a page.
LENGTHS = range(1, 37)
ROWS = 5


def figures_of(length: int) -> list[Figure]:
    """Their labels and values are found nowhere else in the report."""
    return [
        make_figure(f"n-{length}-{at}", f"${length}.{at}8 billion", f"{length}.{at}8",
                    str(2020 + at), "q-1", label=f"Row {length}-{at}.")
        for at in range(1, ROWS + 1)
    ]  # fmt: skip


def blocks_of(length: int) -> Iterator[Block]:
    keys = tuple(figure.key for figure in figures_of(length))
    said = (Sentence(text=f"First {length}."), *(Sentence(text="And so on."),) * (length - 1))
    yield Points(sentences=said)
    yield FigureChart(caption=f"Bars {length}.", figures=keys)
    yield Points(sentences=(Sentence(text="Between them."),) * (length // 2))
    yield FigureTable(caption=f"Table {length}.", figures=keys)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    sections = [
        make_section(f"s-{n}", f"Chapter {n}.", SectionKind.KEY_FIGURES, list(blocks_of(n)))
        for n in LENGTHS
    ]
    figures = [figure for n in LENGTHS for figure in figures_of(n)]
    draft = make_draft(sections=tuple(sections), figures=tuple(figures), conflicts=(), summary=())
    every = pages(pdf.render(draft))
    return every[next(at for at, text in enumerate(every) if "First 1." in text) :]


def page_of(words: str, texts: list[str]) -> str:
    return next(text for text in texts if words in text)


def test_the_exhibits_come_to_lie_at_many_heights_of_a_page(texts):
    above = {page_of(f"Bars {n}.", texts).split(f"Bars {n}.")[0].count("\n") for n in LENGTHS}
    assert min(above) == 2  # the two running lines
    assert len(above) >= 8


def test_every_chart_stands_under_its_caption_and_over_its_source(texts):
    for n in LENGTHS:
        values = "|".join(re.escape(figure.raw) for figure in figures_of(n))
        whole = rf"Bars {n}\..*?({values}).*?Source:"
        assert re.search(whole, page_of(f"Bars {n}.", texts), re.DOTALL), n


def test_every_short_table_stands_under_its_caption_as_a_whole(texts):
    for n in LENGTHS:
        page = page_of(f"Table {n}.", texts)
        assert all(figure.label in page for figure in figures_of(n)), n


def test_every_chapter_begins_under_its_title(texts):
    for n in LENGTHS:
        assert f"First {n}." in page_of(f"Chapter {n}.", texts), n
