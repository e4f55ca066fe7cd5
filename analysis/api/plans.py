"""The plan of an analysis: seen, edited in rounds, approved by its hash."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis import plans
from analysis.api import answers
from analysis.api.analyses import mine, user_of
from analysis.api.plan_answers import PlanDetail, plan_detail
from analysis.api.requests import PlanApproval, PlanEdit
from analysis.models import Analysis
from researcher.kit.idempotency import idempotent
from researcher.kit.serializers import Door


class PlanView(Door):
    @extend_schema(operation_id="analyses_plan_retrieve", responses=PlanDetail)
    def get(self, request: Request, pk: UUID) -> Response:
        """The questions of an analysis, and the hash by which its plan is approved."""
        analysis = mine(request, pk)
        return Response(_answer(analysis))

    @extend_schema(operation_id="analyses_plan_edit", request=PlanEdit, responses=PlanDetail)
    def put(self, request: Request, pk: UUID) -> Response:
        """Put other questions into a plan that waits, as often as it needs.

        `plan_changed` says that somebody else edited it in between.
        """
        analysis, asked = mine(request, pk), PlanEdit(data=request.data)
        asked.is_valid(raise_exception=True)
        plans.edit(
            analysis=analysis,
            by=user_of(request),
            base=asked.validated_data["hash"],
            questions=asked.validated_data["questions"],
            leave_out=asked.validated_data.get("leave_out"),
        )
        return Response(_answer(analysis))


class ApprovePlan(Door):
    @extend_schema(
        operation_id="analyses_plan_approve",
        request=PlanApproval,
        responses={202: answers.AnalysisDetail},
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Let the analysis go on with the plan of this hash."""
        analysis, asked = mine(request, pk), PlanApproval(data=request.data)
        asked.is_valid(raise_exception=True)
        base = asked.validated_data["hash"]
        moved = plans.approve(analysis=analysis, by=user_of(request), base=base)
        return Response(answers.detail(moved).model_dump(mode="json"), status=202)


def _answer(analysis: Analysis) -> dict[str, Any]:
    analysis.refresh_from_db()
    return plan_detail(analysis, plans.plan_of(analysis)).model_dump(mode="json")
