"""The plan of an analysis that waits for approval: shown, edited, approved by hash."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.db import transaction

from analysis import events, lifecycle, queue, roles
from analysis.event_types import PlanApproved, PlanEdited, Queued
from analysis.lifecycle import IllegalMove
from analysis.models import Analysis, StageOutput, Status
from analysis.pipeline import plan as planning
from analysis.types import Brief, Plan, Question, Stage
from researcher.kit.refusal import Refusal
from researcher.kit.text import clean

MOST_QUESTIONS = 10


def plan_of(analysis: Analysis) -> Plan:
    """The plan as it stands. Raises Refusal (no_plan) before the planning is done."""
    row = analysis.stage_outputs.filter(stage=Stage.PLANNING).first()
    if row is None:
        raise Refusal("no_plan", "There is no plan yet: it comes with the event plan.proposed.")
    return Plan.model_validate(row.output)


@transaction.atomic
def edit(
    *,
    analysis: Analysis,
    by: User,
    base: str,
    questions: Sequence[Mapping[str, str]],
    leave_out: Sequence[str] | None = None,
) -> Plan:
    """Put other questions into a plan that waits; `base` is the hash of the plan that was edited.

    A section without a question is asked what its template asks. Raises IllegalMove and Refusal
    (plan_changed, unknown_section, question_required, too_many_questions).
    """
    current = _waiting(analysis, "approve_plan", base)
    brief = analysis.brief
    asked = tuple(_asked(brief, questions))
    changed = planning.checked(brief, current.model_copy(update={"questions": asked}))
    if leave_out is not None:
        said = tuple(dict.fromkeys(filter(None, map(_line, leave_out))))
        changed = changed.model_copy(update={"leave_out": said})
    expected = roles.estimate(analysis.analyst, brief, questions=len(changed.questions))
    changed = changed.model_copy(update={"estimate": expected})
    _keep(analysis, changed)
    texts = tuple(question.text for question in changed.questions)
    event = PlanEdited(questions=texts, hash=changed.hash, by=by.get_username())
    events.append(analysis.pk, [event])
    return changed


@transaction.atomic
def approve(*, analysis: Analysis, by: User, base: str) -> Analysis:
    """Let the run go on with the plan of this hash. Raises IllegalMove and Refusal."""
    plan = _waiting(analysis, "approve_plan", base)
    _keep(analysis, plan.model_copy(update={"approved": plan.hash}))
    events.append(analysis.pk, [PlanApproved(hash=plan.hash, by=by.get_username())])
    lifecycle.move(analysis.pk, "approve_plan", Queued(reason="plan approved", kept_steps=1))
    queue.ring_drive()
    analysis.refresh_from_db()
    return analysis


def _waiting(analysis: Analysis, verb: str, base: str) -> Plan:
    """The plan under the lock of its analysis, if it waits and is the one that was seen."""
    row = Analysis.objects.select_for_update().get(pk=analysis.pk)
    if row.status != Status.AWAITING_INPUT:
        raise IllegalMove(verb, Status(row.status))
    plan = plan_of(row)
    if plan.hash != base:
        detail = f"The plan is another by now: read it again and send its hash {plan.hash}."
        raise Refusal("plan_changed", detail)
    return plan


def _keep(analysis: Analysis, plan: Plan) -> None:
    output = plan.model_dump(mode="json")
    StageOutput.objects.filter(analysis=analysis, stage=Stage.PLANNING).update(output=output)


def _asked(brief: Brief, said: Sequence[Mapping[str, str]]) -> list[Question]:
    sections = {section.key: section for section in brief.template.sections}
    counts: Counter[str] = Counter()
    asked = []
    for one in said:
        if (section := sections.get(one["section"])) is None:
            there_are = ", ".join(sections)
            detail = f"There is no section {one['section']!r}; there are: {there_are}."
            raise Refusal("unknown_section", detail)
        text, evidence = _line(one["text"]), _line(one.get("evidence", ""))
        if not any(map(str.isalnum, text)):
            raise Refusal("question_required", "A question is empty: say what to find out.")
        counts[section.key] += 1
        if counts[section.key] > MOST_QUESTIONS:
            detail = f"A section has at most {MOST_QUESTIONS} questions."
            raise Refusal("too_many_questions", detail)
        asked.append(
            Question(
                key=f"{section.key}-{counts[section.key]}",
                section=section.key,
                text=text,
                query=planning.query(brief, section, f"{text} {evidence}".strip()),
                evidence=evidence,
            )
        )
    return asked


def _line(text: str) -> str:
    return " ".join(clean(text).split())
