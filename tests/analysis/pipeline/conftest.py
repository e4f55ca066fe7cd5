"""A run of alice's on the quarterly letters of Northwind Foods; their figures are invented."""

import pytest

from analysis.types import Brief, DocumentRef, Draft, Step
from templates_app.types import SectionKind, TemplateContent
from tests.analysis.pipeline.desk import Desk, brief, day, drained, section, template

SECOND_QUARTER = """Northwind Foods plc
Letter to shareholders for the quarter ended June 30, 2024

Revenue of Northwind Foods rose 4.1% to $398.2 million in the quarter ended June 30, 2024. Northwind
Foods makes bread and pasta.

Key figures
(In millions, except per share amounts)
Quarter Ended
June 30,
2024
June 30,
2023
Revenue $ 398.2 $ 382.5
Operating income 40.1 44.0
Earnings per share $ 0.41 $ 0.45

Northwind Foods employs people in Poland and France. Northwind Foods is listed in London.
"""
THIRD_QUARTER = """Northwind Foods plc
Letter to shareholders for the quarter ended September 30, 2024

Revenue of Northwind Foods rose 8.3% to $412.6 million in the quarter ended September 30, 2024.
Gross margin narrowed to 31.2% from 33.5% because wheat and energy prices rose faster than the
selling prices of the company. Northwind Foods bakes in eleven plants.

Key figures
(In millions, except per share amounts)
Quarter Ended
September 30,
2024
September 30,
2023
Revenue $ 412.6 $ 381.0
Operating income 38.7 45.2
Earnings per share $ 0.39 $ 0.46
"""
OUTLOOK = """Risks
The main risk of Northwind Foods is a further rise in energy prices, which the company hedges only
in part. Demand for bread could decline if wheat prices stay high, and that would reduce margins.

What comes next
Management recommends that shareholders of Northwind Foods approve the closure of the plant in Lyon.
This report contains forward-looking statements about demand and prices.
"""


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def letters(desk: Desk) -> list[DocumentRef]:
    """Two quarters of one company: reports of different periods, not versions of each other."""
    return [
        desk.add("northwind-q2.pdf", SECOND_QUARTER, as_of=day("2024-06-30")),
        desk.add("northwind-q3.pdf", THIRD_QUARTER, OUTLOOK, as_of=day("2024-09-30")),
    ]


@pytest.fixture
def review() -> TemplateContent:
    return template(
        section(
            "figures",
            SectionKind.KEY_FIGURES,
            "Revenue, operating income and earnings per share.",
            title="Key figures",
        ),
        section(
            "performance",
            SectionKind.NARRATIVE,
            "How revenue and gross margin moved, and why: prices, wheat, energy.",
        ),
        section("risks", SectionKind.RISKS, "Risks from energy prices, demand and wheat."),
        section(
            "advice",
            SectionKind.RECOMMENDATIONS,
            "What management recommends to shareholders: closures, plants.",
        ),
        section("trials", SectionKind.FINDINGS, "Patients, placebo groups and clinical endpoints."),
    )


@pytest.fixture
def quarterly(review: TemplateContent, letters: list[DocumentRef]) -> Brief:
    return brief("Northwind Foods quarterly results", review, letters)


@pytest.fixture
async def steps(desk: Desk, quarterly: Brief) -> list[Step]:
    return await drained(quarterly, desk)


@pytest.fixture
def draft(steps: list[Step]) -> Draft:
    output = steps[-1].output
    assert isinstance(output, Draft)
    return output
