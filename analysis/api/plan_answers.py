"""What the door to a plan tells."""

from analysis.models import Analysis, Status
from analysis.types import Estimate, Plan, Question
from researcher.kit.frozen import Frozen


class PlanDetail(Frozen):
    """A plan; `hash` is of its questions and of what it leaves out.

    `editable` says whether it waits: then it can be edited and approved. `approved` is the hash
    as it was approved, "" while it was not.
    """

    hash: str
    editable: bool
    approved: str
    questions: tuple[Question, ...]
    leave_out: tuple[str, ...]
    estimate: Estimate | None


def plan_detail(analysis: Analysis, plan: Plan) -> PlanDetail:
    return PlanDetail(
        hash=plan.hash,
        editable=analysis.status == Status.AWAITING_INPUT,
        approved=plan.approved,
        questions=plan.questions,
        leave_out=plan.leave_out,
        estimate=plan.estimate,
    )
