"""Tables go on over pages: the head again on each, no row lost, tall rows split."""

import pypdfium2
import pytest

from analysis.types import DerivedTable, FigureTable
from reports.renderers import pdf, theme
from reports.renderers.pdf.flowables import Text
from reports.renderers.pdf.fonts import Fonts
from reports.renderers.pdf.grid import Grid
from templates_app.types import SectionKind
from tests.reports.drafts import (
    make_draft,
    make_figure,
    make_finding,
    make_section,
    with_computed_and_described,
)
from tests.reports.renderers.pdf.reading import pages, words


def report_with_rows(count: int) -> bytes:
    figures = tuple(
        make_figure(f"n-{n}", f"${n} million", f"{n}", "2025", "q-1", label=f"Item no. {n}.")
        for n in range(count)
    )
    table = FigureTable(caption="All of them", figures=tuple(one.key for one in figures))
    section = make_section("all", "All", SectionKind.KEY_FIGURES, [table])
    return pdf.render(make_draft(figures=figures, sections=(section,), conflicts=()))


def test_the_head_of_a_table_stands_on_each_of_its_pages():
    texts = [text for text in pages(report_with_rows(100))[3:] if "Item no. " in text]
    assert len(texts) >= 3
    assert all("Value as printed" in text for text in texts)


def test_no_row_of_a_long_table_is_lost():
    text = words(report_with_rows(100))
    assert all(f"Itemno.{n}." in text for n in range(100))


@pytest.mark.parametrize("room", range(80, 360, 20))
def test_a_table_leaves_two_rows_on_either_side_of_a_page(room):
    rows = [[Text((), theme.CELL, Fonts([]))] for n in range(15)]
    above, below = Grid((), rows, (1.0,)).split(theme.MEASURE, room)
    assert min(len(above.rows), len(below.rows)) >= 2
    assert [*above.rows, *below.rows] == rows


def test_the_unit_of_a_computed_figure_is_not_broken_within_a_word():
    derived = with_computed_and_described().sections[1].blocks[-1]
    assert isinstance(derived, DerivedTable)
    points = derived.figures[0].model_copy(update={"unit": "percentage points"})
    table = derived.model_copy(update={"figures": (points,)})
    section = make_section("all", "All", SectionKind.KEY_FIGURES, [table])
    texts = pages(pdf.render(make_draft(sections=(section,))))
    assert "percentage" in next(text for text in texts if "Computed figure" in text)


def test_nothing_is_printed_below_the_foot_of_a_page():
    for page in list(pypdfium2.PdfDocument(report_with_rows(100)))[1:]:
        text = page.get_textpage()
        bottoms = [text.get_charbox(at)[1] for at in range(text.count_chars())]
        assert min(bottoms) > 35


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_table_of_3_000_rows_ends():
    text = words(report_with_rows(3_000))
    assert "Itemno.0." in text
    assert "Itemno.2999." in text


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_cell_of_50_pages_is_split_and_keeps_its_words():
    finding = make_finding("f-1", " ".join(f"w{n}" for n in range(22_000)), "q-1")
    file = pdf.render(make_draft(findings=(finding,), summary=(), sections=()))
    assert len(pypdfium2.PdfDocument(file)) > 50
    found = {word for text in pages(file) for word in text.split()}
    assert found >= {f"w{n}" for n in range(22_000)}


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_2_000_chapters_have_their_pages_in_the_contents():
    section = make_section("s", "Title", SectionKind.NARRATIVE, [])
    file = pdf.render(make_draft(sections=(section,) * 2_000, figures=(), conflicts=()))
    assert "2000Title" in words(file)
