"""A presentation is read a slide a page."""

import pytest
from pptx import Presentation as pptx_file
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from analysis.sources.reading import limits, pptx
from analysis.sources.reading.types import Unreadable
from tests.analysis.sources.reading import files


def test_each_slide_is_a_page_with_its_title_first():
    extract = pptx.read(files.slides("The sale\nAlice sold.\nBob bought.", "The price\n4 million"))

    assert extract.pages == ["The sale\n\nAlice sold.\nBob bought.", "The price\n\n4 million"]
    assert extract.title == "The sale"


def test_tables_and_notes_belong_to_their_slide():
    table = [["Year", "Share"], ["2022", "12 %"]]
    extract = pptx.read(files.slides("A", "B\nText", notes="Say it slowly.", table=table))

    assert extract.pages[1] == "B\n\nText\n\nYear\tShare\n2022\t12 %\n\nSay it slowly."


def test_a_chart_is_read_as_the_table_that_it_draws():
    figures = CategoryChartData()
    figures.categories = ["2022", "2023"]
    figures.add_series("Sales", (4.5, 5))
    figures.add_series("Costs", (3, 3.25))
    deck = pptx_file()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    kind, place = XL_CHART_TYPE.COLUMN_CLUSTERED, map(Inches, (1, 1, 4, 3))
    chart = slide.shapes.add_chart(kind, *place, figures).chart
    chart.chart_title.text_frame.text = "EUR million"

    assert pptx.read(files.saved(deck)).pages == [
        "EUR million\n\n\tSales\tCosts\n2022\t4.5\t3\n2023\t5\t3.25"
    ]


def test_what_every_slide_repeats_is_left_out():
    place = '<p:nvSpPr><p:nvPr><p:ph type="{}"/></p:nvPr></p:nvSpPr>'
    shape = f"<p:sp>{place}<p:txBody>{{}}</p:txBody></p:sp>"
    text = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    inside = "".join(
        shape.format(kind, text.format(words))
        for kind, words in [("body", "Kept"), ("sldNum", "7"), ("ftr", "Footer"), ("dt", "2020")]
    )
    slide = f'<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>{inside}</p:spTree></p:cSld></p:sld>'
    deck = files.replaced(files.slides("A"), {"ppt/slides/slide1.xml": slide.encode()})

    assert pptx.read(deck).pages == ["Kept"]


def test_a_slide_without_text_keeps_its_number():
    assert pptx.read(files.slides("A", "", "C")).pages == ["A", "", "C"]


def test_a_missing_slide_is_told():
    deck = files.slides("A", "B")
    without = files.without(deck, "ppt/slides/slide2.xml")

    with pytest.raises(Unreadable, match="damaged"):
        pptx.read(without)


def test_too_many_slides_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PAGES", 1)

    with pytest.raises(Unreadable, match="slides"):
        pptx.read(files.slides("A", "B"))
