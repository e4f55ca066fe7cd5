from analysis.analysts.extractive import Extractive
from analysis.pipeline.plan import questions
from analysis.pipeline.tools import Analyst, Reading
from analysis.pipeline.write import SUMMARY
from analysis.types import (
    Finding,
    FindingKind,
    Paragraph,
    Passage,
    Points,
    Quote,
)
from templates_app.types import SectionKind
from tests.analysis.pipeline.desk import Desk, brief, section, template

RISKS = section("risks", SectionKind.RISKS, "Energy prices and demand.")
STORY = section("story", SectionKind.NARRATIVE, "What happened: prices, plants.")
BRIEF = brief("Northwind Foods", template(RISKS, STORY))


def quote(number: int, text: str, source: str = "s1") -> Quote:
    return Quote(
        key=f"q{number}",
        source=source,
        page=number,
        start=10,
        end=10 + len(text),
        text=text,
    )


def finding(number: int, text: str) -> Finding:
    return Finding(
        id=f"f{number}",
        section="story",
        text=text,
        kind=FindingKind.FACT,
        quotes=(f"q{number}",),
    )


def analyst() -> Analyst:
    return Extractive(Desk())


async def test_it_says_that_it_uses_no_model() -> None:
    assert (analyst().name, analyst().uses_model) == ("extractive", False)


async def test_it_plans_what_the_template_asks() -> None:
    assert (await analyst().plan(BRIEF)).questions == questions(BRIEF).questions


async def test_it_reads_in_a_child_what_there_is_to_read() -> None:
    desk = Desk()
    text = "A further rise of energy prices could reduce demand for bread in the next years."
    asked = questions(BRIEF).questions
    passage = Passage(key="p", source="s1", page=3, start=0, end=len(text), text=text, score=1.0)
    reading = Reading(asked, {asked[0].key: [passage], asked[1].key: []}, [], {})
    found = dict([answer async for answer in Extractive(desk).read_all(BRIEF, reading)])

    assert [one.text for one in found[0]] == [text]
    assert found[1] == []
    assert desk.opened == ["analysis.analysts.choose:Chooser"]


async def test_each_finding_is_a_quotation_on_one_line() -> None:
    said = "Energy prices could\nreduce demand."
    [found] = await analyst().analyse(BRIEF, RISKS, [quote(1, said)], figures=[], sources={})

    assert found.text == "Energy prices could reduce demand."
    assert found.quotes == ("q1",)
    assert found.kind is FindingKind.RISK


async def test_a_list_keeps_the_order_of_relevance() -> None:
    found = [finding(2, "Second."), finding(1, "First.")]
    [block] = await analyst().write(BRIEF, RISKS, found, [quote(1, "First."), quote(2, "Second.")])

    assert isinstance(block, Points)
    assert [one.text for one in block.sentences] == ["Second.", "First."]


async def test_a_story_is_told_source_by_source_in_the_order_of_the_pages() -> None:
    quotes = [quote(3, "C."), quote(1, "A.", "s2"), quote(2, "B.")]
    found = [finding(3, "C."), finding(1, "A."), finding(2, "B.")]
    blocks = await analyst().write(BRIEF, STORY, found, quotes)

    told = [[one.text for one in block.sentences] for block in blocks if block.kind == "paragraph"]
    assert told == [["B.", "C."], ["A."]]


async def test_a_long_story_has_several_paragraphs() -> None:
    found = [finding(number, f"Sentence {number}.") for number in range(1, 8)]
    blocks = await analyst().write(
        BRIEF, STORY, found, [quote(number, f"Sentence {number}.") for number in range(1, 8)]
    )
    assert [len(block.sentences) for block in blocks if block.kind == "paragraph"] == [5, 2]


async def test_the_summary_takes_what_stands_alone() -> None:
    found = [
        finding(1, "This is why it fell."),
        finding(2, "Northwind Foods grew."),
        finding(3, "X."),
    ]
    [block] = await analyst().write(BRIEF, SUMMARY, found, [])

    assert isinstance(block, Paragraph)
    assert [one.text for one in block.sentences] == ["Northwind Foods grew.", "X."]


async def test_without_findings_nothing_is_written() -> None:
    for where in (RISKS, STORY, SUMMARY):
        assert await analyst().write(BRIEF, where, [], []) == []
