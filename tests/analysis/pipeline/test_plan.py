from typing import Any

import pytest

from analysis.event_types import PlanProposed
from analysis.pipeline.errors import PipelineError
from analysis.pipeline.plan import checked, depth, questions
from analysis.types import Brief, Plan, Question, Step
from templates_app.types import Choice, Parameter, ParameterType, SectionKind
from tests.analysis.pipeline.desk import Desk, brief, drained, section, template

LAW = section(
    "law", SectionKind.FINDINGS, "Regulation of $topic in $jurisdiction. Licences and taxes."
)
DEMAND = section("demand", SectionKind.FINDINGS, "Who buys and why.\nWrite three sentences.")
JURISDICTION = Parameter(
    key="jurisdiction",
    label="Jurisdiction",
    type=ParameterType.CHOICE_OR_TEXT,
    choices=(Choice(value="SK", label="Saskatchewan"),),
)
COMPANY = Parameter(key="company", label="Company", type=ParameterType.TEXT)


def asked(**options: Any) -> Brief:
    content = template(LAW, DEMAND, parameters=(JURISDICTION, COMPANY))
    return brief("Oat milk", content, options=options)


def of(one: Brief, key: str) -> list[Question]:
    return [question for question in questions(one).questions if question.section == key]


class TestQuestions:
    def test_each_section_is_asked_what_its_guidance_asks(self) -> None:
        texts = [question.text for question in of(asked(jurisdiction="SK"), "law")]

        assert texts == ["Law: Regulation of Oat milk in Saskatchewan.", "Law: Licences and taxes."]

    def test_how_to_write_is_not_searched_for(self) -> None:
        [question] = of(asked(), "demand")

        assert "sentences" not in question.query

    def test_a_name_without_a_value_is_spoken_of_in_general(self) -> None:
        assert "in the markets concerned" in of(asked(), "law")[0].text

    def test_the_query_holds_other_names_of_the_same_thing_and_the_topic(self) -> None:
        [question] = of(asked(), "demand")

        assert "customers" in question.query
        assert "Oat milk" in question.query

    def test_the_place_helps_where_law_is_asked_for_only(self) -> None:
        one = asked(jurisdiction="SK")

        assert "Saskatchewan" in of(one, "law")[1].query
        assert "Saskatchewan" not in of(one, "demand")[0].query

    def test_what_was_typed_helps_everywhere(self) -> None:
        one = asked(company="Northern Grain")

        assert all("Northern Grain" in question.query for question in questions(one).questions)

    def test_a_section_without_guidance_is_asked_by_its_title(self) -> None:
        one = brief("Oat milk", template(section("prices")))

        assert [question.text for question in questions(one).questions] == ["Prices"]

    def test_a_topic_of_a_megabyte_does_not_drown_the_question(self) -> None:
        one = brief("oat " * 250_000, template(section("prices")))

        assert len(questions(one).questions[0].query) < 1000


@pytest.mark.parametrize(
    ("said", "findings"),
    [
        ("Overview", 4),
        ("Detailed", 8),
        ("Full Report", 14),
        ("full_report", 14),
        ("as short as possible", 4),
        ("a thorough study", 14),
        ("whatever", 8),
        (None, 8),
    ],
)
def test_the_depth_decides_how_much_is_told(said: str | None, findings: int) -> None:
    assert depth(asked(depth=said)).findings == findings


def test_a_shallow_report_asks_one_question_a_section() -> None:
    [question] = of(asked(depth="Overview"), "law")

    assert question.text.endswith("Licences and taxes.")


class TestAPlanOfTheAnalyst:
    def test_sections_it_forgot_are_asked_all_the_same(self) -> None:
        mine = Question(key="q1", section="demand", text="Who buys?", query="buyers")
        plan = checked(asked(), Plan(questions=(mine,)))

        assert [question.section for question in plan.questions] == ["law", "law", "demand"]

    def test_questions_on_unknown_sections_are_dropped(self) -> None:
        stray = Question(key="q1", section="nowhere", text="?", query="?")

        assert stray not in checked(asked(), Plan(questions=(stray,))).questions


async def test_the_plan_is_told_to_the_user(steps: list[Step]) -> None:
    [told] = [one for step in steps for one in step.events if isinstance(one, PlanProposed)]

    assert told.questions[0].startswith("Key figures: Revenue")


async def test_a_template_without_sections_says_what_to_do(desk: Desk) -> None:
    with pytest.raises(PipelineError, match="no sections; add one") as error:
        await drained(brief("Oat milk", template()), desk)

    assert error.value.code == "empty_template"
