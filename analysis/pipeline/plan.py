"""Planning: from the sections of the template to the questions that the sources are asked."""

import re
from collections.abc import AsyncGenerator, Sequence
from typing import NamedTuple

from analysis.event_types import EventBody, PlanProposed
from analysis.pipeline import wording
from analysis.pipeline.errors import PipelineError
from analysis.pipeline.outputs import Outputs
from analysis.pipeline.steps import completed, running, warned
from analysis.pipeline.tools import Tools
from analysis.types import Brief, Plan, Question, Stage, Step
from templates_app.guidance import filled
from templates_app.types import OptionValue, Parameter, ParameterType, Section

LONGEST_TOPIC = 30
LAW = re.compile(r"\b(?:regulat|law|legal|licen[cs]|complian|tax|tariff|permit)", re.IGNORECASE)
MARKET = re.compile(r"\b(?:market|compet|industr|demand|custom|trend|price)", re.IGNORECASE)
# What a guidance speaks of when the user chose nothing.
UNSAID = {
    "client_segment": "the reader",
    "jurisdiction": "the markets concerned",
    "industry": "the industry",
}
FREE_TEXT = (ParameterType.TEXT, ParameterType.LONG_TEXT)


class Depth(NamedTuple):
    """How far to go: questions and findings a section, passages a question, the size of tables.

    A table has so many series (things over time) of so many periods each.
    """

    questions: int
    findings: int
    passages: int
    series: int
    periods: int
    charts: int
    summary: int


DEPTHS = {
    "overview": Depth(1, 4, 10, 6, 2, 1, 4),
    "detailed": Depth(2, 8, 12, 8, 3, 2, 6),
    "full report": Depth(3, 14, 16, 14, 5, 3, 8),
}
SHORTER = re.compile(r"\b(?:brief|short|quick|summary|overview|concise)", re.IGNORECASE)
LONGER = re.compile(r"\b(?:full|long|deep|thorough|comprehensive|exhaustive)", re.IGNORECASE)


async def run(brief: Brief, outputs: Outputs, tools: Tools) -> AsyncGenerator[Step, None]:
    """Let the analyst plan, and see that every section of the template is asked for."""
    yield running(Stage.PLANNING)
    plan = checked(brief, await tools.analyst.plan(brief))
    count = len(plan.questions)
    told = {
        "estimate": tools.estimate(brief, count),
        "shortfalls": tools.analyst.shortfalls(),
        "used": tools.analyst.used(),
    }
    plan = plan.model_copy(update=told)
    texts = tuple(question.text for question in plan.questions)
    events: tuple[EventBody, ...] = (
        PlanProposed(questions=texts, hash=plan.hash),
        *warned(plan.shortfalls),
    )
    yield completed(Stage.PLANNING, plan, count, "questions", events=events)


def checked(brief: Brief, proposed: Plan) -> Plan:
    """The plan in the order of the sections: unknown ones dropped, forgotten ones added."""
    if not brief.template.sections:
        raise PipelineError("empty_template", "The template has no sections; add one and publish.")
    asked: list[Question] = []
    for section in brief.template.sections:
        mine = [question for question in proposed.questions if question.section == section.key]
        asked += mine or section_questions(brief, section)
    unique = {question.key: question for question in asked}
    return proposed.model_copy(update={"questions": tuple(unique.values())})


def questions(brief: Brief) -> Plan:
    """The plan that needs no model: each section is asked what its guidance asks."""
    asked = [
        question
        for section in brief.template.sections
        for question in section_questions(brief, section)
    ]
    return Plan(questions=tuple(asked))


def section_questions(brief: Brief, section: Section) -> list[Question]:
    guidance = filled(section.guidance, named_values(brief))
    parts = wording.questions(guidance) or [""]
    return [
        Question(
            key=f"{section.key}-{number}",
            section=section.key,
            text=f"{section.title}: {part}" if part else section.title,
            query=query(brief, section, part),
        )
        for number, part in enumerate(_grouped(parts, depth(brief).questions), 1)
    ]


def _grouped(parts: Sequence[str], most: int) -> list[str]:
    """At most so many questions: what is left over belongs to the last."""
    head, tail = list(parts[: most - 1]), parts[most - 1 :]
    return [*head, " ".join(tail)] if tail else head


def query(brief: Brief, section: Section, part: str) -> str:
    """What the ranking searches for: the title twice, the guidance, other names, the topic."""
    words = f"{section.title} {part}"
    topic = " ".join(brief.topic.split()[:LONGEST_TOPIC])
    parts = [section.title, words, " ".join(wording.related(words)), topic, *_options(brief, words)]
    return " ".join(part for part in parts if part)


def depth(brief: Brief) -> Depth:
    """How far the user wants to go; words of his own are read for "short" or "thorough"."""
    said = str(brief.options.get("depth") or "").casefold().replace("_", " ").strip()
    if said in DEPTHS:
        return DEPTHS[said]
    if SHORTER.search(said):
        return DEPTHS["overview"]
    return DEPTHS["full report" if LONGER.search(said) else "detailed"]


def named_values(brief: Brief) -> dict[str, str]:
    """What the `$names` of a guidance stand for."""
    printed = {
        parameter.key: _printed(parameter, brief.options.get(parameter.key))
        for parameter in brief.template.parameters
    }
    said = {key: value for key, value in printed.items() if value}
    return {**UNSAID, **said, "topic": brief.topic}


def _printed(parameter: Parameter, value: OptionValue) -> str:
    """An option as the form shows it: the label of a choice, else its own words."""
    if value is None or isinstance(value, bool):
        return ""
    labels = {choice.value: choice.label for choice in parameter.choices}
    chosen = value if isinstance(value, tuple) else (value,)
    return ", ".join(labels.get(str(one), str(one)) for one in chosen)


def _options(brief: Brief, words: str) -> list[str]:
    """The options that help here: what was typed, the place for law, the trade for markets."""
    values = {key: value for key, value in named_values(brief).items() if key in brief.options}
    typed = [one.key for one in brief.template.parameters if one.type in FREE_TEXT]
    wanted = [values.get(key, "") for key in typed]
    if LAW.search(words):
        wanted.append(values.get("jurisdiction", ""))
    if MARKET.search(words):
        wanted.append(values.get("industry", ""))
    return [value for value in wanted if value]
