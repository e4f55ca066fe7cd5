"""What a planner is given, and the questions that come of its answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from analysis.analysts.answers import Wanted
from analysis.analysts.claims import is_printable
from analysis.analysts.fences import Fence, one_line
from analysis.pipeline import plan
from analysis.types import Brief, Question
from templates_app.guidance import filled


def values(brief: Brief, numbers: Sequence[int]) -> dict[str, str]:
    """The topic, the options as the form shows them, the sections of these numbers (from 1)."""
    names, sections = plan.named_values(brief), brief.template.sections
    listed = [
        f"{number}. {sections[number - 1].title}: {filled(sections[number - 1].guidance, names)}"
        for number in numbers
    ]
    return {"topic": brief.topic, "options": _options(brief), "sections": "\n".join(listed)}


def _options(brief: Brief) -> str:
    """What was chosen, as the form shows it; what is left open says nothing."""
    chosen = plan.named_values(brief)
    return "\n".join(
        f"{one.label}: {one_line(chosen[one.key])}"
        for one in brief.template.parameters
        if one.key in chosen and brief.options.get(one.key) is not None
    )


def questions(
    brief: Brief, planned: Mapping[int, Sequence[Wanted]], fence: Fence
) -> Iterator[Question]:
    """The planned questions in the order of the sections; `planned` is by their numbers."""
    most = plan.depth(brief).questions
    for place, section in enumerate(brief.template.sections, 1):
        asked = [one for one in planned.get(place, ()) if is_printable(one_line(one.ask), fence)]
        for number, one in enumerate(asked[:most], 1):
            yield Question(
                key=f"{section.key}-{number}",
                section=section.key,
                text=one_line(one.ask),
                query=plan.query(brief, section, f"{one.ask} {one.evidence}"),
                evidence=_evidence(one.evidence, fence),
            )


def _evidence(said: str, fence: Fence) -> str:
    return one_line(said) if is_printable(one_line(said), fence) else ""


def left_out(skips: Iterable[str], fence: Fence) -> tuple[str, ...]:
    """What the report leaves out, each thing once."""
    said = map(one_line, skips)
    return tuple(dict.fromkeys(one for one in said if is_printable(one, fence)))
